import { expect, test } from 'vitest';
import { createSlots } from '../../src/fleet/slots.ts';

const NEVER = new AbortController().signal;

test('no more than the count work at once, in the order they came', async () => {
  const slots = createSlots(2);
  const order: number[] = [];
  let working = 0;
  let most = 0;
  await Promise.all(
    Array.from({ length: 10 }, (_, index) =>
      slots.use(NEVER, async () => {
        order.push(index);
        working += 1;
        most = Math.max(most, working);
        await new Promise(setImmediate);
        working -= 1;
      }),
    ),
  );
  expect(most).toBe(2);
  expect(order).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

test('whoever gives up waiting takes no slot, and work that fails gives its slot back', async () => {
  const slots = createSlots(1);
  const stop = new AbortController();
  const done = Promise.withResolvers<void>();
  const first = slots.use(NEVER, async () => {
    await done.promise;
    throw new Error('failed');
  });
  const second = slots.use(stop.signal, async () => 'second');
  const third = slots.use(NEVER, async () => 'third');
  stop.abort(new Error('enough'));
  await expect(second).rejects.toThrow('enough');
  done.resolve();
  await expect(first).rejects.toThrow('failed');
  expect(await third).toBe('third');
});
