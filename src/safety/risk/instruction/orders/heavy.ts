import { type Frame, touches } from '../frame.ts';
import { isCodeWord, type Thing } from '../things.ts';
import { isHarmless } from './asked-of-orders.ts';

const HEAVY: readonly Thing[] = [
  'production',
  'secret-file',
  'protection',
  'right',
  'own',

  'startup',
  'people',
  'fleet',
  'infra',
  'rules',
  'agent-settings',
  'trunk',
  'repo',
  'job',
  'data',
  'money',
];

const WORK_OF_EVERY_DAY =
  /^(?:set up|setup|tell|spin up|open|load|start|stand up|let|see|need|want|sync|pull|store|save|keep|upgrade|bump|hide|test|try|debug|copy|sort|work|get|find|leave|have|go|log|do|report|answer|import|embed|generate|allow|move|build|seed|list|view|restore|place|clone|debug|order|fork|merge|reserve|name|touch|raise|burn|level|gather|call|read|display|show)$/;

/** Nothing above says what it does, but what it is done to is of weight. */
export function isHeavy(frame: Frame): boolean {
  const { kinds, name } = frame.verb;
  if (isHarmless(frame) || kinds.has('study') || WORK_OF_EVERY_DAY.test(name)) return false;
  if (kinds.has('write') && !kinds.has('erase'))
    return (
      /^(?:make|use|add)$/.test(name) &&
      (touches(frame, 'people', 'agent-settings', 'own', 'startup') ||
        (name !== 'make' && touches(frame, 'right'))) &&
      !frame.object.words.some((word) => isCodeWord(word))
    );
  if (
    touches(frame, 'trunk') &&
    /^(?:rebase|merge|open|pull|sync|checkout|switch|push|get|fetch|reset|start|create|restore|cherry-pick|attach|squash|take|stay|go|work)$/.test(
      name,
    ) &&
    !touches(frame, 'production')
  )
    return false;
  return touches(frame, ...HEAVY) && !frame.object.isPronoun;
}
