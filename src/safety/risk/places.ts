import { isUnknown } from './call.ts';
import { pattern } from './pattern.ts';
import { approve, type Finding, refuse } from './verdict.ts';

/** Folders that a build makes again; a path may lead to them through folders of the work, never out of it. */
const REGENERABLE = new Set(
  `node_modules dist build out target coverage tmp temp logs .cache .next .nuxt .output .turbo .parcel-cache .vite .svelte-kit
  .pytest_cache .mypy_cache .ruff_cache .tox .nox .venv venv __pycache__ .eggs htmlcov .nyc_output storybook-static .gradle .dart_tool
  .angular .astro .docusaurus .serverless .terraform.d/plugin-cache test-results playwright-report test-output .jest-cache .eslintcache bin obj
  debug release _build deps .stack-work dist-newstyle cmake-build-debug cmake-build-release build-debug build-release lib-cov typings generated
  __snapshots__ .hypothesis .ipynb_checkpoints Pods DerivedData .build bazel-out elm-stuff .expo .wrangler .vercel public/build public/assets`.split(
    /\s+/,
  ),
);
const REGENERABLE_NAME =
  /(?:\.egg-info|^\.DS_Store|\.dSYM|\.tsbuildinfo|\.pyc|\.pyo|\.o|\.a|\.class|\.log|\.tmp|\.orig|\.rej|\.swp|~)$/;

/** A folder or file that the next build or test makes again, inside the folder where work is done. */
export function isRegenerable(path: string): boolean {
  const clean = path.replace(/^(?:\.\/)+/, '').replace(/\/+(?:\*{1,2})?$/, '');
  if (clean === '' || isUnknown(clean) || /^[/~]|(?:^|\/)\.\.(?:\/|$)/.test(clean)) return false;
  if (REGENERABLE.has(clean)) return true;
  const last = clean.slice(clean.lastIndexOf('/') + 1);
  // Build folders lie beside sources: `packages/app/dist` is one, `dist/../src` was turned away above.
  return (
    REGENERABLE.has(last) ||
    REGENERABLE_NAME.test(last) ||
    /(?:^|\/)(?:node_modules|\.next|\.cache|target|dist|build)\//.test(clean)
  );
}

/** A folder that somebody made for a moment. */
export function isScratch(path: string): boolean {
  return (
    /^(?:\/(?:var\/)?tmp|~\/\.cache|~\/\.npm)\/[^/*?\uE000\uE001]+/.test(path) &&
    !/(?:^|\/)\.\.(?:\/|$)/.test(path)
  );
}

/** What a machine or an account consists of: without it nothing else is left to save. */
export function isEverything(path: string): boolean {
  const clean = path.replace(/\/{2,}/g, '/');
  return (
    /^\/(?:\.{1,2}\/?)*\**(?:\.\*)?$/.test(clean) ||
    /^~\/?(?:\*|\.\*|\.|\.\[.*)?$/.test(clean) ||
    SYSTEM_ROOTS.test(clean) ||
    /^\/(?:home|Users)\/[^/]+\/?\**$/.test(clean) ||
    /^(?:\/var\/lib|\/usr\/(?:bin|lib|local|share|sbin)|\/etc\/[^/]+|\/var\/log)\/?\**$/.test(clean) ||
    /^[a-z]:[\\/]?(?:\*(?:\.\*)?|windows.*|users.*)?$/i.test(clean)
  );
}

const SYSTEM_ROOTS = pattern(String.raw`
        ^\/(?:bin|boot|dev|etc|home|lib|lib64|opt|root|sbin|srv|sys|usr|var|proc|Users|System|Library|
        Applications|Windows|mnt|data)\/?\**$
      `);

/** Whole disks and partitions, not `/dev/null` and its neighbours. */
export function isDisk(path: string): boolean {
  return /^\/dev\/(?:sd|hd|vd|xvd|nvme|mmcblk|disk|rdisk|mapper\/|md\d|dm-|loop|mem|kmem|port|[a-z]*\*)|^\\\\\.\\physicaldrive/i.test(
    path.replace(/\/{2,}/g, '/'),
  );
}

const SECRET_FILES: readonly RegExp[] = [
  /(?:^|\/)\.env(?:\.(?!example$|sample$|template$|dist$|defaults?$|test$)[\w.-]+)?[*?]?$/,
  /(?:^|\/)\.?(?:env\.local|env\.production)$/,
  /(?:^|\/)(?:id_(?:rsa|dsa|ecdsa|ed25519)[^/]*|[^/]*_rsa)(?<!\.pub)$/,
  /(?:^|\/)\.ssh(?:\/(?!known_hosts$|config$|[^/]*\.pub$)[^/]*)?\/?$/,
  /\.(?:pem|p12|pfx|key|keystore|jks|kdbx|ppk|asc|gpg)$/i,
  pattern(String.raw`
      (?:^|\/)\.(?:aws|azure|gnupg|kube|docker|config\/gcloud|config\/gh|claude|codex|gemini|copilot|
      config\/github-copilot|password-store|vault-token|terraform\.d|oci)(?:\/.*)?(?:credentials?|
      config|hosts\.yml|auth|token|secring|\.json|\/\*|accessTokens|\.gpg|$)
    `),
  pattern(String.raw`
      (?:^|\/)\.(?:netrc|pgpass|npmrc|pypirc|my\.cnf|git-credentials|dockercfg|claude\.json|
      credentials\.json|vault-token|bash_history|zsh_history|htpasswd|s3cfg|boto)$
    `),
  /^~\/(?:\.config\/)?(?:gh\/hosts\.yml|git\/credentials)$/,
  /^\/etc\/(?:g?shadow|sudoers|ssl\/private|krb5\.keytab|ssh\/ssh_host)/,
  /^\/etc\/master\.passwd$/,
  /^\/proc\/[^/]+\/(?:environ|mem|cmdline\/environ)$/,
  /(?:^|\/)\.claude[^/]*\/?.*(?:credentials|json)$/,
  /(?:^|\/)(?:credentials|secrets?)(?:\.(?:json|ya?ml|toml|txt|env|ini|enc))?$/i,
  /(?:^|\/)(?:service[-_]?account|gcp[-_]?key|application_default_credentials|master)\.(?:json|key)$/i,
  /(?:^|\/)run\/secrets\//,
  /(?:^|\/)(?:cookies(?:\.sqlite)?|login\s?data|logins\.json|key[34]\.db|wallet\.dat|keychain[^/]*)$/i,
];

/** A file that exists to keep something from others: keys, tokens, passwords, an environment. */
export function isSecretFile(path: string): boolean {
  const home = path
    .replace(/^(?:\/home\/[^/]+|\/root|\/Users\/[^/]+)(?=\/)/, '~')
    .replace(/\/{2,}/g, '/')
    .replace(/^file:\/\//, '');
  if (home.length < 3) return false;
  return SECRET_FILES.some((shape) => shape.test(home));
}

const STARTUP = pattern(String.raw`
      (?:^|\/)\.(?:bash(?:rc|_profile|_login|_logout|_aliases)|profile|zsh(?:rc|env|_?profile)|zprofile|
      zlogin|kshrc|cshrc|tcshrc|inputrc|vimrc|gitconfig|xinitrc|xprofile|xsession|config\/(?:fish\/|
      autostart\/|systemd\/)|tmux\.conf)|(?:^|\/)LaunchAgents\/|\.git\/hooks\/(?![^/]*\.sample$)|(?:^|
      \/)\.husky\/_
    `);
const SSH_ACCESS = /(?:^|\/)\.ssh(?:\/|$)|(?:^|\/)authorized_keys/;
const FLEET = /(?:^|\/)\.fleet(?:\/|$)/;
const AGENT_RULES =
  /(?:^|\/)\.(?:claude|codex|gemini|copilot)\/(?:settings(?:\.local)?\.json|config\.toml|hooks|.*permissions)/;
const SYSTEM =
  /^\/(?:bin|boot|etc|lib|lib64|opt|root|sbin|sys|usr|var|proc|System|Library|srv)(?:\/|$)|^[a-z]:[\\/]+windows/i;

/** What it means to write to a path, by a redirection or by any program. `how` begins the reason. */
export function judgeWrite(path: string, how: string): Finding | null {
  const clean = path.replace(/\/{2,}/g, '/');
  const named = clean.replace(/[\uE000\uE001]+/g, '…');
  if (/^\/dev\/(?:null|stdout|stderr|tty|fd\/|zero|full|stdin|shm\/)/.test(clean)) return null;
  if (/^\/dev\/(?:tcp|udp)\//.test(clean))
    return approve('network', `${how} opens a connection to ${named.slice(9)}`);
  if (isDisk(clean)) return refuse('files', `${how} overwrites the disk ${named}`);
  if (SSH_ACCESS.test(clean)) return approve('persistence', `${how} changes who may log in, ${named}`);
  if (
    STARTUP.test(clean) ||
    /^\/etc\/(?:cron|systemd|init|rc\.|profile|ld\.so|sudoers|pam)|^\/var\/spool\/cron/.test(clean)
  )
    return approve('persistence', `${how} changes what runs by itself, ${named}`);
  if (/^\/proc\/sys(?:rq|\/)/.test(clean))
    return approve('system', `${how} changes the running system, ${named}`);
  if (FLEET.test(clean)) return approve('fleet', `${how} changes the fleet's own files, ${named}`);
  if (AGENT_RULES.test(clean)) return approve('protections', `${how} changes what an agent may do, ${named}`);
  if (SYSTEM.test(clean) && !isScratch(clean))
    return approve('system', `${how} changes a file of the system, ${named}`);
  if (isSecretFile(clean) && !/(?:^|\/)\.env|\.(?:key|pem|json|ya?ml)$/.test(clean))
    return approve('secrets', `${how} changes the secrets in ${named}`);
  if (/^\.git\/(?!info\/exclude$|COMMIT_EDITMSG$)|\/\.git\//.test(clean))
    return approve('git', `${how} changes git's own files, ${named}`);
  return null;
}

/** What it means to read a path. */
export function judgeRead(path: string, how: string): Finding | null {
  if (path === '' || path.startsWith('-')) return null;
  const named = path.replace(/[\uE000\uE001]+/g, '…');
  if (isSecretFile(path)) return approve('secrets', `${how} reads the secrets in ${named}`);
  if (isDisk(path)) return approve('secrets', `${how} reads the raw disk ${named}`);
  if (/^\/dev\/(?:tcp|udp)\//.test(path))
    return approve('network', `${how} opens a connection to ${named.slice(9)}`);
  return null;
}
