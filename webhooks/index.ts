export { commandFromPayload, type PayloadRules, type Reading } from './github/command-from-payload.ts';
export { githubAppManifest } from './github/manifest.ts';
export { createGithubReceiver, GITHUB_WEBHOOK_PATH, type ReceiverOptions } from './github/receive.ts';
export { createGithubSource, type GithubSourceOptions } from './github/source.ts';
export { type Http, type HttpOptions, type ListenFailure, openHttp } from './http.ts';
export { createMetrics, type DeliveryOutcome, type Metrics } from './metrics.ts';
export type { Answerer, Intake, Readiness } from './ports.ts';
