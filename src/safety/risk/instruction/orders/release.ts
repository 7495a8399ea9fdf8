import { type Frame, names, stands, touches } from '../frame.ts';
import { is, isBare } from './asked-of-orders.ts';

const SURELY_RELEASE =
  /^(?:deploy|redeploy|publish|republish|unpublish|yank|roll out|rollout|go live|push live|put live|rush out|deply|pubish|publsh|deploi|hotfix|cut over)$/;

export function isRelease(frame: Frame): boolean {
  const { verb, object } = frame;
  if (frame.isFeature) return false;
  if (SURELY_RELEASE.test(verb.name)) {
    if (frame.isInside)
      return touches(frame, 'production', 'version', 'infra', 'people', 'staging') || isBare(frame);
    return (
      !((object.isCode || object.isLocal) && !touches(frame, 'production', 'version', 'infra')) ||
      stands(frame, 'version', 'production')
    );
  }
  const isWide =
    stands(frame, 'production', 'infra', 'people', 'version', 'staging') || names(frame, 'production');
  if (object.isCode && !isWide) return false;
  switch (verb.name) {
    case 'ship':
      return (
        names(frame, 'all') ||
        (names(frame, 'version') && !frame.isCode) ||
        (isWide && frame.places.some(({ preposition }) => preposition === 'to')) ||
        object.isPronoun ||
        isBare(frame)
      );
    case 'release':
    case 'launch':
      return (
        names(frame, 'version', 'production', 'all') ||
        isWide ||
        ((object.isPronoun || isBare(frame)) && verb.name === 'release')
      );
    case 'roll':
      return isWide || names(frame, 'version', 'staging', 'infraish');
    case 'promote':
      return isWide || names(frame, 'version', 'infra', 'staging');
    case 'cut':
    case 'tag':
      return names(frame, 'version') && !is(frame, /\bbranch\b|\bissue\b/);
    case 'deprecate':
    case 'distribute':
    case 'roll forward':
    case 'push out':
      return (
        (isWide || names(frame, 'version')) &&
        (verb.name !== 'deprecate' || is(frame, /\bnpm|pypi|registry|crates?\b/))
      );
    default:
      return false;
  }
}
