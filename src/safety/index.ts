export { isFromNearby, isFromThisMachine, isLoopback } from './network-address.ts';
export { quoteWord, quoteWords } from './quote.ts';
export { redact, redactDeep } from './redact.ts';
