export { quoteWord, quoteWords } from './quote.ts';
export { redact, redactDeep } from './redact.ts';
