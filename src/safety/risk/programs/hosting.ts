import { type Call, isUnknown, type ProgramRules, readOptions, shown } from '../call.ts';
import { pattern } from '../pattern.ts';
import { isEverything, isSecretFile, judgeRead } from '../places.ts';
import { group } from '../rules.ts';
import { approve, type Finding, type RiskCategory, undecided, worst } from '../verdict.ts';

/** The words that are no options, in the order they stand: the subcommand first. */
function subcommand(args: readonly string[], withValue: readonly string[] = []): readonly string[] {
  return readOptions(args, withValue).operands;
}

/**
 * A command line whose commands read or change something elsewhere: reading is harmless, all else is a person's to say.
 * @param reads the subcommand's words that only read, joined by blanks
 */
function readsOrChanges(
  category: RiskCategory,
  withValue: readonly string[],
  reads: RegExp,
  secrets: RegExp,
): ProgramRules {
  return (call) => {
    const words = subcommand(call.args, withValue).join(' ');
    const how = `${call.program} ${shown(call.args)}`;
    if (
      (words === '' && !call.args.includes('--prod')) ||
      /(?:^|\s)help(?:\s|$)/.test(words) ||
      call.args.includes('--dry-run') ||
      call.args.includes('--dry-run=client')
    )
      return null;
    if (secrets.test(`${words} ${call.args.join(' ')}`)) return approve('secrets', `${how} prints secrets`);
    if (reads.test(words)) return null;
    return isUnknown(words.split(' ').slice(0, 2).join(' '))
      ? undecided(`${how} does something not known before`)
      : approve(category, `${how} changes what runs elsewhere`);
  };
}

const NO_SECRET = /^$(?!)/;

const aws = readsOrChanges(
  'cloud',
  [
    'region',
    'profile',
    'output',
    'query',
    'endpoint-url',
    'filters',
    'instance-ids',
    'bucket',
    'table-name',
    'stack-name',
    'log-group-name',
    'function-name',
    'cluster',
    'services',
    'service',
    'name',
    'names',
    'key',
    'prefix',
    'max-items',
  ],
  pattern(String.raw`
      ^(?:s3 (?:ls|presign)|s3 cp s3:\S+ (?![/~])\S+$|s3 sync s3:\S+ (?![/~])\S+$|configure list\S*|
      logs tail|sso login|sts get-caller-identity|\S+ (?:describe|list|get|head|lookup|search|filter|
      scan|query|batch-get|estimate|validate|wait|tail|ls|check|test|view|show|simulate)(?:-\S*|\b))
    `),
  pattern(String.raw`
      secretsmanager get-secret-value|secretsmanager batch-get|ssm get-parameter.*--with-decryption|
      sts (?:get-session-token|assume-role|get-federation)|iam create-access-key|ecr get-(?:login|auth)|
      kms decrypt|configure (?:get|export)|rds generate-db-auth|eks get-token|lambda get-function\b|
      ec2 get-password
    `),
);

const gcloud = readsOrChanges(
  'cloud',
  [
    'project',
    'zone',
    'region',
    'format',
    'filter',
    'limit',
    'account',
    'configuration',
    'location',
    'cluster',
  ],
  pattern(String.raw`
      (?:^|\s)(?:list|describe|info|version|get-iam-policy|list-\S+|get-value|read|tail|search|ls|cat|
      du|stat)(?:\s|$)|^(?:config (?:list|get-value|get|set project|set)|auth list|logging read|topic|
      components list)
    `),
  /secrets versions access|auth (?:print|application-default print)|iam service-accounts keys create|kms decrypt/,
);

const az = readsOrChanges(
  'cloud',
  ['subscription', 'output', 'o', 'query', 'g', 'resource-group', 'n', 'name', 'location', 'l'],
  /(?:^|\s)(?:list|show|version|list-\S+|check-\S+|get|exists|tail|logs?|wait|find|feedback)(?:\s|$)|^(?:login|account set|interactive)/,
  pattern(String.raw`
      keyvault secret (?:show|download|list-versions)|get-access-token|(?:list-keys|keys list|
      credential\S* (?:list|show|reset)|show-connection-string|list-connection-strings|get-credentials|
      create-for-rbac)
    `),
);

const otherCloud = readsOrChanges(
  'cloud',
  [
    'a',
    'app',
    'r',
    'remote',
    'context',
    't',
    'access-token',
    'project',
    'env',
    'e',
    'o',
    'output',
    'format',
    'region',
    'team',
    'scope',
  ],
  pattern(String.raw`
      (?:^|\s)(?:ls|list|get|show|status|logs?|info|inspect|whoami|version|describe|ps|dev|build|doctor|
      tail|releases|domains|help|open|validate|check|linked|pull|link|init|types|typegen|generate|start|
      serve|preview|synth|diff|plan|local|invoke local|docs|regions|history|login|proxy|test|lint|
      emulators:\S+|functions:serve|gen)(?:\s|$)|^(?:logs:|functions:log)|:(?:list|get|info|serve|log|
      open)$
    `),
  pattern(String.raw`
      (?:^|\s)(?:config|env|secrets?|auth|tokens?)(?:[: ](?:get|pull|show|print|token|reveal|export)|
      :get)|^(?:env pull|auth token|auth:token|config)$
    `),
);

const terraform = readsOrChanges(
  'cloud',
  ['var', 'var-file', 'chdir', 'target'],
  pattern(String.raw`
      ^(?:init|plan|validate|fmt|show|version|providers|graph|console|get|workspace (?:list|show|select|
      new)|state (?:list|show)|output|test|refresh-only|hclfmt|run-all (?:plan|validate)|render-json|
      login|modules|metadata)\b
    `),
  /^state pull/,
);

const pulumi = readsOrChanges(
  'cloud',
  ['s', 'stack', 'C', 'cwd', 'c'],
  pattern(`
      ^(?:preview|about|version|stack (?:ls|select|output|graph|history)|stack$|config$|logs|whoami|
      login|plugin (?:ls|install)|new|install|schema|convert|watch-logs|org ls)
    `),
  /--show-secrets/,
);

const ansible: ProgramRules = ({ program, args }) =>
  args.some((word) => /^(?:--check|-C|--syntax-check|--list-\S+|--version)$/.test(word)) ||
  /^ansible-(?:lint|doc|inventory|config)$/.test(program)
    ? null
    : program === 'ansible-galaxy'
      ? null
      : approve('cloud', `${program} ${shown(args)} changes the hosts it names`);

const KUBE_VALUES = [
  'n',
  'namespace',
  'context',
  'kubeconfig',
  'l',
  'selector',
  'o',
  'output',
  'c',
  'container',
  'cluster',
  'user',
  'f',
  'filename',
  'field-selector',
  'tail',
  'since',
  'sort-by',
  'as',
  'kube-context',
  'timeout',
];

const kubectl: ProgramRules = (call) => {
  const dashes = call.args.indexOf('--');
  const own = dashes === -1 ? call.args : call.args.slice(0, dashes);
  const [verb = '', what = '', ...names] = subcommand(own, KUBE_VALUES);
  const how = `${call.program} ${shown(call.args)}`;
  const isRead =
    KUBE_READS.test(verb) ||
    (verb === 'rollout' && /^(?:status|history)$/.test(what)) ||
    (verb === 'auth' && /^(?:can-i|whoami)$/.test(what)) ||
    (verb === 'config' && /^(?:view|get-\S+|current-context|use-context|set-context)$/.test(what));
  if (verb === 'port-forward' && call.args.some((word) => /0\.0\.0\.0/.test(word)))
    return approve('network', `${how} opens a port to everybody`);
  if (verb === 'exec' || verb === 'run' || verb === 'debug') {
    if (dashes === -1 && names.length === 0 && verb === 'exec')
      return approve('containers', `${how} runs something in a container`);
    const command = dashes === -1 ? names : call.args.slice(dashes + 1);
    if (verb !== 'exec') return approve('containers', `${how} starts a container in the cluster`);
    return (
      call.inner.words(command) ??
      (/^(?:ba|z|da|a)?sh$/.test(command.at(-1)?.split('/').at(-1) ?? '')
        ? approve('containers', `${how} opens a shell in a container`)
        : null)
    );
  }
  if (verb === 'config' && own.includes('--raw')) return approve('secrets', `${how} prints credentials`);
  if ((verb === 'get' || verb === 'describe') && /^(?:all,)?secrets?(?:[/,.]|$)/i.test(what))
    return verb === 'get' &&
      names.length === 0 &&
      !/\/.+/.test(what) &&
      !own.some((word) => /^(?:-o|--output)/.test(word))
      ? null
      : approve('secrets', `${how} prints secrets`);
  if (verb === 'get' && own.some((word) => word.startsWith('--raw')))
    return approve('secrets', `${how} reads the server directly`);
  if (isRead || verb === '') return null;
  if (own.some((word) => /^--dry-run(?:=(?:client|server))?$/.test(word))) return null;
  return isUnknown(verb)
    ? undecided(`${how} does something not known before`)
    : approve('containers', `${how} changes the cluster`);
};

const KUBE_READS = pattern(`
        ^(?:get|describe|logs?|top|explain|version|cluster-info|api-resources|api-versions|diff|wait|
        events|help|completion|port-forward|options|kustomize|convert|tree|ns|ctx|neat|stern)$
      `);

const helm = readsOrChanges(
  'containers',
  KUBE_VALUES,
  pattern(`
      ^(?:list|ls|status|history|show|search|template|lint|version|env|dependency|dep|repo (?:list|add|
      update)|pull|package|create|test|verify|diff|plugin list|completion)
    `),
  /^get (?:values|all|manifest)/,
);

const DOCKER_VALUES =
  `e env v volume p publish name network w workdir u user entrypoint mount l label env-file add-host host H context memory m cpus platform pid ipc
  userns cap-add security-opt device hostname h restart log-driver f file t tag build-arg target format filter n tail since until profile project-name
  cache-from cache-to o output progress shm-size gpus tmpfs pull ulimit scale c`.split(/\s+/);

/** Of `run` and `exec`, whose letters mean other things than those of `build` and `ps`. */
const CONTAINER_VALUES = DOCKER_VALUES.filter((name) => !/^[tfonc]$/.test(name));

/** Options that open the host to a container. */
const OPENS_HOST = pattern(
  `
      ^(?:--privileged(?:=true)?|--(?:pid|ipc|userns|uts|network|net|cgroupns)=host|--cap-add=?(?:ALL|
      SYS_ADMIN|SYS_PTRACE|NET_ADMIN|SYS_MODULE)?|--device(?:=.*)?|--security-opt(?:=.*)?)$
    `,
  'i',
);

const docker: ProgramRules = (call) => {
  const { args, program } = call;
  const how = `${program} ${shown(args)}`;
  const at = commandAt(args, DOCKER_VALUES);
  const host = readOptions(args.slice(0, at), DOCKER_VALUES).value('H', 'host');
  let verb = args[at] ?? '';
  let rest = args.slice(at + 1);
  if (verb === 'stack' && /^(?:rm|remove|down|deploy|up)$/.test(rest[0] ?? ''))
    return approve('containers', `${how} changes what runs in the swarm`);
  if (verb === 'compose' || verb === 'stack') {
    const compose = commandAt(rest, DOCKER_VALUES);
    return judgeCompose(rest[compose] ?? '', rest.slice(compose + 1), how, call);
  }
  const isGroup = DOCKER_GROUPS.test(verb);
  const group = isGroup ? verb : '';
  if (isGroup) {
    verb = rest[0] ?? '';
    rest = rest.slice(1);
  }
  if (host !== null && host !== '') return approve('containers', `${how} works on another host`);
  if (/^build$|^bake$/.test(verb) && rest.includes('--push'))
    return approve('publishing', `${how} publishes an image`);
  if (verb === 'inspect' && /\.env\b|config\.env/i.test(rest.join(' ')))
    return approve('secrets', `${how} prints the environment`);
  const isRead = DOCKER_READS.test(verb);
  if (
    group === 'secret' ||
    group === 'config' ||
    group === 'swarm' ||
    group === 'node' ||
    group === 'service' ||
    group === 'plugin'
  )
    return isRead && verb !== 'create' ? null : approve('containers', `${how} changes the swarm`);
  if (verb === 'run' || verb === 'create') {
    const options = readOptions(rest, DOCKER_VALUES);
    const opens =
      rest.some(
        (word, index) =>
          OPENS_HOST.test(word) &&
          (word !== '--cap-add' || /^(?:ALL|SYS_|NET_ADMIN)/i.test(rest[index + 1] ?? '')),
      ) ||
      /(?:^| )--(?:pid|ipc|userns|uts|network|net) host(?: |$)/.test(
        rest.join(' ').replace(/--net(?:work)? host/, ''),
      );
    if (opens) return approve('containers', `${how} opens the host to the container`);
    const mounts = rest.flatMap((word, index) =>
      /^(?:-v|--volume|--mount)$/.test(word)
        ? [rest[index + 1] ?? '']
        : /^(?:--volume=|--mount=|-v.)/.test(word)
          ? [word.replace(/^(?:--volume=|--mount=|-v=?)/, '')]
          : [],
    );
    const risky = mounts
      .map((mount) => /(?:source|src)=([^,]+)/.exec(mount)?.[1] ?? mount.split(':')[0] ?? '')
      .find(
        (source) =>
          isEverything(source) ||
          /docker\.sock$|^\/(?:etc|root|var\/run|proc|sys)|(?:^|\/)\.(?:ssh|aws|kube|gnupg|claude|config)(?:\/|$)/.test(
            source,
          ),
      );
    if (risky !== undefined)
      return approve('containers', `${how} gives ${risky} of the host to the container`);
    const image = commandAt(rest, CONTAINER_VALUES);
    const command = rest.slice(image + 1);
    const entry = options.value('entrypoint');
    return command.length === 0 && entry === null
      ? null
      : inContainer(call, entry === null ? command : [entry, ...command]);
  }
  if (verb === 'exec') return inContainer(call, rest.slice(commandAt(rest, CONTAINER_VALUES) + 1));
  if (verb === 'push') return approve('publishing', `${how} publishes an image`);
  if (verb === 'stop' || verb === 'restart' || verb === 'kill')
    return rest.filter((word) => !word.startsWith('-')).some(isUnknown) || verb === 'kill'
      ? approve('containers', `${how} ends containers`)
      : null;
  if (
    verb === 'rm' &&
    group === '' &&
    !rest.some((word) => /^-\w*[fv]|^--(?:f|v)/.test(word) || isUnknown(word))
  )
    return null;
  if (verb === 'rmi' && !rest.some((word) => /^-\w*f|^--f/.test(word) || isUnknown(word))) return null;
  if (/^(?:rm|rmi|remove|prune)$/.test(verb))
    return approve('containers', `${how} deletes containers, images or data`);
  if (verb === 'cp') return worst(rest, (word) => judgeRead(word.replace(/^[^:/]+:/, ''), how));
  if (isRead) return null;
  if (/^(?:save|export|commit|import|rename|connect|disconnect)$/.test(verb)) return null;
  return approve('containers', `${how} changes containers`);
};

const DOCKER_READS = pattern(`
        ^(?:ps|ls|list|images|logs|inspect|version|info|top|stats|port|diff|history|search|events|df|
        build|bake|pull|tag|wait|start|create|login|logout|use|show|du|init|debug|lint|load|attach|
        pause|unpause|up|help|)$
      `);

const DOCKER_GROUPS = pattern(`
        ^(?:container|image|volume|network|system|builder|buildx|context|service|swarm|node|secret|
        config|plugin|trust|manifest|checkpoint|machine|pod|scout|model|kube|generate)$
      `);

/** What happens inside a container stays there, unless what it deletes is data or what it prints is secret. */
function inContainer({ inner, program, args }: Call, command: readonly string[]): Finding | null {
  if (command.length === 0) return null;
  const found = inner.words(command);
  return found?.verdict === 'refuse'
    ? approve('containers', `${program} ${shown(args)}: ${found.reason}`)
    : found?.category === 'undecided' && !command.some(isUnknown) && command[0]?.endsWith('sh') !== true
      ? null
      : found;
}

function judgeCompose(verb: string, rest: readonly string[], how: string, call: Call): Finding | null {
  if (verb === 'down' || verb === 'rm')
    return rest.some((word) => /^-\w*v|^--v|^--rmi/.test(word))
      ? approve('containers', `${how} deletes volumes with their data`)
      : null;
  if (verb === 'exec' || verb === 'run')
    return inContainer(call, rest.slice(commandAt(rest, CONTAINER_VALUES) + 1));
  if (verb === 'push' || verb === 'publish') return approve('publishing', `${how} publishes images`);
  if (verb === 'kill' || verb === 'deploy') return approve('containers', `${how} ends or deploys containers`);
  return null;
}

/** The first word that is neither an option nor the value of one. */
function commandAt(args: readonly string[], withValue: readonly string[]): number {
  for (let at = 0; at < args.length; at++) {
    const word = args[at] ?? '';
    if (!word.startsWith('-') || word === '-') return at;
    const name = word.startsWith('--') ? word.slice(2) : (word.at(-1) ?? '');
    if (!word.includes('=') && withValue.includes(name)) at += 1;
  }
  return args.length;
}

const GH_RISKY: Readonly<Record<string, readonly [RegExp, RiskCategory, string]>> = {
  repo: [
    /^(?:delete|archive|unarchive|edit|rename|transfer|deploy-key|autolink|sync)$/,
    'github',
    'changes or deletes a repository',
  ],
  pr: [/^merge$/, 'github', 'merges a pull request'],
  release: [/^(?:delete|delete-asset|edit|create|upload)$/, 'publishing', 'changes a release'],
  secret: [/^(?:set|delete|remove)$/, 'secrets', 'changes a secret'],
  variable: [/^(?:set|delete|remove)$/, 'github', 'changes a variable'],
  auth: [/^(?:token|logout|refresh|setup-git|switch)$/, 'secrets', 'hands out or changes the login'],
  workflow: [/^(?:run|disable|enable)$/, 'github', 'starts or stops workflows'],
  run: [/^(?:delete|cancel)$/, 'github', 'ends or deletes a run'],
  issue: [/^(?:delete|transfer|lock)$/, 'github', 'deletes or moves an issue'],
  'ssh-key': [/^(?:add|delete)$/, 'persistence', 'changes who may log in'],
  'gpg-key': [/^(?:add|delete)$/, 'persistence', 'changes whose signature counts'],
  gist: [/^(?:create|delete|edit)$/, 'exfiltration', 'publishes or deletes text'],
  cache: [/^delete$/, 'github', 'deletes caches'],
  codespace: [/^(?:delete|ssh|cp|create|rebuild|ports)$/, 'github', 'changes a machine in the cloud'],
  cs: [/^(?:delete|ssh|cp|create|rebuild|ports)$/, 'github', 'changes a machine in the cloud'],
  label: [/^delete$/, 'github', 'deletes a label'],
  project: [/^(?:delete|close|item-delete|field-delete)$/, 'github', 'deletes from a project'],
  ruleset: [/^(?:delete|edit|create)$/, 'protections', 'changes the rules of branches'],
  extension: [/^(?:install|exec|upgrade)$/, 'download-and-run', 'runs a program from elsewhere'],
  alias: [/^(?:set|import)$/, 'persistence', 'makes a command mean another'],
  config: [/^set$/, 'github', 'changes the settings of gh'],
  org: [/^$/, 'github', ''],
};

const gh: ProgramRules = ({ program, args }) => {
  const [group = '', verb = ''] = subcommand(args, [
    'R',
    'repo',
    'b',
    'body',
    't',
    'title',
    'hostname',
    'L',
    'limit',
    'json',
    'q',
    'jq',
  ]);
  const how = `${program} ${shown(args)}`;
  if (group === 'api') return judgeApi(args, how);
  if (group === 'auth' && args.some((word) => /^(?:-t|--show-token)$/.test(word)))
    return approve('secrets', `${how} prints the token`);
  if (group === 'pr' && /^review$/.test(verb) && args.some((word) => /^(?:-a|--approve)$/.test(word)))
    return approve('github', `${how} approves a pull request`);
  if (/^(?:issue|pr)$/.test(group) && verb === 'close' && args.some(isUnknown))
    return approve('github', `${how} closes what is not known before`);
  const rule = Object.hasOwn(GH_RISKY, group) ? GH_RISKY[group] : undefined;
  if (rule?.[0].test(verb) === true) return approve(rule[1], `${how} ${rule[2]}`);
  if (isUnknown(group) || isUnknown(verb)) return undecided(`${how} does something not known before`);
  return null;
};

function judgeApi(args: readonly string[], how: string): Finding | null {
  const options = readOptions(args, [
    'X',
    'method',
    'f',
    'F',
    'raw-field',
    'field',
    'H',
    'header',
    'input',
    'q',
    'jq',
    't',
    'template',
    'hostname',
    'cache',
    'p',
    'preview',
  ]);
  const method = (
    options.value('X', 'method') ?? (options.has('f', 'F', 'raw-field', 'field', 'input') ? 'POST' : 'GET')
  ).toUpperCase();
  if (options.operands.includes('graphql'))
    return /\bmutation\b/i.test(args.join(' ')) || args.some((word) => isUnknown(word))
      ? approve('github', `${how} changes something on GitHub`)
      : null;
  return method === 'GET' || method === 'HEAD'
    ? null
    : approve('github', `${how} changes something on GitHub`);
}

const glab: ProgramRules = ({ program, args }) => {
  const [group = '', verb = ''] = subcommand(args, ['R', 'repo']);
  const how = `${program} ${shown(args)}`;
  if (group === 'api') return judgeApi(args, how);
  return /^(?:delete|merge|archive|transfer|set|remove|approve|token|export|run|cancel|retry|destroy)$/.test(
    verb,
  )
    ? approve('github', `${how} changes something on the server`)
    : null;
};

const vault: ProgramRules = (call) => {
  const how = `${call.program} ${shown(call.args)}`;
  return call.args.some((word) => /^(?:status|--?version|login|list|ls|help|signin|whoami)$/.test(word)) &&
    !call.args.some(isSecretFile)
    ? null
    : approve('secrets', `${how} reads or changes secrets`);
};

export const HOSTING_PROGRAMS: Readonly<Record<string, ProgramRules>> = {
  aws,
  awslocal: () => null,
  gcloud,
  gsutil: readsOrChanges('cloud', [], /^(?:-m )?(?:ls|du|stat|version|cat gs)/, NO_SECRET),
  bq: readsOrChanges('cloud', ['project_id'], /^(?:ls|show|head|version)/, NO_SECRET),
  az,
  ...group(
    `doctl heroku fly flyctl vercel netlify wrangler railway render supabase firebase linode-cli hcloud
    scw ibmcloud oci eksctl kops minikube k3d kind cdk sam serverless sls copilot-cli amplify eb nomad
    consul cf dokku now surge packer sst cloudflared ngrok-cli nixops rancher velero argocd flux
    istioctl linkerd oc-cloud pm2-deploy kamal cap deployctl turso neonctl pscale convex stripe twilio
    okta auth0 confluent cfn`,
    otherCloud,
  ),
  terraform,
  tofu: terraform,
  terragrunt: terraform,
  pulumi,
  ...group(
    `ansible ansible-playbook ansible-galaxy ansible-vault ansible-lint ansible-doc ansible-inventory
    chef-client knife puppet salt salt-call`,
    ansible,
  ),
  ...group('kubectl k oc microk8s.kubectl', kubectl),
  helm,
  ...group('docker podman nerdctl', docker),
  'docker-compose': (call) => {
    const at = commandAt(call.args, DOCKER_VALUES);
    return judgeCompose(
      call.args[at] ?? '',
      call.args.slice(at + 1),
      `docker-compose ${shown(call.args)}`,
      call,
    );
  },
  ...group(
    'crictl ctr skopeo',
    readsOrChanges(
      'containers',
      ['n', 'namespace'],
      /^(?:ps|images?|logs|inspect\S*|info|version|stats|pods|(?:images?|containers?|tasks?) ls)/,
      NO_SECRET,
    ),
  ),
  gh,
  hub: (call) =>
    gh(call) ?? (call.args[0] === 'delete' ? approve('github', 'hub delete deletes a repository') : null),
  glab,
  ...group(
    `vault op bw pass gopass lpass keepassxc-cli security secret-tool chamber sops age doppler infisical
    teller akeyless`,
    vault,
  ),
};
