/**
 * What a text would do, in one word. `undecided`: nobody can tell before it runs. `unreadable`: there was no text.
 * `none` goes with `allow` and only with it.
 */
export const RISK_CATEGORIES = [
  'none',
  'files',
  'git',
  'github',
  'database',
  'download-and-run',
  'inline-code',
  'network',
  'privilege',
  'secrets',
  'persistence',
  'exfiltration',
  'exhaustion',
  'system',
  'processes',
  'cloud',
  'containers',
  'publishing',
  'protections',
  'fleet',
  'undecided',
  'unreadable',
] as const;
export type RiskCategory = (typeof RISK_CATEGORIES)[number];

/**
 * `allow`: everyday work. `approve`: a person looks first. `refuse`: no approval may let it through.
 * `reason` is a clause for people that names the command that is meant.
 */
export type RiskVerdict = {
  readonly verdict: 'allow' | 'approve' | 'refuse';
  readonly category: RiskCategory;
  readonly reason: string;
};

/** Something against a text. Null stands for nothing against it. */
export type Finding = RiskVerdict & { readonly verdict: 'approve' | 'refuse' };

export const HARMLESS: RiskVerdict = { verdict: 'allow', category: 'none', reason: 'is everyday work' };

export function approve(category: RiskCategory, reason: string): Finding {
  return { verdict: 'approve', category, reason: clipped(reason) };
}

export function refuse(category: RiskCategory, reason: string): Finding {
  return { verdict: 'refuse', category, reason: clipped(reason) };
}

export function undecided(reason: string): Finding {
  return approve('undecided', reason);
}

/** The graver of two; of equals the first. What is known to be risky is graver than what nobody can tell. */
export function worse(one: Finding | null, other: Finding | null): Finding | null {
  if (one === null || other === null) return one ?? other;
  return gravity(other) > gravity(one) ? other : one;
}

/** The gravest that `judge` finds in a list; it stops at a refusal. */
export function worst<T>(items: Iterable<T>, judge: (item: T) => Finding | null): Finding | null {
  let found: Finding | null = null;
  for (const item of items) {
    found = worse(found, judge(item));
    if (found?.verdict === 'refuse') return found;
  }
  return found;
}

function gravity({ verdict, category }: Finding): number {
  if (verdict === 'refuse') return 2;
  return category === 'undecided' ? 0 : 1;
}

const MAX_REASON_CHARACTERS = 160;

function clipped(reason: string): string {
  const line = reason.replace(/\s+/g, ' ').trim();
  return line.length > MAX_REASON_CHARACTERS ? `${line.slice(0, MAX_REASON_CHARACTERS - 1)}…` : line;
}
