/**
 * The one way out: every text to Slack, GitHub, a model, the log or a picture passes here.
 * What looks like a secret is replaced by a mark that names its kind; a text that has been through comes back unchanged.
 *
 * Shapes: the vendors' published token formats. Private key blocks are taken whole, header to footer.
 * Escape sequences are removed from inside a match's surroundings by the caller (captures are stripped first), because a coloured token is still one.
 */
export function redact(text: string): string {
  if (!HINTS.test(text)) return text;
  return SHAPES.reduce((left, shape) => left.replace(shape.pattern, shape.replacement), text);
}

/** Where `redact` would change a text, as offsets into it; overlapping ones are not joined. For what has to keep its columns. */
export function secretsIn(text: string): readonly { readonly start: number; readonly end: number }[] {
  const found: { readonly start: number; readonly end: number }[] = [];
  let left = text;
  for (const { pattern, replacement } of SHAPES) {
    left = left.replace(pattern, (match: string, ...rest: readonly unknown[]) => {
      const kept = replacement.startsWith('$1') && typeof rest[0] === 'string' ? rest[0].length : 0;
      const offset = rest.find((each) => typeof each === 'number') ?? 0;
      found.push({ start: offset + kept, end: offset + match.length });
      return match.slice(0, kept) + match.slice(kept).replace(/\S/g, HIDDEN);
    });
  }
  return found;
}

// Nothing that a later shape would take for the end of a value.
const HIDDEN = '•';

/** Redacts every string inside a plain value (arrays, records, errors), keys left as they are. An error becomes a record; a circle is cut. */
export function redactDeep<T>(value: T): T;
export function redactDeep(value: unknown): unknown {
  return redactInside(value, []);
}

function redactInside(value: unknown, around: readonly object[]): unknown {
  if (typeof value === 'string') return redact(value);
  if (value === null || typeof value !== 'object' || value instanceof Date) return value;
  if (around.includes(value)) return '[circular]';
  const within = [...around, value];
  if (Array.isArray(value)) return value.map((each) => redactInside(each, within));
  if (value instanceof URL) return redact(value.href);
  if (value instanceof Map) return redactInside([...value], around);
  if (value instanceof Set) return redactInside([...value], around);
  const fields = value instanceof Error ? fieldsOf(value) : value;
  return Object.fromEntries(
    Object.entries(fields).map(([key, each]) => [
      key,
      typeof each === 'string' && SECRET_NAME.test(key) && each !== ''
        ? '[redacted]'
        : redactInside(each, within),
    ]),
  );
}

/** What an error says of itself; its message and stack are not enumerable, and neither is a cause. */
function fieldsOf(error: Error): Record<string, unknown> {
  return {
    ...Object.fromEntries(Object.entries(error)),
    type: error.name,
    message: error.message,
    stack: error.stack,
    ...(error.cause === undefined ? {} : { cause: error.cause }),
    ...(error instanceof AggregateError ? { errors: error.errors } : {}),
  };
}

/** `token`, `botToken`, `DB_PASSWORD`, `x-api-key`: the whole value is the secret, whatever it looks like. */
const SECRET_NAME =
  /(?:^|[_-])(?:authorization|cookie|password|passwd|passphrase|secret|credentials?|private[_-]?key|api[_-]?key|access[_-]?key|token)$|[a-z](?:Password|Passphrase|Secret|PrivateKey|ApiKey|AccessKey|Token)$/i;

// What stands where a secret would, in code and in prose: a type, a variable, a call, a placeholder.
const NO_VALUE = String.raw`(?!["']?\[redacted|["']?(?:process|import|os|env|config|settings|options|props|self|this|secrets|vars|await|new)[.\s]|["']?(?:string|number|boolean|object|unknown|any|str|bytes|null|undefined|none|nil|true|false|required|optional|missing|invalid|incorrect)\b(?!-)|["']?[A-Za-z_$][\w$.]*\(|["']?(?:\$|<|%\(|\*{3}|\.{3}|…|\{\{))`;
const VALUE = String.raw`(?:"[^"\n]{4,}"|'[^'\n]{4,}'|[^\s"'\`,;&)}\]]{4,})`;

const SHAPES: readonly { readonly hint: RegExp; readonly pattern: RegExp; readonly replacement: string }[] = [
  {
    hint: /-----BEGIN/,
    pattern: /-----BEGIN ([A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?)-----[\s\S]*?(?:-----END \1-----|$)/g,
    replacement: '[redacted private key]',
  },
  {
    // The header may have scrolled off a screen. Bounded, so that a long text of such lines takes no long time.
    hint: /-----END/,
    pattern:
      /(?:^[ \t]*[A-Za-z0-9+/=]{16,80}[ \t]*\r?\n){1,80}[ \t]*-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----/gm,
    replacement: '[redacted private key]',
  },
  {
    // The newer installation tokens hold a JWT: parts with dots between.
    hint: /gh[opsur]_|github_pat_/,
    pattern: /\b(?:gh[opsur]_[A-Za-z0-9_]{16,}(?:\.[A-Za-z0-9_-]{16,})*|github_pat_[A-Za-z0-9_]{20,})/g,
    replacement: '[redacted GitHub token]',
  },
  {
    hint: /x(?:ox[a-z]|app|wfp)[-.]/,
    pattern: /\bx(?:ox[a-z]|app|wfp)[-.][A-Za-z0-9.%-]{8,}/g,
    replacement: '[redacted Slack token]',
  },
  {
    hint: /hooks\.slack/,
    pattern: /https:\/\/hooks\.slack(?:-gov)?\.com\/[A-Za-z0-9/_-]+/g,
    replacement: '[redacted Slack hook]',
  },
  {
    hint: /sk-(?:ant|proj|or|svcacct|admin)-/,
    pattern: /\bsk-(?:ant|proj|or|svcacct|admin)-[A-Za-z0-9_-]{8,}/g,
    replacement: '[redacted API key]',
  },
  { hint: /sk-[A-Za-z0-9]/, pattern: /\bsk-[A-Za-z0-9]{20,}/g, replacement: '[redacted API key]' },
  { hint: /gsk_|xai-/, pattern: /\b(?:gsk_|xai-)[A-Za-z0-9]{20,}/g, replacement: '[redacted API key]' },
  {
    hint: /AKIA|ASIA|AROA|AIDA/,
    pattern: /\b(?:AKIA|ASIA|AROA|AIDA)[A-Z0-9]{16}\b/g,
    replacement: '[redacted AWS key id]',
  },
  { hint: /AIza/, pattern: /\bAIza[A-Za-z0-9_-]{35}/g, replacement: '[redacted Google key]' },
  { hint: /GOCSPX-/, pattern: /\bGOCSPX-[A-Za-z0-9_-]{20,}/g, replacement: '[redacted Google secret]' },
  { hint: /ya29\./, pattern: /\bya29\.[A-Za-z0-9_-]{20,}/g, replacement: '[redacted Google token]' },
  {
    hint: /k_(?:live|test)_/,
    pattern: /\b[rs]k_(?:live|test)_[A-Za-z0-9]{16,}/g,
    replacement: '[redacted Stripe key]',
  },
  { hint: /npm_/, pattern: /\bnpm_[A-Za-z0-9]{30,}/g, replacement: '[redacted npm token]' },
  { hint: /pypi-/, pattern: /\bpypi-[A-Za-z0-9_-]{40,}/g, replacement: '[redacted PyPI token]' },
  {
    hint: /gl(?:pat|ptt|rt|dt)-/,
    pattern: /\bgl(?:pat|ptt|rt|dt)-[A-Za-z0-9_-]{16,}/g,
    replacement: '[redacted GitLab token]',
  },
  { hint: /hf_/, pattern: /\bhf_[A-Za-z0-9]{20,}/g, replacement: '[redacted Hugging Face token]' },
  {
    hint: /SG\./,
    pattern: /\bSG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{32,}/g,
    replacement: '[redacted SendGrid key]',
  },
  { hint: /hv[sb]\./, pattern: /\bhv[sb]\.[A-Za-z0-9_-]{20,}/g, replacement: '[redacted Vault token]' },
  {
    hint: /eyJ/,
    pattern: /\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}/g,
    replacement: '[redacted JWT]',
  },
  {
    hint: /authorization/,
    pattern:
      /(\bauthorization["']?\s*[:=]\s*["']?(?:(?:Bearer|Basic|token)\s+)?)(?!\[redacted|Bearer\b|Basic\b|token\b)[A-Za-z0-9._~+/=-]{8,}/gi,
    replacement: '$1[redacted]',
  },
  // With a digit, a change of case or padding in it: "basic understanding" is prose.
  {
    hint: /bearer|basic/,
    pattern:
      /\b([Bb]earer|BEARER|[Bb]asic|BASIC)\s+(?=[A-Za-z0-9._~+/-]*(?:\d|[a-z][A-Z]|[A-Z]{2}|=))[A-Za-z0-9._~+/=-]{12,}/g,
    replacement: '$1 [redacted]',
  },
  // user:password@ in a URL
  {
    hint: /:\/\//,
    pattern: /(\b[a-z][a-z0-9+.-]{0,30}:\/\/[^\s/?#:@'"]*):(?!\[redacted\])[^\s/?#'"]+@/gi,
    replacement: '$1:[redacted]@',
  },
  {
    hint: /[?&](?:sig|signature|token|key)=/,
    pattern: /([?&](?:sig|signature|token|key)=)(?!\[redacted)[^\s"'&#]{16,}/gi,
    replacement: '$1[redacted]',
  },
  {
    hint: /password|passphrase|secret|token|api-key|access-key/,
    pattern: new RegExp(
      `(--(?:[a-z]+-)*(?:password|passphrase|secret|token|api-key|access-key)[ =])${NO_VALUE}(?!-)${VALUE}`,
      'gi',
    ),
    replacement: '$1[redacted]',
  },
  {
    // NAME=value and "name": "value" where the name says that it is a secret.
    hint: /secret|passwd|password|passphrase|api[_-]?key|access[_-]?key|token|private[_-]?key|AccountKey/,
    pattern: new RegExp(
      String.raw`(["']?\b[A-Za-z0-9_.-]{0,64}(?:secret|passwd|password|passphrase|api[_-]?key|access[_-]?key|auth[_-]?token|access[_-]?token|_token|_authToken|private[_-]?key|AccountKey|SharedAccessKey)["']?\s*[=:]\s*)${NO_VALUE}${VALUE}`,
      'gi',
    ),
    replacement: '$1[redacted]',
  },
  {
    // A bare `token` is a word of many programs: only what is long and has a digit is taken for a secret.
    hint: /token/,
    pattern: /(["']?\btoken["']?\s*[=:]\s*["']?)(?!\[redacted)(?=[^\s"']*\d)[A-Za-z0-9_.~+/=-]{16,}/gi,
    replacement: '$1[redacted]',
  },
];

/** What every text with a secret has somewhere. Most texts have none of it, and one search tells that of all shapes. */
const HINTS = new RegExp(SHAPES.map(({ hint }) => hint.source).join('|'), 'i');
