import type { HostListing, ListingFault, Result } from '../../domain/index.ts';

/** Somebody who knows which machines there are. How each is reached is said by the transport of what it lists. */
export interface Provider {
  readonly name: string;
  list(signal: AbortSignal): Promise<Result<HostListing, ListingFault>>;
}
