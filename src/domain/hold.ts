/**
 * Why nothing is done of the director's own accord for now: an account has reached its limit, money is spent, its turns are used up,
 * people want quiet.
 * `until`: when it ends by itself; null: when somebody says so.
 */
export type Hold = {
  readonly kind: 'quota' | 'budget' | 'turns' | 'quiet-hours';
  readonly why: string;
  readonly until: Date | null;
};
