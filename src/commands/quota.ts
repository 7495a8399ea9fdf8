import {
  type AccountLimit,
  bold,
  ok,
  RESUMES_WITHIN_MS,
  type Span,
  sentenceCard,
  text,
  timeOf,
} from '../domain/index.ts';
import { type Context, type Outcome, refuse, requireRole } from './context.ts';
import { lookAgain } from './raise-cap.ts';

/** Which accounts have reached a usage limit, and until when. */
export async function showQuota(context: Context): Promise<Outcome> {
  const limits = await limitsNow(context);
  return ok({
    kind: 'card',
    card: {
      title: 'Usage limits',
      parts: [
        limits.length === 0
          ? { kind: 'text', spans: [text('No account has reached one.')] }
          : { kind: 'list', items: limits.map(limitLine) },
      ],
      buttons: [],
      summary: `${limits.length} accounts have reached a usage limit.`,
    },
  });
}

/** For an account that may be used again sooner than it said: what it held back goes on at once. */
export async function liftQuota(context: Context, title: string): Promise<Outcome> {
  const allowed = requireRole(context, 'operator', 'lift a usage limit');
  if (!allowed.ok) return allowed;
  const limits = await limitsNow(context);
  const limit = limits.find(({ account }) => account.title.toLowerCase() === title.toLowerCase());
  if (limit === undefined) {
    const known = limits.map(({ account }) => `\`${account.title}\``).join(', ');
    return refuse(
      'wrong-state',
      known === ''
        ? 'No account has reached a usage limit.'
        : `No account \`${title.replaceAll('`', "'")}\` has reached a usage limit. There are ${known}.`,
    );
  }
  return context.change(async (tx): Promise<Outcome> => {
    // Without the time over which work would begin again.
    const past = new Date(context.at.getTime() - RESUMES_WITHIN_MS);
    await tx.liftAccountLimits(limit.account.key, past);
    await lookAgain(tx);
    return ok({
      kind: 'card',
      card: sentenceCard(`${limit.account.title} is used again. What it held back goes on now.`),
    });
  });
}

/** Of each account the one that lasts longest. */
async function limitsNow({ ports, at }: Context): Promise<readonly AccountLimit[]> {
  const last = new Map<string, AccountLimit>();
  const limits = await ports.store.accountLimits(at);
  for (const limit of limits.toSorted((one, other) => one.until.getTime() - other.until.getTime())) {
    last.set(limit.account.key, limit);
  }
  return [...last.values()];
}

function limitLine({ account, until, isTimeTold, words }: AccountLimit): readonly Span[] {
  const when = isTimeTold ? `resets at ${timeOf(until)}` : `is tried again at ${timeOf(until)}`;
  return [bold(account.title), text(` ${when}; it said “${words}”`)];
}
