import type { Delivery, Result, StyledScreen } from '../domain/index.ts';

/** Where a delivery is kept before Slack is told that it arrived. */
export interface SlackIntake {
  /** Stores the delivery and the job that will work on it, in one transaction. False: it was stored before. */
  accept(delivery: Delivery): Promise<boolean>;
}

/** Makes a PNG of a screen, without secrets. An error says in one clause why there is none. */
export interface ScreenPictures {
  draw(screen: StyledScreen): Promise<Result<Uint8Array<ArrayBuffer>, { readonly why: string }>>;
}
