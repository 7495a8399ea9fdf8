import { ok, type Result, type RoundKind } from '../../domain/index.ts';
import { HELP, topicNamed } from '../help-texts.ts';
import type { Refusal } from '../request.ts';
import type { Command } from './command.ts';
import { parseAnswer, parsePause, parseReplay, parseStrategies } from './parse-director.ts';
import { parseHosts } from './parse-hosts.ts';
import { parseProjects } from './parse-projects.ts';
import { parseRound, parseRounds } from './parse-rounds.ts';
import {
  parseAdopt,
  parseExplain,
  parseHealth,
  parseObserve,
  parseSnapshot,
  parseWatch,
} from './parse-session.ts';
import { parseBudget, parseQuota } from './parse-spending.ts';
import { parseAdd, parseLock, parseReassign, parseResumeTask } from './parse-task.ts';
import { bad, clip, parseOptionalTask, splitHead, wordsOf } from './words.ts';

/**
 * Reads what follows `/fleet`. The text of `add` is kept to the letter: flags are read only before it and after it,
 * and after a `--` standing alone nothing is a flag. A text wholly in double quotes loses the quotes.
 */
export function parseCommand(words: string): Result<Command, Refusal> {
  const { head: verb, rest } = splitHead(words);
  switch (verb.toLowerCase()) {
    case '':
    case 'help':
      return parseHelp(rest);
    case 'add':
      return parseAdd(rest);
    case 'status':
      return parseOptionalTask(rest, 'status', (task) => ({ kind: 'status', task }));
    case 'queue':
      return ok({ kind: 'queue' });
    case 'observe':
      return parseObserve(rest);
    case 'adopt':
      return parseAdopt(rest);
    case 'explain':
      return parseExplain(rest);
    case 'snapshot':
      return parseSnapshot(rest);
    case 'watch':
      return parseWatch(rest);
    case 'health':
      return parseHealth(rest);
    case 'cancel':
    case 'retry':
    case 'restart':
    case 'unlock': {
      const kind = verb.toLowerCase() as 'cancel' | 'retry' | 'restart' | 'unlock';
      return parseOptionalTask(rest, kind, (task) => ({ kind, task }));
    }
    case 'hold':
    case 'release': {
      const kind = verb.toLowerCase() === 'hold' ? 'hold' : 'release';
      return parseOptionalTask(rest, kind, (task) => ({ kind, task }));
    }
    case 'reassign':
      return parseReassign(rest);
    case 'stop':
    case 'interrupt':
      return parseOptionalTask(rest, 'stop', (task) => ({ kind: 'stop', task }));
    case 'report':
      return parseOptionalTask(rest, 'report', (task) => ({ kind: 'report', task }));
    case 'undo':
      return parseOptionalTask(rest, 'undo', (task) => ({ kind: 'undo', task }));
    case 'lock':
      return parseLock(rest);
    case 'strategies':
      return parseStrategies(rest);
    case 'pause':
      return parsePause(rest);
    case 'resume':
      return rest.trim() === '' ? ok({ kind: 'resume' }) : parseResumeTask(rest);
    case 'decisions':
      return parseOptionalTask(rest, 'decisions', (task) => ({ kind: 'decisions', task }));
    case 'scout':
    case 'dry-run':
    case 'advance':
    case 'run-once':
      return parseRound(verb.toLowerCase() as RoundKind, wordsOf(rest));
    case 'rounds':
      return parseRounds(wordsOf(rest));
    case 'replay':
      return parseReplay(rest);
    case 'budget':
      return parseBudget(rest);
    case 'quota':
      return parseQuota(rest);
    case 'approvals':
      return ok({ kind: 'approvals' });
    case 'answer':
      return parseAnswer(rest);
    case 'hosts':
      return parseHosts(rest);
    case 'projects':
      return parseProjects(rest);
    default:
      return bad(`I don't know \`${clip(verb)}\`. Try \`help\` for everything I can do.`);
  }
}

/** Whether a text begins with a word of the grammar; in a thread anything else is for the agent. */
export function startsWithVerb(words: string): boolean {
  const verb = splitHead(words).head.toLowerCase();
  return verb === 'interrupt' || HELP.some((topic) => topic.verb === verb);
}

function parseHelp(rest: string): Result<Command, Refusal> {
  if (rest.trim() === '') return ok({ kind: 'help', topic: null });
  const topic = topicNamed(rest.trim().replace(/^\//, ''));
  return topic === null
    ? bad(`There is no help on \`${clip(rest.trim())}\`. Try \`help\` alone.`)
    : ok({ kind: 'help', topic });
}
