/**
 * The one way out: every text to Slack, GitHub, a model, the log or a picture passes here.
 * What looks like a secret is replaced by a mark that names its kind; a text that has been through comes back unchanged.
 *
 * Shapes: the vendors' published token formats. Private key blocks are taken whole, header to footer.
 * Escape sequences are removed from inside a match's surroundings by the caller (captures are stripped first), because a coloured token is still one.
 */
export function redact(text: string): string {
  return SHAPES.reduce((left, shape) => left.replace(shape.pattern, shape.replacement), text);
}

/** Redacts every string inside a plain value (arrays and records), keys left as they are. */
export function redactDeep<T>(value: T): T;
export function redactDeep(value: unknown): unknown {
  if (typeof value === 'string') return redact(value);
  if (Array.isArray(value)) return value.map((each: unknown) => redactDeep(each));
  if (value instanceof Date || value instanceof Map || value === null || typeof value !== 'object')
    return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [
      key,
      typeof each === 'string' && SECRET_NAME.test(key) && each !== '' ? '[redacted]' : redactDeep(each),
    ]),
  );
}

const SECRET_NAME =
  /^(?:authorization|cookie|set-cookie|password|passwd|secret|client_secret|private_?key|api_?key|access_?token|token)$/i;

const SHAPES: readonly { readonly pattern: RegExp; readonly replacement: string }[] = [
  {
    pattern: /-----BEGIN ([A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?)-----[\s\S]*?(?:-----END \1-----|$)/g,
    replacement: '[redacted private key]',
  },
  {
    pattern: /\b(?:gh[opsur]_[A-Za-z0-9_]{16,}|github_pat_[A-Za-z0-9_]{20,})/g,
    replacement: '[redacted GitHub token]',
  },
  { pattern: /\bx(?:ox[a-z]|app|wfp)[-.][A-Za-z0-9.%-]{8,}/g, replacement: '[redacted Slack token]' },
  { pattern: /https:\/\/hooks\.slack(?:-gov)?\.com\/[A-Za-z0-9/_-]+/g, replacement: '[redacted Slack hook]' },
  { pattern: /\bsk-(?:ant|proj|or|svcacct|admin)-[A-Za-z0-9_-]{8,}/g, replacement: '[redacted API key]' },
  { pattern: /\bsk-[A-Za-z0-9]{20,}/g, replacement: '[redacted API key]' },
  { pattern: /\b(?:AKIA|ASIA|AROA|AIDA)[A-Z0-9]{16}\b/g, replacement: '[redacted AWS key id]' },
  { pattern: /\bAIza[A-Za-z0-9_-]{35}/g, replacement: '[redacted Google key]' },
  { pattern: /\bya29\.[A-Za-z0-9_-]{20,}/g, replacement: '[redacted Google token]' },
  { pattern: /\b[rs]k_(?:live|test)_[A-Za-z0-9]{16,}/g, replacement: '[redacted Stripe key]' },
  { pattern: /\bnpm_[A-Za-z0-9]{30,}/g, replacement: '[redacted npm token]' },
  { pattern: /\bglpat-[A-Za-z0-9_-]{16,}/g, replacement: '[redacted GitLab token]' },
  { pattern: /\bhf_[A-Za-z0-9]{20,}/g, replacement: '[redacted Hugging Face token]' },
  {
    pattern: /\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}/g,
    replacement: '[redacted JWT]',
  },
  { pattern: /\b(Bearer|Basic)\s+[A-Za-z0-9._~+/=-]{12,}/gi, replacement: '$1 [redacted]' },
  // user:password@ in a URL
  { pattern: /(\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@'"]*):[^\s/@'"]+@/gi, replacement: '$1:[redacted]@' },
  {
    // NAME=value and "name": "value" where the name says that it is a secret.
    pattern:
      /(["']?\b[A-Za-z0-9_.-]*(?:secret|passwd|password|passphrase|api[_-]?key|access[_-]?key|auth[_-]?token|access[_-]?token|_token|_authToken|private[_-]?key|AccountKey|SharedAccessKey)["']?\s*[=:]\s*)(?!\[redacted)("[^"\n]{4,}"|'[^'\n]{4,}'|[^\s"'`,;&)}\]]{6,})/gi,
    replacement: '$1[redacted]',
  },
];
