export {
  createSlackApp,
  type SlackApp,
  type SlackAppOptions,
  type SlackReceiver,
  type SlackWay,
} from './in/app.ts';
export { type Ignored, requestFromDelivery } from './in/request-from-payload.ts';
export { createSlackAnswers, type SlackAnswers } from './out/answers.ts';
export { createSlackChannels, type SlackChannels } from './out/channels.ts';
export type { SlackFailure } from './out/failure.ts';
export { createSlackGroups, type SlackGroups } from './out/groups.ts';
export { createSlackPeople, type SlackPeople, type Stranger } from './out/people.ts';
export {
  createSlackMessages,
  createSlackSurface,
  type SlackMessages,
  type SlackSurface,
} from './out/surface.ts';
export type { SlackIdentity } from './payload.ts';
export type { ScreenPictures, SlackIntake } from './ports.ts';
export { DEFAULT_COMMAND, SLACK_PATH } from './registration.ts';
export { createSlackSource } from './source.ts';
