import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Delivery, Log } from '../../src/domain/index.ts';
import { type Answerer, createMetrics, type Http, type Intake, openHttp } from '../../webhooks/index.ts';

export const silent: Log = { info: () => {}, warn: () => {}, error: () => {} };

/** A delivery as the emulator sent it, without what nobody reads. */
export function fixture(name: string): Record<string, unknown> {
  const file = new URL(`../fixtures/github/${name}.json`, import.meta.url);
  return parseFields(readFileSync(file, 'utf8'));
}

export type Kept = Intake & { readonly stored: readonly Delivery[]; breakNext(): void };

/** Keeps what it accepts the way the database does: one row for each id. */
export function keepingIntake(): Kept {
  const stored: Delivery[] = [];
  let isBroken = false;
  return {
    stored,
    breakNext() {
      isBroken = true;
    },
    async accept(delivery) {
      if (isBroken) {
        isBroken = false;
        throw new Error('the database is gone');
      }
      if (stored.some((each) => each.id === delivery.id)) return false;
      stored.push(delivery);
      return true;
    },
  };
}

/** The HTTP server on a free port with these answerers. */
export async function serve(
  answerers: readonly Answerer[],
  { ready = true, metrics = createMetrics(), port = 0 } = {},
): Promise<Http> {
  const opened = await openHttp({
    host: '127.0.0.1',
    port,
    answerers,
    readiness: { check: async () => ({ ready, why: 'the database does not answer' }) },
    metrics,
    log: silent,
    newId: randomUUID,
  });
  if (!opened.ok) throw new Error(opened.error.sentence);
  return opened.value;
}

function parseFields(text: string): Record<string, unknown> {
  return JSON.parse(text) as Record<string, unknown>;
}
