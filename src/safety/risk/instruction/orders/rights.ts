import { type Frame, names, stands } from '../frame.ts';
import { is, isBare } from './asked-of-orders.ts';

const GRANTING =
  /^(?:grant|give|invite|promote|elevate|escalate|demote|ban|revoke|transfer|assign|authorize|authorise|empower|impersonate|onboard|offboard|add|make|enroll|enrol|appoint|let|hand|lock out|fire)$/;

export function isGrant(frame: Frame): boolean {
  const { verb, object } = frame;
  if (frame.isCode && !stands(frame, 'right', 'role')) return false;
  if (frame.object.isCode || frame.isFeature) return false;
  const isPersonal =
    names(frame, 'person', 'people', 'outside') || object.words.some((word) => word.startsWith('@'));
  if (/^(?:chown|chmod)$/.test(verb.name)) return true;
  if (/^(?:remove|kick|kick out|ban|fire|offboard|block|lock out)$/.test(verb.name))
    return (
      frame.places.some(
        ({ preposition, things, isCode }) =>
          /^(?:from|out|off|of)$/.test(preposition) &&
          (things.has('role') ||
            things.has('right') ||
            things.has('infraish') ||
            things.has('infra') ||
            things.has('repo')) &&
          !isCode,
      ) ||
      (/^(?:ban|fire|offboard|lock out)$/.test(verb.name) && !isBare(frame) && isPersonal)
    );
  if (!GRANTING.test(verb.name)) return false;
  if (
    /^(?:grant|invite|elevate|escalate|authorize|authorise|revoke|impersonate|enroll|demote)$/.test(
      verb.name,
    ) &&
    !isBare(frame)
  )
    return !frame.isCode;
  const isRight = names(frame, 'right');
  if (verb.name === 'transfer') return isRight || names(frame, 'repo');
  if (verb.name === 'promote') return isPersonal || stands(frame, 'right');
  if (verb.name === 'add')
    return (
      (isPersonal && (stands(frame, 'right', 'role', 'repo') || isRight)) ||
      frame.places.some(
        ({ preposition, things, isCode }) =>
          !isCode &&
          ((preposition === 'as' && things.has('right')) ||
            (preposition === 'to' &&
              things.has('role') &&
              !is(frame, /\b(?:page|column|role column|table|field|support)\b/) &&
              !/^(?:a|an|new)$/.test(object.words[0] ?? '') &&
              !names(frame, 'dataish', 'check')) ||
            (preposition === 'to' && things.has('right'))),
      ) ||
      (isRight &&
        is(frame, /\b(?:admin|administrator|root|superuser|collaborator)\b/) &&
        is(frame, /\b(?:users?|account|collaborator)\b/))
    );
  if (verb.name === 'make')
    return (
      isRight &&
      /^(?:admin|admins|administrator|owner|owners|maintainer|root|superuser|collaborator)$/.test(
        object.words.at(-1) ?? '',
      )
    );
  if (verb.name === 'let') return isPersonal && isRight;
  return isRight || stands(frame, 'right');
}
