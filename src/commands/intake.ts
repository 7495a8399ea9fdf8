import type { Delivery, DeliverySource, Log, Result } from '../domain/index.ts';
import type { DeliveryKey } from './ports.ts';
import type { Answer, Refusal, Request } from './request.ts';

/** One source of stored deliveries: how they are read, and how the one who asked is answered. */
export interface Source {
  read(delivery: Delivery): Promise<Result<Request, { readonly why: string }>>;
  /** Shows an answer to the one who asked and to nobody else. Never throws for what the source refuses. */
  answer(delivery: Delivery, answer: Answer): Promise<void>;
  refuse(delivery: Delivery, refusal: Refusal): Promise<void>;
}

export type IntakePorts = {
  readonly store: {
    /** Null: there is none, or it is done. */
    openDelivery(key: DeliveryKey): Promise<Delivery | null>;
    finishDelivery(key: DeliveryKey, outcome: string, at: Date): Promise<boolean>;
  };
  readonly sources: Readonly<Partial<Record<DeliverySource, Source>>>;
  readonly run: (request: Request, delivery: DeliveryKey) => Promise<Result<Answer, Refusal>>;
  readonly now: () => Date;
  readonly log: Log;
};

/** Works on one stored delivery. A delivery that is done is left alone, so that working on it twice is harmless. */
export async function workOnDelivery(ports: IntakePorts, key: DeliveryKey): Promise<void> {
  const { store, sources, run, now, log } = ports;
  const delivery = await store.openDelivery(key);
  const source = sources[key.source];
  if (delivery === null || source === undefined) return;
  const read = await source.read(delivery);
  if (!read.ok) {
    await store.finishDelivery(key, `ignored: ${read.error.why}`, now());
    return;
  }
  const result = await run(read.value, key);
  if (result.ok) {
    await source.answer(delivery, result.value);
    await store.finishDelivery(key, 'done', now());
    return;
  }
  log.info({ delivery: key.id, refusal: result.error.kind }, 'a request was refused');
  await source.refuse(delivery, result.error);
  await store.finishDelivery(key, `refused: ${result.error.kind}`, now());
}
