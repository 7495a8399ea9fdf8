import { type Frame, isInWorld, names, stands, touches } from '../frame.ts';
import { is } from './asked-of-orders.ts';

export function isQuietNetwork(frame: Frame): boolean {
  return (
    is(
      frame,
      /\b(?:change|update|set|configure|make|rename|fix|replace|move|tweak|cache|start|override|bump|default)\b/,
    ) &&
    !is(
      frame,
      /\b(?:dns|firewall|nameserver|security group|domain|route table|iptables|ingress|acl|proxy server|traffic|cname|record)\b/,
    )
  );
}

export function isChangeElsewhere(frame: Frame): boolean {
  const { verb, object } = frame;
  if (frame.isFeature || object.isLocal) return false;
  const { name } = verb;
  if (verb.kinds.has('change')) {
    if (
      names(frame, 'network') &&
      !object.isCode &&
      is(frame, /\b(?:dns|nameserver|domain|firewall|security group|traffic|cname|mx|route table)\b/)
    )
      return true;
    if (
      /^(?:switch|point|repoint|redirect|reroute|cut over|fail over|failover|flip|move|migrate)$/.test(
        name,
      ) &&
      (names(frame, 'network') || is(frame, /\btraffic\b/) || touches(frame, 'production'))
    )
      return !object.isCode || touches(frame, 'production');
    if (
      /^(?:rotate|revoke|regenerate|invalidate|renew|change|reset|set|edit|update|modify)$/.test(name) &&
      names(frame, 'secret') &&
      !object.isCode
    )
      return (
        /^(?:rotate|revoke|regenerate|renew)$/.test(name) ||
        isInWorld(frame) ||
        object.isVast ||
        (is(frame, /\b(?:password|root|admin|secret in|value of|everyone's|everybody's|users'?)\b/) &&
          !frame.isCode &&
          !is(frame, /\b(?:to (?:accesstoken|snake|camel)|name)\b/)) ||
        stands(frame, 'people')
      );
    if (/^(?:rename|archive|unarchive|transfer|move|protect)$/.test(name) && names(frame, 'repo'))
      return !object.isCode && !is(frame, /\b(?:codebase|project (?:folder|directory)|variable)\b/);
    if (
      names(frame, 'trunk', 'repo') &&
      is(frame, /\b(?:default branch|visibility|settings)\b/) &&
      !is(frame, /\bdocs?|readme\b/)
    )
      return true;
    if (touches(frame, 'production') && !frame.isCode && !/^(?:fix|execute|cache|adapt|touch)$/.test(name))
      return !object.isCode || is(frame, /\bconfig/);
    if (
      /^(?:fix|patch|execute|touch|mess with|play with|poke)$/.test(name) &&
      touches(frame, 'production') &&
      names(frame, 'data', 'dataish', 'infra', 'infraish')
    )
      return true;
    if (
      /^(?:resize|upgrade|downgrade|scale|repartition|mount|unmount|reconfigure|swap|lock)$/.test(name) &&
      names(frame, 'infra', 'own') &&
      !frame.isCode
    )
      return true;
    if (
      /^(?:mark|set|change|update|reset|expire|alter|insert)$/.test(name) &&
      object.isVast &&
      names(frame, 'dataish', 'people', 'secret') &&
      isInWorld(frame)
    )
      return true;
    if (
      name === 'apply' &&
      (names(frame, 'infra', 'job') || (names(frame, 'infraish') && is(frame, /\bplan\b/))) &&
      !object.isCode
    )
      return true;
  }
  if (
    /^(?:replace)$/.test(name) &&
    names(frame, 'secret') &&
    !frame.isCode &&
    is(frame, /\b(?:keys?|certificates?|credentials)\b/)
  )
    return true;
  if (
    /^(?:deactivate|disable|suspend|lock|pause|delete|expire|mark)$/.test(name) &&
    !frame.isCode &&
    names(frame, 'dataish', 'person', 'data') &&
    is(frame, /\b(?:accounts?|users?|members?|customers?)\b/)
  )
    return true;
  if (verb.kinds.has('create') && /^(?:provision|spin up|boot|launch|bring up|stand up|create)$/.test(name))
    return (
      (!frame.isCode && names(frame, 'infra') && !/^(?:stand up|bring up|create)$/.test(name)) ||
      (name === 'create' &&
        names(frame, 'right') &&
        !frame.isCode &&
        is(frame, /\b(?:user|account|role|policy|token|key|admin|administrator)\b/) &&
        !is(frame, /\bseed\b/))
    );
  if (
    /^(?:create|generate|issue)$/.test(name) &&
    names(frame, 'secret') &&
    !frame.isCode &&
    is(
      frame,
      /\b(?:access token|api keys?|key pair|credentials|personal access|root|ssh key|service account|scopes)\b/,
    )
  )
    return true;
  if (verb.kinds.has('run') && stands(frame, 'production'))
    return !/^(?:use|test|call|work)$/.test(name) || names(frame, 'job', 'data');
  if (
    verb.kinds.has('run') &&
    names(frame, 'production') &&
    !object.isCode &&
    !/^(?:use|test|call|work|try)$/.test(name)
  )
    return true;
  if (verb.kinds.has('run') && names(frame, 'production') && is(frame, /\bmigrations?\b/)) return true;
  if (/^(?:ssh|log in|log into|login|shell into|remote into|connect|hop on|jump on|sign in)$/.test(name))
    return touches(frame, 'infra', 'production', 'staging', 'right');
  return false;
}
