export { wordsFromArgv } from './grammar/argv.ts';
export { startsWithVerb } from './grammar/parse-command.ts';
export { HELP, type Topic } from './help-texts.ts';
export { type IntakePorts, type Source, type Unread, workOnDelivery } from './intake.ts';
export type {
  Channels,
  CommandPorts,
  CommandSettings,
  CommandStore,
  CommandTables,
  DeliveryKey,
  HostCheck,
  Repositories,
  ScreenShot,
  Screens,
} from './ports.ts';
export type { AddForm, Answer, Ask, Identity, Place, ReasonForm, Refusal, Request } from './request.ts';
export { runRequest } from './run-request.ts';
