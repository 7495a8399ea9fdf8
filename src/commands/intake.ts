import { type Delivery, type DeliverySource, err, type Log, type Result } from '../domain/index.ts';
import type { DeliveryKey } from './ports.ts';
import type { Answer, Refusal, Request } from './request.ts';

/** One source of stored deliveries: how they are read, and how the one who asked is answered. */
export interface Source {
  /** Throws where asking again later may help: the delivery is then worked on again. */
  read(delivery: Delivery): Promise<Result<Request, Unread>>;
  /** Shows an answer to the one who asked and to nobody else. Never throws for what the source refuses. */
  answer(delivery: Delivery, answer: Answer): Promise<void>;
  refuse(delivery: Delivery, refusal: Refusal): Promise<void>;
}

/** A delivery that asks for nothing, or is of somebody who may not ask. */
export type Unread =
  | { readonly kind: 'ignored'; readonly why: string }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

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
  const { store, sources, run, now } = ports;
  const delivery = await store.openDelivery(key);
  const source = sources[key.source];
  if (delivery === null || source === undefined) return;
  const read = await source.read(delivery);
  if (read.ok) return close(ports, source, delivery, await run(read.value, key));
  if (read.error.kind === 'refused') return close(ports, source, delivery, err(read.error.refusal));
  await store.finishDelivery(key, `ignored: ${read.error.why}`, now());
}

/** Answers the one who asked, then marks the delivery as done. */
async function close(
  { store, now, log }: IntakePorts,
  source: Source,
  delivery: Delivery,
  result: Result<Answer, Refusal>,
): Promise<void> {
  if (result.ok) {
    await source.answer(delivery, result.value);
    await store.finishDelivery(delivery, 'done', now());
    return;
  }
  log.info({ delivery: delivery.id, refusal: result.error.kind }, 'a request was refused');
  await source.refuse(delivery, result.error);
  await store.finishDelivery(delivery, `refused: ${result.error.kind}`, now());
}
