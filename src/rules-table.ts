import { z } from 'zod';
import { parsePermissionRule, parseQuietHours, ROLES, type TokenPrices } from './domain/index.ts';
import { RISK_CATEGORIES } from './safety/index.ts';

const share = z.number().min(0).max(1);
const dollars = z.number().positive().max(1_000_000);

const price = z.number().min(0).max(10_000);

/** In dollars for a million tokens. */
export const tokenPrices = z
  .strictObject({ input: price, output: price, cache_read: price.default(0), cache_write: price.default(0) })
  .transform(
    ({ input, output, cache_read: cacheRead, cache_write: cacheWrite }): TokenPrices => ({
      input,
      output,
      cacheRead,
      cacheWrite,
    }),
  );

/** A role, `asker`, `code-owners`, or a user group of Slack. */
const approver = z.union(
  [
    z.enum([...ROLES, 'asker', 'code-owners']),
    z.templateLiteral(['slack-group:', z.string().regex(/^S[A-Z0-9]{2,31}$/)]),
  ],
  `use a role (${ROLES.join(', ')}), \`asker\`, \`code-owners\` or \`slack-group:S012AB3CD\``,
);

const policy = z.strictObject({
  by: z.array(approver).min(1, 'name somebody, or leave it out').optional(),
  votes: z.int().min(1).max(10).optional(),
  minutes: z.number().min(0.01).max(10_080).optional(),
  own: z.boolean().optional(),
});

/** What a policy is for: everything, what risks nothing, what risks something, or one category of risk. */
export const POLICY_NAMES = [
  'all',
  'routine',
  'risky',
  ...RISK_CATEGORIES.filter((each) => each !== 'none'),
] as const;

/**
 * `[rules]`, and `[projects.rules]` of one project. A key that a project leaves out is that of `[rules]`, and one that both leave out that of
 * DEFAULT_RULES.
 */
export const rulesTable = z.strictObject({
  acts_alone: z.boolean().optional(),
  min_confidence: z.strictObject({ send: share.optional(), restart: share.optional() }).optional(),
  quiet_hours: z
    .string()
    .refine(
      (written) => written === 'off' || parseQuietHours(written, 'UTC').ok,
      'write it as `22:00-07:00`, or `off`',
    )
    .optional(),
  time_zone: z.string().refine(isTimeZone, 'name a time zone as in `Europe/Berlin`').optional(),
  trust_own_words: z.boolean().optional(),
  hold_overlaps: z.boolean().optional(),
  permissions: z
    .strictObject({
      harmless: z.enum(['ask', 'allow']).optional(),
      allow: z
        .array(
          z
            .string()
            .refine(
              (written) => parsePermissionRule(written) !== null,
              'write it as `Bash(npm test)`, `Bash(npm run *)` or `Edit`',
            ),
        )
        .optional(),
    })
    .optional(),
  model: z
    .strictObject({
      asked: z.boolean().optional(),
      name: z.string().min(1).optional(),
      prompt_tokens: z.int().min(1_000).max(100_000).optional(),
      seconds: z.number().min(1).max(300).optional(),
    })
    .optional(),
  approvals: z.partialRecord(z.enum(POLICY_NAMES), policy).optional(),
  budget: z
    .strictObject({
      task_usd: dollars.optional(),
      day_usd: dollars.optional(),
      month_usd: dollars.optional(),
      director_day_usd: dollars.optional(),
    })
    .optional(),
  /** By kind of agent. */
  prices: z.record(z.string(), tokenPrices).optional(),
});

export type RulesTable = z.infer<typeof rulesTable>;

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    return false;
  }
}
