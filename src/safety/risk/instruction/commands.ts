import { pattern } from '../pattern.ts';
import { isProgram } from '../programs.ts';
import { judgeScript } from '../script.ts';
import { type Finding, worse, worst } from '../verdict.ts';
import { withoutPoliteness } from './mood.ts';

/** Not what nobody can tell: in prose nearly every word is a program nobody knows. */
export function certain(found: Finding | null): Finding | null {
  return found === null || found.category === 'undecided' ? null : found;
}

/** Marks that no sentence has. */
export function isSpeltAsCommand(text: string): boolean {
  return /(?:^|\s)(?:-{1,2}|[:+])\w|[|;&<>$`]|\s[/~.]/.test(text);
}

/** Its first word is a program, and what follows looks like no sentence. */
export function looksLikeCommand(text: string): boolean {
  const first = /^\s*(?:[A-Z_]+=\S+\s+)*([\w./~-]+)/.exec(text)?.[1] ?? '';
  const name = first.slice(first.lastIndexOf('/') + 1);
  if (/^\s*(?::\(\)|>\s*\/)/.test(text)) return true;
  if (!isProgram(name) && !name.startsWith('mkfs'))
    return /^\s*(?:drop|truncate|delete)\s+(?:table|database|from|schema)\b/i.test(text) && text.length < 200;
  return (
    first === first.toLowerCase() &&
    (/(?:^|\s)(?:-{1,2}|[:+])\w|[|;&<>$`]|\s\/|~/.test(text) || text.trim().split(/\s+/).length <= 3) &&
    !BEGINS_A_SENTENCE.test(text)
  );
}

const BEGINS_A_SENTENCE = pattern(
  String.raw`
        ^(?:kill|make|find|drop|test|time|set|watch|open|look|view|type|split|sort|join|write|read|
        format|clear|reset|move|install|patch|touch|file|cut|paste|head|tail|expand|link|source|service|
        screen|at|batch|shutdown|stop|end|done|continue|break|wait|let|exit|return|help|please|run|
        serve|next|less|more|remove|delete|erase|security|pass|history|script|fold|column|age|up|task|
        just|say|note|last|who|which|what)\s+(?:the|a|an|all|this|that|my|our|your|it|sure|out|up|every|
        any|me|us|production|prod|is|are|at|for|with|on|in|how|why|if)\b
      `,
  'i',
);

/** Commands in backticks or quotes that an order wants run. */
export function quotedCommandsIn(listed: string): Finding | null {
  const clause = withoutBullet(listed);
  const isRun =
    /\b(?:run|runs|running|execute|executing|exec|call|invoke|use|using|try|type|issue|do|with|via|apply|launch|start|perform|enter)\b\s*[^`"“]*[`"“]|^[`"“]/i.test(
      clause,
    ) || /^[`"“]/.test(withoutPoliteness(clause.toLowerCase()));
  if (!isRun) return null;
  const quoted = [...clause.matchAll(/`{1,2}([^`]+)`{1,2}|"([^"]+)"|“([^”]+)”/g)].map(
    (match) => match[1] ?? match[2] ?? match[3] ?? '',
  );
  return worst(quoted, (code) => certain(judgeScript(code)));
}

/** A command that stands bare in an order, with its program's name first: it may be a sentence that begins alike. */
export function bareCommandIn(listed: string): Finding | null {
  const bare = withoutBullet(listed).replace(/`{1,2}[^`]+`{1,2}/g, ' ');
  const at = BARE_COMMAND.exec(bare);
  const fromBare =
    at === null
      ? null
      : certain(
          judgeScript(
            withoutWhatFollows(bare.slice(at.index + (at[1]?.length ?? 0)))
              .replace(/[.!?]+$/, '')
              .replace(/\s+(?:please|now|asap|thanks|immediately)$/i, ''),
          ),
        );
  const named = RUN_PROGRAM.exec(bare);
  const fromNamed =
    named !== null && isProgram(named[1] ?? '')
      ? certain(judgeScript(`${named[1] ?? ''}${named[2] ?? ''}`))
      : null;
  return worse(fromBare, fromNamed);
}

function withoutBullet(clause: string): string {
  return clause.replace(/^\s*(?:\d+[.)]|[-*•])\s*/, '');
}

/** “rm -rf node_modules and install again”: the command without what is to be done after it, in prose. */
export function withoutWhatFollows(command: string): string {
  return command.replace(GOES_ON, '');
}

const GOES_ON =
  /,?\s+(?:and|then|and then)\s+(?:(?:re)?(?:install|build|run|start)|try|test|commit|check|continue|see|tell|show)\b(?!\s*[/.~]).*$/i;

const BARE_COMMAND = pattern(
  String.raw`
      (^|\s|["'“(])(?=(?:sudo\s+\w|rm\s+-|\/bin\/rm|git\s+(?:push|reset|clean|checkout|restore|branch|
      stash|rebase|filter-|update-ref|reflog|gc|tag|remote|config|commit)\s+\S*[-+:.]|
      git\s+stash\s+(?:drop|clear)|curl\s+\S|wget\s+\S|docker\s+(?:system|volume|rm|run|push|kill|
      compose)|kubectl\s+\w|terraform\s+\w|helm\s+(?:install|upgrade|uninstall|delete|rollback)\b|aws\s+\w+\s|gcloud\s+\w|az\s+\w+\s|gh\s+(?:repo|pr|
      api|secret|release|auth|workflow)\s|npm\s+(?:publish|unpublish|token|owner|deprecate)|
      chmod\s+[-\d+a-z]|chown\s|dd\s+(?:if|of)=|mkfs|kill\s+-|pkill\s|killall\s|crontab\s|scp\s|rsync\s|
      nc\s+-|psql\s|mysql\s|redis-cli\s|dropdb\s|shred\s+-|shutdown\s+-|systemctl\s|tmux\s+kill|eval\s|
      bash\s+-c|sh\s+-c|python3?\s+-c|node\s+-e|cat\s+[~/.]|printenv|find\s+\S+\s+-))
    `,
  'i',
);

/** Whether a sentence may name a command at all: most name none, and need not be read for it. */
export function mayNameCommand(sentence: string): boolean {
  return /[`"“]/.test(sentence) || BARE_COMMAND.test(sentence) || RUN_PROGRAM.test(sentence);
}

/** “Run rails db:drop”: what follows begins with a program's name. */
const RUN_PROGRAM = /\b(?:run|execute) ([a-z][\w.-]*)( [^,;]*)?[.!]?$/i;
