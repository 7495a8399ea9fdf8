export { describeFailure, look, screenLines } from './look.ts';
