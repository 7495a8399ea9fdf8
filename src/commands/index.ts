export type { AddForm, Answer, Ask, Identity, Place, Refusal, Request } from './request.ts';
