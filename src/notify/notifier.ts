import type { Job } from '../domain/index.ts';
import { type DeliverThreadWith, deliverThread } from './deliver-thread.ts';
import { createRests } from './rests.ts';

type NotifyJob = Extract<Job, { kind: 'notify' }>;

const BUSY_THREAD_RETRY_MS = 500;

/** Tells a thread whenever a job asks for it, and asks for itself again while something is left to tell. */
export function createNotifier(
  using: Omit<DeliverThreadWith, 'rests'> & { readonly enqueue: (job: NotifyJob) => Promise<void> },
): (job: NotifyJob) => Promise<void> {
  const rests = createRests();
  return async ({ thread }) => {
    const told = await deliverThread(thread, { ...using, rests });
    if (using.signal.aborted) return;
    switch (told.kind) {
      case 'later':
        return using.enqueue({ kind: 'notify', thread, notBefore: told.notBefore });
      case 'busy': {
        const notBefore = new Date(using.now().getTime() + BUSY_THREAD_RETRY_MS);
        return using.enqueue({ kind: 'notify', thread, notBefore });
      }
      case 'told':
      case 'no-such-thread':
        return;
    }
  };
}
