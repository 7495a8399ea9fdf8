import { DEFAULT_POLICY, type Question } from '../../src/domain/index.ts';

/** What a question has beside what it asks: the default policy, unless a test needs another. */
export function underPolicy(
  policy: Partial<Question['policy']> = {},
): Pick<Question, 'host' | 'policy' | 'because'> {
  return { host: null, policy: { ...DEFAULT_POLICY, ...policy }, because: null };
}
