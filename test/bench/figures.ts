/** What many measurements of one thing come to. Milliseconds, rounded; null: nothing was measured. */
export type Spread = {
  readonly samples: number;
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  readonly maxMs: number | null;
};

/** One promise and whether it was kept. Null: it could not be measured. */
export type Target = {
  readonly name: string;
  readonly atMost: number;
  readonly measured: number | null;
  readonly unit: 's' | 'ms' | '%' | 'connections per host' | 'captures per s';
  readonly isMet: boolean;
};

export function spreadOf(durationsMs: readonly number[]): Spread {
  const sorted = durationsMs.toSorted((a, b) => a - b);
  const at = (share: number) => {
    const value = sorted[percentileIndex(sorted.length, share)];
    return value === undefined ? null : Math.round(value);
  };
  return { samples: sorted.length, p50Ms: at(0.5), p95Ms: at(0.95), maxMs: at(1) };
}

/** The nearest rank: of 20 values, the 19th is the first with 95 % of them at or below it. */
function percentileIndex(count: number, share: number): number {
  return Math.max(0, Math.ceil(count * share) - 1);
}

export function target(name: string, measured: number | null, atMost: number, unit: Target['unit']): Target {
  return { name, atMost, measured, unit, isMet: measured !== null && measured <= atMost };
}

export function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
