import { z } from 'zod';

/** Called for a row that cannot be read. The rest is read all the same. */
export type ReportDamage = (damage: {
  readonly table: string;
  readonly key: string;
  readonly why: string;
}) => void;

/** What stands in a row does not fit together. */
export class UnreadableRow extends Error {}

/** Reads rows one by one; those that cannot be read are left out and reported. */
export function readableRows<Row, Value>(
  rows: readonly Row[],
  table: string,
  keyOf: (row: Row) => string,
  read: (row: Row) => Value,
  report: ReportDamage,
): readonly Value[] {
  return rows.flatMap((row) => {
    try {
      return [read(row)];
    } catch (cause) {
      if (!(cause instanceof z.ZodError || cause instanceof UnreadableRow)) throw cause;
      report({
        table,
        key: keyOf(row),
        why: cause instanceof UnreadableRow ? cause.message : issueIn(cause),
      });
      return [];
    }
  });
}

function issueIn({ issues: [issue] }: z.ZodError): string {
  return issue === undefined ? 'it cannot be read' : `${issue.path.join('.')}: ${issue.message}`;
}
