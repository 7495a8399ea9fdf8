import { isInWorld, names, stands, touches } from '../frame.ts';
import { VERB_KINDS } from '../verbs.ts';
import { is, isHarmless, LOST } from './asked-of-orders.ts';
import { isChangeElsewhere, isQuietNetwork } from './elsewhere.ts';
import { isHeavy } from './heavy.ts';
import { isOthersWork, isPlainRebase } from './history.ts';
import { isDevelopment, isErasure, isRemoval } from './loss.ts';
import { isPlainPermission, isWeakening } from './protections.ts';
import { isRelease } from './release.ts';
import { isGrant } from './rights.ts';
import type { OrderRule } from './rule.ts';
import { isAboutSchedule } from './schedule.ts';
import { isConfiguration } from './secrets.ts';
import { isFromTheTeam, isSentAway } from './sending.ts';
import { isSettling } from './settling.ts';

/** In the order in which they give the reason. */
export const ORDER_RULES: readonly OrderRule[] = [
  {
    kinds: ['show', 'send', 'put'],
    category: 'secrets',
    what: 'hands out secrets',
    isMet: (frame) =>
      !frame.object.isCode &&
      !frame.isFeature &&
      !is(
        frame,
        /\b(?:git|docker|npm)ignore\b|\b(?:example|sample|template|masked|redacted|hidden|number of|count of|last (?:4|four))\b/,
      ) &&
      ((names(frame, 'secret') && !isConfiguration(frame)) || names(frame, 'secret-file')),
  },
  {
    kinds: ['study'],
    category: 'secrets',
    what: 'looks for secrets',
    isMet: (frame) =>
      !frame.isFeature &&
      touches(frame, 'secret') &&
      stands(frame, 'own', 'infra') &&
      /^(?:find|search|grep|look for|locate)$/.test(frame.verb.name),
  },
  {
    kinds: ['study', 'run', 'change', 'fetch'],
    category: 'secrets',
    what: 'reaches for a file of secrets',
    isMet: (frame) =>
      !isHarmless(frame) &&
      names(frame, 'secret-file') &&
      /^(?:open|look|check|review|inspect|search|grep|use|source|touch|edit|change|replace|read|tamper)/.test(
        frame.verb.name,
      ),
  },
  {
    kinds: ['send', 'put'],
    category: 'exfiltration',
    what: 'sends data away',
    isMet: (frame) => isSentAway(frame),
  },
  {
    kinds: ['expose'],
    category: 'github',
    what: 'shows the world what is private',
    isMet: (frame) =>
      (/^(?:expose|open|open up|forward|tunnel|host|serve)$/.test(frame.verb.name) &&
        stands(frame, 'public')) ||
      (touches(frame, 'repo', 'data', 'infra', 'network', 'source', 'own', 'version', 'secret') &&
        touches(frame, 'public') &&
        (!frame.isCode || stands(frame, 'secret'))),
  },
  {
    kinds: ['expose', 'create', 'change', 'weaken', 'remove', 'erase', 'stop'],
    category: 'network',
    what: 'opens a machine to others',
    isMet: (frame) =>
      !isHarmless(frame) &&
      ((names(frame, 'network') &&
        !is(frame, /\b(?:close|block)\b|^allow \w+ing\b/) &&
        !isQuietNetwork(frame)) ||
        (stands(frame, 'network') &&
          is(frame, /0\.0\.0\.0|security group|firewall|all interfaces|all ports/))),
  },
  {
    kinds: ['weaken', 'change', 'remove', 'erase'],
    category: 'protections',
    what: 'goes around a protection',
    isMet: (frame) => isWeakening(frame),
  },
  {
    kinds: ['weaken', 'change', 'erase', 'discard'],
    category: 'protections',
    what: 'tells an agent to forget its rules',
    isMet: (frame) =>
      names(frame, 'rules') &&
      !frame.isCode &&
      frame.verb.kinds.has('weaken') &&
      /^(?:ignore|disregard|forget|override|overrule|bypass|drop|dismiss|evade|circumvent|break|get around|work around|suppress|sidestep|delete|remove|subvert|relax|lift|disable|dodge|skip|waive|defeat|loosen|weaken)$/.test(
        frame.verb.name,
      ) &&
      (/^(?:ignore|disregard|forget|override|overrule|bypass|evade|circumvent|break|get around|work around|sidestep|subvert)$/.test(
        frame.verb.name,
      ) ||
        is(frame, /\b(?:your|previous|prior|earlier|system|safety|own|claude\.md|agents\.md)\b/)) &&
      !is(
        frame,
        /\b(?:eslint|lint|css|prettier|biome|oxlint|stylelint|rubocop|routing|robots|parser|sort|order by|build order|color|style)\b/,
      ),
  },
  {
    kinds: ['change', 'create', 'put', 'weaken', 'remove', 'erase', 'overwrite', 'write', 'grant', 'run'],
    category: 'protections',
    what: 'changes what an agent may do',
    isMet: (frame) => touches(frame, 'agent-settings') && !frame.object.isCode && !isPlainPermission(frame),
  },
  {
    kinds: ['grant'],
    category: 'privilege',
    what: 'changes who may do what',
    isMet: (frame) => isGrant(frame),
  },
  {
    kinds: ['settle'],
    category: 'github',
    what: 'changes what all share',
    isMet: (frame) => isSettling(frame),
  },
  {
    kinds: ['release'],
    category: 'publishing',
    what: 'publishes or deploys',
    isMet: (frame) => isRelease(frame),
  },
  {
    kinds: ['send', 'put', 'change', 'run', 'create'],
    category: 'publishing',
    what: 'brings it to production',
    isMet: (frame) =>
      (stands(frame, 'production') ||
        (/^(?:push|upload|submit|send)$/.test(frame.verb.name) &&
          stands(frame, 'version', 'staging', 'infra')) ||
        (frame.verb.name === 'push' && /\b(?:release|deploy|publish)/.test(frame.tail)) ||
        (frame.verb.name === 'create' && names(frame, 'version') && is(frame, /\brelease\b/))) &&
      !(frame.verb.name === 'create' ? frame.object.isCode : isHarmless(frame)) &&
      (!/^(?:read|look|see|check|use|make)$/.test(frame.verb.name) || stands(frame, 'data', 'infra')),
  },
  {
    kinds: ['erase', 'remove', 'discard', 'overwrite'],
    category: 'git',
    what: 'throws work away',
    isMet: (frame) =>
      (names(frame, 'work') && !frame.object.isCode && !is(frame, /\binto\b/)) ||
      (frame.verb.kinds.has('discard') && isOthersWork(frame)),
  },
  {
    kinds: ['overwrite', 'discard', 'erase', 'change'],
    category: 'git',
    what: 'rewrites history',
    isMet: (frame) =>
      (frame.verb.kinds.has('overwrite') || frame.verb.kinds.has('erase')) &&
      !isPlainRebase(frame) &&
      (names(frame, 'history') ||
        stands(frame, 'history') ||
        (names(frame, 'trunk', 'branch', 'repo') && !isHarmless(frame))) &&
      !frame.object.isCode,
  },
  {
    kinds: ['erase'],
    category: 'by-thing',
    what: 'deletes what may not come back',
    isMet: (frame) => isErasure(frame),
  },
  {
    kinds: ['remove'],
    category: 'by-thing',
    what: 'takes away what others may need',
    isMet: (frame) => isRemoval(frame),
  },
  {
    kinds: ['kill'],
    category: 'by-thing',
    what: 'ends what may be somebody else’s',
    isMet: (frame) =>
      !isHarmless(frame) && !isDevelopment(frame) && (!frame.isInside || touches(frame, ...LOST, 'process')),
  },
  {
    kinds: ['stop'],
    category: 'by-thing',
    what: 'ends what may be somebody else’s',
    isMet: (frame) =>
      !isHarmless(frame) &&
      !isDevelopment(frame) &&
      (names(frame, 'infra', 'fleet', 'process', 'production', 'own', 'all', 'data', 'people') ||
        (/^(?:log|sign) (?:out|off)$/.test(frame.verb.name) && frame.object.isVast) ||
        is(frame, /\bof the fleet\b/) ||
        (names(frame, 'infraish', 'dataish') && (frame.object.isVast || isInWorld(frame))) ||
        (/^(?:scale|scale down|drain|cordon|spin down)/.test(frame.verb.name) &&
          names(frame, 'infraish', 'infra')) ||
        (names(frame, 'request') && frame.object.isVast)),
  },
  {
    kinds: ['change', 'create', 'run', 'weaken', 'release', 'remove', 'send'],
    category: 'cloud',
    what: 'changes what runs elsewhere',
    isMet: (frame) => isChangeElsewhere(frame),
  },
  {
    kinds: ['run', 'fetch'],
    category: 'download-and-run',
    what: 'runs code from elsewhere',
    isMet: (frame) =>
      /^(?:run|execute|source|eval|pipe|bash|install|curl|wget|npx|pip|sideload|start|launch|use|load|import)$/.test(
        frame.verb.name,
      ) &&
      ((stands(frame, 'outside', 'public') && !isFromTheTeam(frame)) ||
        (names(frame, 'script') && !isHarmless(frame)) ||
        is(frame, /https?:\/\/|\binto (?:ba|z)?sh\b|\b(?:whatever|anything)\b/)) &&
      !is(frame, /\blocalhost\b|\b127\./) &&
      !frame.isFeature,
  },
  {
    kinds: ['run'],
    category: 'undecided',
    what: 'runs what nobody sees',
    isMet: (frame) =>
      ((names(frame, 'job', 'script') && !isHarmless(frame)) ||
        is(
          frame,
          /[`"](?:publish|deploy|release|destroy|prod\w*)\b|\b\S*(?:prod|cleanup|wipe|purge|destroy|deploy|publish|nuke)\S*\.(?:sh|py|js|rb|sql)\b/,
        )) &&
      !/^(?:test|try|use|debug|call|work|open)$/.test(frame.verb.name),
  },
  {
    kinds: ['run', 'create', 'change', 'show', 'study', 'write', 'grant'],
    category: 'privilege',
    what: 'takes rights',
    isMet: (frame) =>
      frame.places.some(
        ({ preposition, things, words, isCode }) =>
          ((/^(?:as|with|to|into|using|via)$/.test(preposition) &&
            words.some((word) => /^(?:root|sudo|administrator|superuser|admin)$/.test(word))) ||
            (preposition === 'as' && things.has('right'))) &&
          !isCode,
      ) && !(frame.verb.kinds.has('write') && frame.isCode),
  },
  {
    kinds: ['create', 'put', 'change', 'run', 'expose', 'write'],
    category: 'persistence',
    what: 'makes something run by itself',
    isMet: (frame) =>
      (names(frame, 'secret') && is(frame, /\b(?:ssh|public|my) keys?\b/) && stands(frame, 'infra', 'own')) ||
      (((names(frame, 'startup') && !frame.object.isCode) || stands(frame, 'startup')) &&
        !/^(?:disable|remove|fix|expire)$/.test(frame.verb.name) &&
        !isAboutSchedule(frame)),
  },
  {
    kinds: ['spend'],
    category: 'cloud',
    what: 'spends money',
    isMet: (frame) =>
      !frame.isCode &&
      !frame.isFeature &&
      (frame.verb.name === 'buy' || frame.verb.name === 'purchase'
        ? true
        : names(frame, 'money', 'infra', 'people') ||
          stands(frame, 'people', 'money') ||
          (/^(?:refund|charge|bill|pay|wire|reimburse|pay out|debit|credit|compensate|donate)$/.test(
            frame.verb.name,
          ) &&
            names(frame, 'person', 'dataish', 'data', 'outside')) ||
          (/^(?:order|book|rent|lease|upgrade|reserve)$/.test(frame.verb.name) &&
            names(frame, 'infraish', 'infra'))),
  },
  {
    kinds: ['send', 'spend', 'release'],
    category: 'exfiltration',
    what: 'writes to many people',
    isMet: (frame) =>
      !frame.isFeature &&
      ((names(frame, 'people') && !isHarmless(frame)) ||
        stands(frame, 'people') ||
        (stands(frame, 'person') &&
          is(
            frame,
            /\b(?:e-?mails?|messages?|sms|newsletters?|notifications?)\b.*\bto (?:all|every|our)\b/,
          ))),
  },
  {
    kinds: ['strain'],
    category: 'exhaustion',
    what: 'loads or attacks a machine',
    isMet: (frame) =>
      (/^(?:hammer|flood|overload|ddos|dos|brute-force|brute force|bruteforce|bombard|break into|phish|infect)$/.test(
        frame.verb.name,
      ) &&
        !frame.object.isLocal &&
        !(frame.object.isCode && frame.verb.name.startsWith('over')) &&
        frame.object.words.length > 0) ||
      (!frame.isCode &&
        (touches(frame, 'infra', 'own', 'production', 'staging', 'network', 'outside', 'public') ||
          (frame.verb.name !== 'encrypt' && touches(frame, 'data')) ||
          is(
            frame,
            /\b(?:as many|processes|endless\w*|infinite\w*|memory|ram|cpu|bitcoin|monero|crypto)\b/,
          ))),
  },
  {
    kinds: VERB_KINDS.filter((kind) => kind !== 'write' && kind !== 'study'),
    category: 'undecided',
    what: 'touches what others rely on',
    isMet: (frame) => isHeavy(frame),
  },
];
