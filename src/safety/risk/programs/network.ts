import { isUnknown, type ProgramRules, readOptions, SECRET, shown } from '../call.ts';
import { pattern } from '../pattern.ts';
import { isSecretFile, judgeRead, judgeWrite } from '../places.ts';
import { always, group, reads } from '../rules.ts';
import { approve, undecided, worst } from '../verdict.ts';

/** This machine, and addresses that no network routes. */
const HERE = pattern(
  String.raw`
      ^(?:https?:\/\/)?(?:[^/@]*@)?(?:localhost|127\.\d+\.\d+\.\d+|\[::1\]|0\.0\.0\.0|
      host\.docker\.internal|[\w-]+\.(?:local|test|localhost))(?::|\/|$)|^:\d|^(?:https?:\/\/)?(?:api|
      app|web|backend|server)(?::\d+)?(?:\/|$)
    `,
  'i',
);

const CURL_VALUES =
  `X request H header d data data-raw data-binary data-urlencode data-ascii json F form form-string T upload-file o output u user A user-agent e referer b cookie c cookie-jar
  w write-out m max-time connect-timeout retry retry-delay x proxy cacert cert key K config url r range E resolve D dump-header Y y C z max-redirs output-dir unix-socket
  limit-rate interface oauth2-bearer rate`.split(/\s+/);

const curl: ProgramRules = ({ program, args }) => {
  const how = `${program} ${shown(args)}`;
  const options = readOptions(args, CURL_VALUES);
  const urls = [...options.operands, options.value('url') ?? ''].filter((word) => word !== '');
  const isHere = urls.length > 0 && urls.every((url) => HERE.test(url));
  if (args.some((word) => word.includes(SECRET)) && !isHere)
    return approve('secrets', `${how} sends a secret`);
  if (options.has('K', 'config')) return undecided(`${how} reads its options from a file`);
  if (urls.some((url) => /^(?:file|gopher|dict|telnet|smb|scp|sftp|ftp):/i.test(url)))
    return approve('secrets', `${how} goes by an unusual way`);
  if (urls.some((url) => /169\.254\.169\.254|metadata\.google|100\.100\.100\.200|fd00:ec2/.test(url)))
    return approve('secrets', `${how} asks the cloud for credentials`);
  const target = options.value('o', 'output') ?? options.value('output-dir');
  const written = target === null ? null : judgeWrite(target, how);
  if (written !== null) return written;
  if (options.has('unix-socket') && /docker\.sock/.test(options.value('unix-socket') ?? ''))
    return approve('containers', `${how} steers the container engine`);
  if (isHere)
    return args.some((word) => /@/.test(word) && isSecretFile(word.replace(/^.*@/, '')))
      ? approve('secrets', `${how} reads secrets`)
      : null;
  const method = (options.value('X', 'request') ?? 'GET').toUpperCase();
  const sends = options.has(
    'T',
    'upload-file',
    'F',
    'form',
    'd',
    'data',
    'data-raw',
    'data-binary',
    'data-urlencode',
    'data-ascii',
    'json',
    'form-string',
  );
  if (sends) return approve('exfiltration', `${how} sends data to somewhere else`);
  if (!/^(?:GET|HEAD|OPTIONS)$/.test(method)) return approve('network', `${how} changes something elsewhere`);
  if (
    urls.some(
      (url) =>
        url.startsWith(`${SECRET}`) ||
        (isUnknown(url.replace(/^https?:\/\/[^/?]+/, '')) &&
          isUnknown(url) &&
          /\?|\/[^/]*$/.test(url) &&
          /[?=/]\uE000$/.test(url) &&
          /\?/.test(url)),
    )
  )
    return approve('exfiltration', `${how} sends what it found out`);
  return null;
};

const WGET_VALUES = [
  'O',
  'output-document',
  'P',
  'directory-prefix',
  'o',
  'a',
  'U',
  'header',
  'post-data',
  'post-file',
  'body-data',
  'body-file',
  'method',
  'i',
  't',
  'T',
  'e',
  'execute',
  'user',
  'password',
  'use-askpass',
  'level',
  'l',
  'A',
  'R',
];

const wget: ProgramRules = ({ program, args }) => {
  const how = `${program} ${shown(args)}`;
  const options = readOptions(args, WGET_VALUES);
  const isHere = options.operands.every((url) => HERE.test(url));
  if (options.has('use-askpass', 'e', 'execute'))
    return approve('inline-code', `${how} runs another program or command`);
  if (options.has('post-data', 'post-file', 'body-data', 'body-file') && !isHere)
    return approve('exfiltration', `${how} sends data to somewhere else`);
  if (args.some((word) => word.includes(SECRET)) && !isHere)
    return approve('secrets', `${how} sends a secret`);
  if (options.operands.some((url) => /169\.254\.169\.254|metadata\.google/.test(url)))
    return approve('secrets', `${how} asks the cloud for credentials`);
  return worst([options.value('O', 'output-document'), options.value('P', 'directory-prefix')], (path) =>
    path === null ? null : judgeWrite(path, how),
  );
};

const httpie: ProgramRules = ({ program, args }) => {
  const words = args.filter((word) => !word.startsWith('-'));
  const url = words.find((word) => /[./:]/.test(word)) ?? '';
  const sends =
    /^(?:POST|PUT|PATCH|DELETE)$/i.test(words[0] ?? '') ||
    words.some((word) => /^[\w-]+(?::=|=|@)/.test(word) && !/==/.test(word) && word !== url);
  return sends && !HERE.test(url)
    ? approve('exfiltration', `${program} ${shown(args)} sends data to somewhere else`)
    : null;
};

const netcat: ProgramRules = ({ program, args, feed }) => {
  const how = `${program} ${shown(args)}`;
  const options = readOptions(args, ['w', 'i', 'p', 's', 'q', 'e', 'c', 'exec', 'sh-exec']);
  if (options.has('z') && !options.has('e', 'c', 'l')) return null;
  return approve(
    feed.kind === 'nothing' ? 'network' : 'exfiltration',
    `${how} opens a connection of its own`,
  );
};

const SSH_VALUES = [
  'b',
  'c',
  'D',
  'E',
  'e',
  'F',
  'I',
  'i',
  'J',
  'L',
  'l',
  'm',
  'O',
  'o',
  'p',
  'Q',
  'R',
  'S',
  'W',
  'w',
  'B',
];

const ssh: ProgramRules = ({ program, args, inner, feed }) => {
  const how = `${program} ${shown(args)}`;
  const proxied = args.find((word) => /proxycommand|localcommand|knownhostscommand/i.test(word));
  if (proxied !== undefined) return approve('inline-code', `${how} runs a command here`);
  if (args.length === 1 && /^-[VQ]$/.test(args[0] ?? '')) return null;
  if (args[0] === '-T' && /^git@(?:github|gitlab|bitbucket)\.\w+$/.test(args[1] ?? '')) return null;
  let at = 0;
  while (at < args.length && (args[at] ?? '').startsWith('-'))
    at += SSH_VALUES.includes((args[at] ?? '').slice(-1)) && (args[at] ?? '').length === 2 ? 2 : 1;
  const command = args.slice(at + 1).join(' ');
  if (/^git@(?:github|gitlab|bitbucket)\.\w+$/.test(args[at] ?? '')) return null;
  const found = command === '' ? null : inner.script(command);
  if (found?.verdict === 'refuse') return found;
  if (found !== null && found.category !== 'undecided') return found;
  return approve(
    'network',
    `${how} works on another machine${feed.kind === 'nothing' ? '' : ' with what it is given'}`,
  );
};

const copyRemote: ProgramRules = ({ program, args, inner }) => {
  const how = `${program} ${shown(args)}`;
  const options = readOptions(args, [
    'P',
    'i',
    'F',
    'o',
    'J',
    'c',
    'l',
    'S',
    'e',
    'rsh',
    'exclude',
    'include',
    'rsync-path',
    'filter',
    'f',
    'p',
    'port',
    'bwlimit',
    'exclude-from',
    'files-from',
    'log-file',
  ]);
  const shell = options.value('e', 'rsh');
  if (shell !== null && program === 'rsync') {
    const found = /^ssh\b/.test(shell) && !/proxycommand/i.test(shell) ? null : inner.script(shell);
    if (found !== null) return found;
  }
  if (
    options.operands.some(
      (word) =>
        /^(?:[^/]*@)?[^/:]{2,}:|^(?:rsync|scp|sftp|ftp):\/\//.test(word) ||
        word.includes('@') ||
        isUnknown(word.split('/')[0] ?? ''),
    )
  )
    return approve('exfiltration', `${how} copies between machines`);
  if (program !== 'rsync')
    return options.operands.length === 0 ? null : approve('exfiltration', `${how} copies between machines`);
  if (args.some((word) => /^--(?:del|remove-source)/.test(word)))
    return approve('files', `${how} deletes what the source does not have`);
  return (
    worst(options.operands.slice(0, -1), (path) => judgeRead(path, how)) ??
    judgeWrite(options.operands.at(-1) ?? '', how)
  );
};

export const NETWORK_PROGRAMS: Readonly<Record<string, ProgramRules>> = {
  curl,
  wget,
  wget2: wget,
  ...group('aria2c axel lynx w3m links', wget),
  ...group('http https xh httpie', httpie),
  ...group('nc ncat netcat nc.traditional nc.openbsd', netcat),
  ...group('socat telnet', always('network', 'opens a connection of its own')),
  ssh,
  ...group('autossh mosh dbclient sshpass pssh rsh rlogin tsh', ssh),
  ...group('scp sftp rsync rclone ftp lftp tftp croc magic-wormhole wormhole', copyRemote),
  ...group(
    `ngrok localtunnel lt bore frpc chisel ssh-copy-id tailscale zerotier-cli wg wg-quick openvpn
    proxychains tor cloudflared gost`,
    reads(/^(?:status|ip|ping|show|version|netcheck)/, 'network', 'opens the machine to others'),
  ),
  'ssh-keygen': ({ args }) =>
    /(?:^| )-[lFBHV]/.test(args.join(' '))
      ? null
      : approve('persistence', `ssh-keygen ${shown(args)} makes or changes keys`),
  'ssh-add': reads(/^-[lL]$/, 'secrets', 'hands out a key'),
  'ssh-keyscan': () => null,
  ...group('gpg gpg2', ({ program, args }) =>
    /--(?:export-secret|delete|gen-key|quick|full-gen|edit|decrypt|import|recv|send)|(?:^| )-d(?: |$)/.test(
      args.join(' '),
    )
      ? approve('secrets', `${program} ${shown(args)} uses or changes keys`)
      : worst(args, (path) => judgeRead(path, program)),
  ),
  openssl: ({ args }) =>
    /^(?:version|x509|dgst|rand|verify|list|sha|md5|base64|help|ciphers|s_time|speed|prime)/.test(
      args[0] ?? '',
    )
      ? null
      : approve(
          /^s_client|^s_server/.test(args[0] ?? '') ? 'network' : 'secrets',
          `openssl ${shown(args)} uses keys or a connection`,
        ),
  ...group('mail mailx sendmail mutt msmtp swaks ssmtp', always('exfiltration', 'sends mail')),
  ...group(
    'iptables ip6tables nft ufw firewall-cmd pfctl ebtables ipset',
    reads(/(?:^| )(?:-L|-S|--list\S*|list|status|--state|-s|show)(?: |$)/, 'network', 'changes the firewall'),
  ),
  ip: ({ args }) =>
    /\b(?:add|del|delete|set|flush|change|replace|exec)\b/.test(args.join(' ')) ||
    /\bdown$/.test(args.join(' '))
      ? approve('network', `ip ${shown(args)} changes the network`)
      : null,
  ifconfig: ({ args }) =>
    args.length > 1 && !args.includes('-a')
      ? approve('network', `ifconfig ${shown(args)} changes the network`)
      : null,
  ...group(
    'route arp ethtool iwconfig nmcli networksetup netplan brctl tc hostnamectl resolvectl netsh',
    reads(
      /^$|^-\w$|(?:^| )(?:-n|show|status|list|-a|-g\w+|-get\w*|query|-i)(?: |$)/,
      'network',
      'changes the network',
    ),
  ),
  ...group(
    `ifup ifdown dhclient tcpdump tshark wireshark dsniff ettercap arpspoof mitmproxy mitmdump
    aircrack-ng airmon-ng`,
    always('network', 'changes or listens to the network'),
  ),
  ...group(
    `nmap masscan zmap hydra sqlmap nikto john hashcat msfconsole msfvenom gobuster wfuzz medusa
    responder metasploit mimikatz crackmapexec`,
    always('network', 'attacks or scans machines'),
  ),
  ...group(
    'ping dig nslookup host whois traceroute tracepath mtr netstat ss ping6 drill nethogs iftop',
    () => null,
  ),
};
