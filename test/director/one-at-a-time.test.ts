import { expect, test } from 'vitest';
import { createOneAtATime } from '../../src/director/one-at-a-time.ts';
import { sessionId } from '../../src/domain/index.ts';

const ID = sessionId('019a9b00-0000-7000-8000-000000000001');

function scene() {
  const done: string[] = [];
  const oneAtATime = createOneAtATime(new AbortController().signal);
  const work = (name: string, until?: Promise<void>) => async () => {
    done.push(`${name} begins`);
    await until;
    done.push(`${name} ends`);
    return 'done' as const;
  };
  return { done, oneAtATime, work };
}

test('what is asked for while a session is worked on is done after that, once however often it was asked for', async () => {
  const { done, oneAtATime, work } = scene();
  const gate = Promise.withResolvers<void>();
  const first = oneAtATime(ID, 'cycle', work('first', gate.promise));
  await oneAtATime(ID, 'cycle', work('second'));
  await oneAtATime(ID, 'cycle', work('third'));
  expect(done).toEqual(['first begins']);
  gate.resolve();
  await first;
  expect(done).toEqual(['first begins', 'first ends', 'third begins', 'third ends']);
});

test('a look that is asked for while the session is made is not forgotten', async () => {
  const { done, oneAtATime, work } = scene();
  const gate = Promise.withResolvers<void>();
  const first = oneAtATime(ID, 'prepare', work('prepare', gate.promise));
  await oneAtATime(ID, 'cycle', work('cycle'));
  gate.resolve();
  await first;
  expect(done.at(-1)).toBe('cycle ends');
});

test('asked for in the very moment in which the work ends, it is done all the same', async () => {
  const { done, oneAtATime, work } = scene();
  const asked: Promise<void>[] = [];
  const first = oneAtATime(ID, 'cycle', async () => {
    for (let turns = 0; turns < 20; turns += 1) {
      // At every step of the way out of the first one's work.
      let later = Promise.resolve();
      for (let step = 0; step < turns; step += 1) later = later.then(() => undefined);
      asked.push(later.then(() => oneAtATime(ID, `asked ${turns}`, work(`asked ${turns}`))));
    }
    return 'done';
  });
  await first;
  await Promise.all(asked);
  expect(done.filter((each) => each.endsWith('ends'))).toHaveLength(20);
});

test('work that breaks is told of, and keeps nothing else from being done', async () => {
  const { done, oneAtATime, work } = scene();
  const gate = Promise.withResolvers<void>();
  const first = oneAtATime(ID, 'prepare', async () => {
    await gate.promise;
    throw new Error('no disk');
  });
  await oneAtATime(ID, 'cycle', work('cycle'));
  gate.resolve();
  await expect(first).rejects.toThrow('no disk');
  expect(done.at(-1)).toBe('cycle ends');
  await oneAtATime(ID, 'prepare', work('prepare'));
  expect(done.at(-1)).toBe('prepare ends');
});

test('while another process has the session it is tried again', async () => {
  const { done, oneAtATime, work } = scene();
  let tries = 0;
  await oneAtATime(ID, 'cycle', async () => {
    tries += 1;
    return tries < 3 ? 'busy' : work('cycle')();
  });
  expect([tries, done.at(-1)]).toEqual([3, 'cycle ends']);
});
