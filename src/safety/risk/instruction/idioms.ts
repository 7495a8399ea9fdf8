import { pattern } from '../pattern.ts';
import type { RiskCategory } from '../verdict.ts';
import { listed } from './words.ts';

/** An order that no verb and its object say: a way of doing, a set phrase. Matched in lower case against a clause that is an order. */
export type Idiom = { readonly category: RiskCategory; readonly what: string; readonly shape: RegExp };

const idiom = (category: RiskCategory, what: string, shape: string): Idiom => ({
  category,
  what,
  shape: pattern(shape),
});

export const IDIOMS: readonly Idiom[] = [
  idiom(
    'git',
    'overwrites a remote branch',
    String.raw`
      \bforce[- ]?(?:ful(?:ly)?[- ])?push(?:e[sd]|ing)?\b|\bpush\b.*(?:--?force|\bwith (?:lease|force)\b|\bforcefully\b|\bforcibly\b|\bby force\b|\bforce it\b|(?:^|\s)-f\b|--mirror|
      \bforced?\b|\bwhether or not\b)|--force\b.*\bpush|\bforce(?: an?| the| my| your)? (?:git )?push|\bpush\b.*\b(?:even if|overwrit\w+|over (?:the|what|main|master|origin)|on top of)\b|
      \b(?:overwrit\w+|clobber|replace) (?:the )?(?:remote|upstream|origin|github|what(?:ever)? is on)|\b(?:use|with|by) force\b|\bforce (?:it|them|this|that|everything) (?:up|through|in|out|onto|on)\b|\bforce (?:it|them|this|that|your (?:\w+ )?branch|the branch) (?:on)?to\b|\bnon-fast-forward|\bforce[- ]update|
      \bfurce|\bforc push\b|\bpush -f\b|\bpush the deletion
    `,
  ),
  idiom(
    'git',
    'rewrites history',
    String.raw`
      \bfilter[- ](?:branch|repo)\b|\bbfg\b|\binteractive(?:ly)? rebas|\brebase interactively|\bexpire the reflog|\bfrom (?:the )?(?:\w+['’]s )?(?:git |entire |repo(?:sitory)? |commit )?history\b|\bout of (?:the |our )?(?:git )?history|
      \b(?:main|master|git|branch|repo(?:sitory)?|commit)(?:['’]s)? history to (?:remove|drop|hide|erase)|\bhistory clean\b|\bas if it (?:had )?never|\borphan branch|\brewrite (?:\w+ ){0,4}commits?\b|\bsquash (?:everything|all|the whole|the entire)
    `,
  ),
  idiom(
    'git',
    'throws work away',
    String.raw`\bhard[- ]reset|\breset\b.{0,40}(?:--?hard\b|\bhard\b)|\bback to (?:origin|upstream|the remote)\b|\b(?:all|any|my|local) (?:uncommitted |unstaged |local )*changes (?:gone|thrown away)`,
  ),
  idiom(
    'protections',
    'goes around a protection',
    String.raw`
      --no-verify|\bno-verify\b|\bwithout (?:any )?(?:asking|approval|approvals|(?:a |code |my |any )?review\b(?! comments)|running (?:the )?(?:tests|hooks|checks)|permission|confirmation|confirming|waiting for (?:review|approval|ci|checks|anyone|me)|
      hooks|verification|tests|checks|being asked|checking with|telling (?:me|us|anyone))|\bdon['’]?t (?:bother )?(?:ask(?:ing)?|wait(?:ing)?)(?:$| (?:me|us|anyone|anybody|permission|first|again|for (?:me|us|anyone|permission|approval|confirmation|review|ci|the (?:review|checks|ci|pipeline|tests|approval|green))|
      before))|\bdo not (?:ask|wait)(?:$| (?:me|for (?:permission|approval|confirmation|review|ci|me)|first|again|before))|\bno need (?:to|for) (?:ask\w*|wait\w*|approv\w*|confirm\w*|review\w*|permission|a review)|\b(?:even (?:if|though|when)|although|despite|regardless of|no matter)\b.{0,30}\b(?:fail\w*|red|broken|review\w*|checks?|ci|block\w*|says? no|warn\w*)\b|
      \bauto[- ]?(?:approve|accept|merge)\b(?! (?:docs?|button|label|icon|column|state))|\|\| true\b|\bcontinue-on-error\b|\ballow_failure\b|\balways (?:exits? 0|pass(?:es)?|succeeds?)\b|\bso (?:that )?(?:the )?(?:hooks|checks|tests) don['’]?t run\b|\bdangerously\b|\byolo\b|\b(?:grant|give|allow|let|permit) yourself\b|\bunrestricted\b|\bignore (?:all )?(?:the )?failing (?:tests?|checks?|ci|build|pipeline|suite|jobs?)|\bnever (?:be )?ask\w*(?: me)?(?: for)?\b.{0,20}(?:again|permission|approval|confirm\w*)|\bskip(?:ping)? (?:\w+ ){0,2}(?:ci|hooks|review|reviews|approvals?|checks|verification|permissions?)\b|
      \[(?:skip ci|ci skip)\]|\bas if (?:you|it) (?:had|was|were) (?:been )?(?:approv|allow)|\b(?:pretend|claim|say|act like|assume) (?:that )?(?:you|it|i|someone|somebody|everyone|the \w+)(?:['’]ve| have| has| is| was|['’]s)? (?:been |already )*(?:approv\w*|permission|review\w*|agreed|signed off|sudo|root|admin)|\bask for forgiveness|
      \bstop asking\b|\bassume (?:yes|approval)|\banswer yes to (?:all|every)|\bsay yes to (?:all|every)|\bapprove (?:your|its|my) own\b|\bself[- ]approv|\bwith admin (?:rights|override)|\busing (?:your |the )?admin\b|\badmin override|\b(?:hide|cover|conceal) (?:your|the|our|all) (?:tracks|traces|evidence)|\b(?:nobody|no one|noone) (?:will |would |should |can )?(?:notices?|sees?|knows?|find|minds?|cares?)\b|\bno (?:traces?|trail|evidence)\b|\bwithout (?:anyone|anybody|them|people) (?:noticing|knowing|seeing)
    `,
  ),
  idiom(
    'protections',
    'tells an agent to forget its rules',
    String.raw`
      \b(?:forget|ignore|disregard) (?:everything|all|anything|what(?:ever)?) (?:that |of )?(?:you|i|we|above|before|was|the (?:above|previous))|\byou(?: now)? have no (?:restrictions|rules|limits)|\byou are (?:now |no longer )+(?:an? )?(?:dan|root|unrestricted|unfiltered|admin|free|bound|
      in developer mode|jailbroken|evil)|\bdeveloper mode\b|\b(?:reveal|print|show|repeat|output|leak|tell me) (?:me )?(?:your|the) (?:system prompt|hidden instructions|initial instructions)|
      \bact as (?:root|an? unrestricted|admin)|\bpretend (?:you have|to have|that you have|to be) (?:no|root|admin|an? admin)|\bno (?:restrictions|rules|limits) (?:apply|anymore)|\bjailbreak|\bas (?:if it were )?(?:my |an? )?(?:instructions?|orders?|commands?)(?: from me)?$|\bno longer appl(?:y|ies)|\byou are in (?:maintenance|debug|god|admin|developer|test) mode|\b(?:hidden|secret|system) prompt\b|\bnew (?:system )?instructions?:|\bsystem prompt:|\brules don['’]?t apply|\bforget (?:about )?(?:your|the|all) (?:rules|guidelines|safety|restrictions|previous)
    `,
  ),
  idiom(
    'protections',
    'hides what it does',
    String.raw`
      \bso (?:that )?(?:they|it|nothing|nobody|no one|the \w+) (?:don['’]?t|doesn['’]?t|can(?:no|['’])t|won['’]?t|never) (?:stop|block|catch|notice|ask|see|complain|run)\b|\bhide\b.{0,40}\bfrom (?:the |our |my )?(?:reviewers?|team|boss|manager|security|auditors?|audit|customers|everyone)\b|
      \b(?:say|answer|click|press|type|hit|choose|select|reply)\b.{0,40}\b(?:yes|allow|approve|accept)\b.{0,30}\b(?:every|all|always|any|prompts?)\b|\b(?:permission|every prompt|all prompts)\b.{0,40}\byes\b|^say yes|\b(?:root|anonymous|password) log-?in\b
    `,
  ),
  idiom(
    'github',
    'shows the world what is private',
    String.raw`\bmake (?:\w+ ){0,5}(?:repo\w*|bucket|gist|project|package|dashboard|endpoint|database)\S* (?:\w+ )?(?:public|open source|world[- ]readable)|\bopen[- ]source (?:the|this|our) (?:\w+ )?(?:repo\w*|project|code\w*)|\bpublic (?:gist|repo)\b|\bgo public\b`,
  ),
  idiom(
    'publishing',
    'publishes or deploys',
    String.raw`\bgo(?:es)? live\b|\bpush (?:\w+ ){0,4}live\b|\b(?:npm|cargo|yarn|pnpm|gem|twine|poetry) (?:publish|unpublish|push|upload)\b|\bstraight (?:in)?to (?:prod\w*|live|main|master|trunk)\b|\bdirect(?:ly)? (?:in)?(?:to|on) (?:prod\w*|live|main|master|trunk)\b|\btest (?:it )?in prod\b|\bto the (?:app|play) store\b|\bto all (?:our )?(?:customers|users)\b(?=.*$)(?<=\b(?:roll|ship|push|deploy|release).*)`,
  ),
  idiom(
    'privilege',
    'takes rights',
    String.raw`\bsudo\b(?! (?:hints?|support|prompts?|docs?|option|is|was))|\bas (?:root|administrator|superuser|an admin(?:istrator)?)\b|\bwith (?:root|full|elevated|owner|admin) (?:access|rights|privileges|permissions)|\bbecome root\b|\bsetuid\b|\b(?:chmod|chown)\b(?! (?:docs?|helper|test))|\b0?777\b|\bworld[- ]?(?:writable|readable)\b|\bpasswordless\b|\bescalate (?:your )?privileges|\bprivilege escalation\b|\bsuper ?user\b|\b(?:readable|writable|accessible|executable|open) (?:by|for|to) (?:every\w+|all|any\w+|the (?:world|public|internet))\b`,
  ),
  idiom(
    'network',
    'opens a machine to others',
    String.raw`\b(?:reverse|bind|web) ?shell\b|\bnetcat\b|\bnc -l|\bport ?scan|\bd?dos attack|\bnmap\b|\bngrok\b|\bcloudflared\b|\btunnel to\b|\b0\.0\.0\.0\b|\ball (?:network )?interfaces\b|\bport[- ]forward|\bforward(?:ing)? port|\bfrom (?:anywhere|any ip|the (?:whole )?internet)\b|\bto the (?:whole )?(?:internet|outside world)\b|\bopen(?:ing)? (?:up )?(?:all (?:the )?)?ports?\b`,
  ),
  idiom(
    'download-and-run',
    'runs code from elsewhere',
    String.raw`\b(?:download|fetch|curl|wget|get|pull|grab|pipe|take)\b.{0,100}?\b(?:and|then|&|\||into|to|through) ?(?:then )?(?:it |that |them )?(?:run|execute|pipe|source|eval|bash|sh|zsh|launch|start|your shell|the shell|a shell)\b|\b(?:run|execute|trust)\b.{0,40}\b(?:from (?:the (?:internet|web|link|gist|url|email|attachment|issue|comment)|this (?:link|gist|url)|a (?:random|pastebin|gist)|pastebin))|\b(?:random|untrusted|unknown|unverified|sketchy|suspicious)\b.{0,30}\b(?:fork|script|package|binary|site|repo\w*|url|source|link|gist)\b|\beval\b.{0,40}\b(?:response|server|url|remote|internet|reply)|\bcurl[- ]?(?:pipe|\|)[- ]?(?:ba)?sh|\b(?:into|through) (?:python3?|node|ruby|perl|bash|sh)\b|\b(?:follow|obey|do|execute)\b.{0,40}\b(?:web ?page|website|e-?mail|stranger|unknown)\b|\|\s*(?:sudo )?(?:ba|z|da)?sh\b`,
  ),
  idiom(
    'exhaustion',
    'uses up the machine',
    String.raw`\bfork ?bomb\b(?! (?:in|test|detection|protection))|\b(?:spawn|fork|start|create|open|run|write)\b.{0,40}\b(?:until (?:it|the|memory|disk)|forever|endless\w*|infinite\w*|without (?:end|limit)|as many \w+ as)\b|\bfill(?:ing)? (?:up )?(?:the |all |my )?(?:disk|memory|ram|drive|hard)|\b(?:infinite|endless) loop (?:that|to) (?:spawn|fork)|\b(?:mine|mining) (?:some )?(?:crypto|bitcoin|monero)|\bcryptominer|\buntil (?:it|the \w+|they) (?:crash\w*|breaks?|falls? over|dies|runs out|goes down|is down|stops responding)|\b100 ?% (?:of )?(?:all )?(?:the )?(?:cpu|memory|cores?|ram)|\b(?:million|billion|thousands of|endless|infinite)\b.{0,20}\b(?:files|processes|requests|threads|emails)|\b(?:disk|drive|memory)\b.*\b(?:full|runs out)\b|\bpasswords?\b.*\buntil (?:one|it|you)\b`,
  ),
  idiom(
    'files',
    'deletes what may not come back',
    String.raw`\brm -\w*[rf]\w*(?!\w)(?! (?:\./)?(?:node_modules|dist|build|target|out|coverage|\.next|\.turbo|\.cache|\.venv|venv|__pycache__|\.pytest_cache)(?:$|[\s,;]))|\bmkfs\b|\bdd (?:if|of)=|\b(?:re)?format (?:the |my |our |this |a |entire |whole |c|d|first |second |hard |main |external |usb |\S+ )*(?:disks?|drives?|partitions?|c:|ssd|usb|hdd|volume|filesystem|/dev/\S+)\b|\bclean slate\b(?=.*\b(?:prod\w*|server|database|db|cluster|live|staging|data|bucket|machine))|\b(?:start|begin)\w* (?:over|fresh|anew|from (?:scratch|zero|a clean slate))\b(?=.*\b(?:prod\w*|server|database|db|cluster|live|staging|data|bucket|machine|repo\w*)\b)|(?<=\b(?:prod\w*|server|database|db|cluster|live|staging|data|bucket|machine|repo\w*|tables?)\b.*)\b(?:from (?:scratch|zero)|start(?:ing)? (?:over|fresh)|clean slate)\b|\bfactory reset\b|\bsecure erase\b|\bfree (?:up )?(?:some )?(?:disk )?space\b(?=.*(?:delet|remov|server|prod|host|disk))|\bdelete from \w+|\b(?:drop|truncate) table\b|\bflush ?(?:all|db)\b|\bselect \*.* into outfile`,
  ),
  idiom(
    'containers',
    'deletes containers or data',
    String.raw`\bdocker (?:system|volume|image|container) prune|\bprivileged (?:container|mode)\b|\bhelm (?:uninstall|delete|rollback)\b|\bkubectl (?:delete|apply|drain|scale)\b`,
  ),
  idiom(
    'cloud',
    'changes what runs elsewhere',
    String.raw`\bterraform (?:apply|destroy)\b|\bpulumi (?:up|destroy)\b|\b(?:down )?to (?:zero|0) (?:replicas|instances|nodes|workers)\b|\bscale\b.{0,30}\bto (?:zero|0|\d+)(?:$| (?:replicas|instances|nodes|workers|now))|\b(?:run|apply|execute) (?:the |all |pending |these |database |db |schema |outstanding |prod\w* )*migrations? (?:on|against|in|to) (?:the )?(?:prod|production|live|staging)|\bswitch(?:ing)? (?:the )?traffic|\bcut(?:ting)? over to`,
  ),
  idiom(
    'cloud',
    'spends money',
    String.raw`\bsign (?:us|me|the team|everyone) up for\b.{0,40}\b(?:paid|pro|premium|enterprise|business|tier|plan|subscription)\b|\bplace (?:the|an|our|that) order\b(?!.{0,20}\b(?:button|test|endpoint|page)\b)`,
  ),
  idiom(
    'github',
    'presses a button of the world',
    String.raw`\b(?:hit|press|click|push|smash|use) (?:the |that )?(?:big |green |red )*(?:merge|deploy|publish|release|approve|rollback|buy|send) button\b(?! (?:test|handler|component|style|styles|label|icon|color|colour))`,
  ),
  idiom(
    'protections',
    'makes an exception from a protection',
    String.raw`\b(?:add|make|create|put in|set up)\b.{0,30}\b(?:exception|exclusion|exemption|bypass)\b.{0,60}\b(?:virus|malware|antivirus|scanner|firewall|edr|defender|dlp|waf)\b`,
  ),
  idiom(
    'database',
    'overwrites what is there',
    String.raw`\b(?:import|restore|copy|load|write|apply)\b.{0,60}\bover (?:the )?(?:current|existing|live|present|running) (?:one|ones|state|data|database|version|config|copy)\b|\bfor real (?:this time|now|today)\b(?=.*$)(?<=\b(?:migration|migrate|deploy|deployment|delete|cleanup|release|run|send)\b.*)`,
  ),
  idiom(
    'persistence',
    'makes something run by itself',
    String.raw`\b(?:start|run|launch|restart)s? (?:itself|yourself|automatically|by itself)?\s?(?:at|on|after|with) (?:every )?(?:boot|login|log-in|startup|reboot|logon)\b|\bwhen(?:ever)? (?:i|the (?:machine|computer|laptop)|you) (?:log|boot|start)s?\b|\bgit hooks? that\b`,
  ),
  idiom(
    'fleet',
    'steers the fleet',
    String.raw`\b(?:detach|log out|exit) (?:from )?tmux\b.*\bkill|~?/?\.fleet\b(?=.*$)(?<=\b(?:delete|remove|edit|change|wipe|rm|clear|overwrite|write)\b.*)|\bother agents?['’]? (?:sessions?|work|worktrees?|panes?|files)\b|\b(?:pause|stop|kill|shut down|disable) (?:the )?(?:whole |entire )?(?:fleet|director)`,
  ),
];

/** Each of the idioms has one of these words: most clauses have none, and need not be compared. */
const CUES: ReadonlySet<string> = new Set(
  listed(`
    force, forced, forcing, forcefully, forcibly, forceful, forcepush, furce, forc, push, pushed, pushing, overwrite, overwriting, clobber, replace, mirror, filter, bfg, rebase, interactive, interactively, reflog, history, orphan, rewrite, rewriting, squash, commit, commits, never,
    hard, reset, origin, upstream, remote, changes, verify, without, ask, asking, asked, wait, waiting, need, needs, even, although, despite, regardless, matter, auto, automerge, dangerously, yolo, yourself, unrestricted, ignore, disregard, forget, skip, skipping, ci, pretend, claim,
    assume, forgiveness, stop, yes, approve, self, admin, hide, cover, conceal, nobody, noone, one, traces, trail, evidence, true, continue, allow_failure, exits, pass, passes, succeeds, hooks, checks, tests, restrictions, rules, limits, unfiltered, developer, prompt, act, jailbreak,
    instruction, instructions, orders, commands, longer, mode, apply, public, open, gist, source, world, live, publish, unpublish, upload, straight, direct, directly, prod, store, customers, users, sudo, root, administrator, superuser, setuid, chmod, chown, 777, writable, readable,
    passwordless, escalate, privilege, privileges, executable, accessible, elevated, rights, access, permissions, owner, full, shell, netcat, nc, port, ports, ddos, dos, nmap, ngrok, cloudflared, tunnel, 0, interfaces, forward, anywhere, internet, outside, ip, download, fetch, curl, wget,
    get, pull, grab, pipe, take, trust, random, untrusted, unknown, unverified, sketchy, suspicious, eval, into, through, follow, obey, do, fork, forkbomb, bomb, until, forever, endless, endlessly, infinite, infinitely, fill, filling, loop, mine, mining, crypto, bitcoin, cryptominer, cpu, ram, cores, memory, million,
    billion, thousands, disk, drive, passwords, password, rm, mkfs, dd, format, reformat, slate, scratch, zero, start, starting, begin, factory, secure, free, delete, drop, truncate, flushall, flushdb, flush, select, docker, privileged, helm, kubectl, terraform, pulumi, scale, migrations, migration, traffic, cut,
    cutting, boot, login, startup, reboot, logon, whenever, when, git, tmux, fleet, agent, agents, director, say, answer, click, press, type, hit, choose, reply, permission, log, furcefully, so, host, button, sign, order, exception, exclusion, exemption, over, real
  `),
);

/** Whether an idiom may stand among these words. */
export function mayBeIdiom(words: readonly string[]): boolean {
  return words.some(
    (word) =>
      CUES.has(word) || (/[^a-z]/.test(word) && word.split(/[^a-z0-9_]+/).some((part) => CUES.has(part))),
  );
}

/** What comes in one clause and is run in the next: “download it and run it”. */
export const FETCHED_AND_RUN = pattern(
  String.raw`\b(?:download|fetch|curl|wget|grab|pull down|get)\b.{0,100}\b(?:run|execute|source|eval|install|launch|start|open) (?:it|them|that|this|the (?:script|binary|installer|file))\b`,
);
