export { howItAsks } from './how-it-asks.ts';
export { type Beforehand, describeFailure, look } from './look.ts';
export { matchSessions } from './presence.ts';
export {
  factsOf,
  isNews,
  kindFor,
  NOTHING_TOLD,
  screenLines,
  seeSession,
  type Told,
} from './see-session.ts';
export { withTitleAge } from './title-age.ts';
export { limitSignIn } from './usage-limit.ts';
