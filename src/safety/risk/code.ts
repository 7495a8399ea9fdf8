import { isUnknown } from './call.ts';
import { pattern } from './pattern.ts';
import { approve, type Finding, undecided } from './verdict.ts';

const ACTS: readonly (readonly [RegExp, string])[] = [
  [
    pattern(String.raw`
        \bos\s*\.\s*(?:system|popen|exec\w*|spawn\w*|remove|unlink|rmdir|removedirs|rename|kill|killpg|
        chmod|chown|fork|truncate|environ|getenv|setuid|putenv|replace|symlink|link)\b
      `),
    'reaches the system',
  ],
  [
    /\b(?:subprocess|shutil|ctypes|pty|socket|smtplib|ftplib|paramiko|telnetlib|multiprocessing|winreg|signal)\b/,
    'reaches the system',
  ],
  [
    pattern(String.raw`
        \b(?:child_process|execSync|spawnSync|execFileSync|execFile|worker_threads|cluster|node:net|
        vm)\b|require\s*\(\s*['"](?:node:)?(?:net|tls|dgram|http|https|fs\/promises)['"]\s*\)
      `),
    'reaches the system',
  ],
  [
    pattern(String.raw`
        \b(?:unlink|rm|rmdir|rmtree|writeFile|appendFile|truncate|chmod|chown|copyFile|rename|
        createWriteStream|cp|symlink|mkdir)(?:Sync|_r|_rf|_f)?\s*\(|\bFileUtils\b|\b(?:unlink|rmdir|
        remove_tree|rmtree|rm_rf?|rm_r)\b|\bFile\s*\.\s*(?:delete|unlink|write|rename)|
        \bDir\s*\.\s*(?:delete|rmdir|unlink)|\bIO\s*\.\s*(?:popen|write)|\.(?:unlink|rmdir|write_text|
        write_bytes|write)\s*\(
      `),
    'changes files',
  ],
  [/\bopen\s*\([^)]*['"](?:[wax]b?\+?|r\+|>{1,2}[^'"]*|[^'"]*\|)['"]/, 'writes files'],
  [
    pattern(String.raw`
        \b(?:exec|eval|execfile|compile|__import__|importlib|getattr|globals|Function|pcntl_exec|
        passthru|shell_exec|proc_open|popen|system|fork|syscall|marshal|pickle|codecs|b64decode|atob|
        fromCharCode|unhexlify|zlib)\b\s*\(?
      `),
    'runs code that it makes',
  ],
  [/(?:^|[=;({\s!])(?:`[^`]*`|%x[{([]|qx\s*[{(/'"])/, 'runs a command'],
  [
    pattern(String.raw`
        \b(?:urllib|requests|httpx|aiohttp|fetch|axios|Net::HTTP|open-uri|LWP|curl_exec|urlopen|
        XMLHttpRequest|WebSocket|IO::Socket|TCPSocket|fsockopen)\b
      `),
    'uses the network',
  ],
  [
    pattern(String.raw`
        \bprocess\s*\.\s*(?:env|kill|binding|exit\s*\(\s*\)\s*;\s*\w)|\bENV\b|%ENV|\$_ENV|\bgetenv\b|
        \benviron\b|Deno\s*\.\s*(?:env|run|Command|remove|write)|Bun\s*\.\s*(?:spawn|env|write|\$)
      `),
    'reads the environment or reaches the system',
  ],
  [
    /\bwhile\s*(?:\(?\s*(?:true|1|True)\s*\)?)|\bfor\s*\(\s*;\s*;\s*\)|\bloop\s*(?:do|\{)/,
    'runs without end',
  ],
];

/** Words of code that are worth a look but not harmful as such: plain files, modules of the project. */
const UNCLEAR = /\b(?:import|require|from|open|use|include|load)\b/;
const PLAIN_MODULES = pattern(
  String.raw`
      ^(?:sys|json|re|math|datetime|time|random|string|collections|itertools|functools|typing|platform|
      statistics|decimal|uuid|hashlib|textwrap|pprint|dataclasses|enum|calendar|locale|secrets|base64|
      difflib|unicodedata|numpy|np|pandas|pd|torch|tensorflow|tf|yaml|toml|tomllib|csv|pkg_resources|
      site|sysconfig|setuptools|pip|ssl|sqlite3|flask|django|fastapi|requests|pytest|path|util|url|
      crypto|os|assert|perf_hooks|v8|module|inspect|ast|struct|binascii|ipaddress|shlex|html|gzip|glob|
      pathlib|configparser|argparse|logging|warnings|traceback|importlib\.metadata|strict|warnings|
      data::dumper|list::util|time::hires|json::pp|posix|rubygems|date|set|bigdecimal|digest)$
    `,
  'i',
);

/**
 * Code on a command line of Python, Node.js, Perl, Ruby, PHP and their like. There is no parser for all of them, so it is no judgement of what
 * it does: what uses none of the doors to the system is an expression, what uses one is told, and the rest is undecided.
 */
export function judgeCode(code: string, how: string): Finding | null {
  if (isUnknown(code)) return undecided(`${how} runs code that is not known before`);
  const hit = ACTS.find(([shape]) => shape.test(code));
  if (hit !== undefined) return approve('inline-code', `${how} ${hit[1]}: ${code.slice(0, 60)}`);
  if (/['"][^'"]*(?:\.env|\.ssh|\/etc\/|credentials|id_rsa|shadow)[^'"]*['"]/.test(code))
    return approve('secrets', `${how} reads a file of secrets: ${code.slice(0, 60)}`);
  if (DELETES_DATA.test(code) || (DELETING_SQL.test(code) && TALKS_SQL.test(code)))
    return approve('database', `${how} deletes data: ${code.slice(0, 60)}`);
  if (code.length > MAX_CODE_CHARACTERS)
    return undecided(`${how} runs more code than can be told at a glance`);
  if (!UNCLEAR.test(code)) return null;
  return modulesOf(code).every((name) => PLAIN_MODULES.test(name)) ||
    /^\.{1,2}\//.test(modulesOf(code)[0] ?? '')
    ? null
    : undecided(`${how} loads something that cannot be seen: ${code.slice(0, 60)}`);
}

const DELETES_DATA = pattern(
  String.raw`
        \b(?:drop_all|flushall|deleteMany|dropDatabase|destroy_all|delete_all)\b
      `,
  'i',
);
const DELETING_SQL = /\b(?:drop\s+(?:table|database)|delete\s+from|truncate\s+table)\b/i;
/** Without any of these SQL is only a text. */
const TALKS_SQL =
  /\b(?:import|require|use|from\s+['"]|execute\w*|exec|query\w*|raw|sql|do|run|connect\w*|cursor|db)\b/i;

const MAX_CODE_CHARACTERS = 2_000;

function modulesOf(code: string): readonly string[] {
  const names: string[] = [];
  for (const [, list] of code.matchAll(
    /\b(?:import|use)\s+(?!\w+\s+from\b)([\w:.]+(?:\s+as\s+\w+)?(?:\s*,\s*[\w.]+)*)/g,
  ))
    names.push(...(list ?? '').split(',').map((each) => each.trim().split(/\s+/)[0] ?? ''));
  for (const [, name] of code.matchAll(/\bfrom\s+['"]?([\w:./@-]+)/g)) names.push(name ?? '');
  for (const [, name] of code.matchAll(/\brequire\s*\(?\s*['"](?:node:)?([^'"]+)['"]/g))
    names.push(name ?? '');
  return names.map((name) => (name.startsWith('.') ? 'json' : name));
}
