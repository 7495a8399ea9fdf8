/** What GitHub answered, as far as we act on it. `unreachable`: no answer came, so what was asked may have been done or not. */
export type GithubFault =
  | { readonly kind: 'unreachable'; readonly detail: string }
  | { readonly kind: 'limited'; readonly afterMs: number }
  | { readonly kind: 'answered'; readonly status: number };

/** GitHub's advice when it names no time. Source: docs.github.com, "Exceeding the rate limit". */
const WAIT_WITHOUT_ADVICE_MS = 60_000;

/** Null: not an error of GitHub's API, so nothing we expect. Told apart by status and headers, never by the text. */
export function faultOf(cause: unknown): GithubFault | null {
  if (!(cause instanceof Error) || cause.name !== 'HttpError') return null;
  const status = 'status' in cause && typeof cause.status === 'number' ? cause.status : null;
  if (status === null) return null;
  const headers = headersOf(cause);
  // Without a response the request library calls every trouble of the network 500.
  if (headers === null) return { kind: 'unreachable', detail: cause.message };
  if (status >= 500) return { kind: 'unreachable', detail: `GitHub answered ${status}` };
  if (status === 429 || (status === 403 && isLimited(headers))) {
    return { kind: 'limited', afterMs: waitAdvisedBy(headers, Date.now()) };
  }
  return { kind: 'answered', status };
}

type Headers = Readonly<Record<string, unknown>>;

function headersOf(error: Error): Headers | null {
  if (!('response' in error)) return null;
  const { response } = error;
  if (typeof response !== 'object' || response === null || !('headers' in response)) return null;
  const { headers } = response;
  return typeof headers === 'object' && headers !== null ? { ...headers } : null;
}

function isLimited(headers: Headers): boolean {
  return headers['retry-after'] !== undefined || headers['x-ratelimit-remaining'] === '0';
}

function waitAdvisedBy(headers: Headers, nowMs: number): number {
  const seconds = Number(headers['retry-after']);
  if (Number.isFinite(seconds) && seconds > 0) return seconds * 1000;
  const resetsAtMs = Number(headers['x-ratelimit-reset']) * 1000;
  if (Number.isFinite(resetsAtMs) && resetsAtMs > nowMs) return resetsAtMs - nowMs + 1000;
  return WAIT_WITHOUT_ADVICE_MS;
}
