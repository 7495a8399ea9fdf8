import { ok, parseRepo, type Result } from '../../domain/index.ts';
import type { Refusal } from '../request.ts';
import type { Command } from './command.ts';
import { splitFlags } from './flags.ts';
import { bad, clip, splitHead } from './words.ts';

export function parseProjects(rest: string): Result<Command, Refusal> {
  const { head: verb, rest: after } = splitHead(rest);
  switch (verb.toLowerCase()) {
    case '':
    case 'list':
      return ok({ kind: 'projects-list' });
    case 'add': {
      const split = splitFlags(after, ['clone-url', 'branch', 'agent']);
      if (!split.ok) return split;
      const { flags, text } = split.value;
      const repo = parseRepo(text);
      if (!repo.ok) return bad('Name the repository: `projects add owner/name`.');
      return ok({
        kind: 'projects-add',
        repo: repo.value,
        cloneUrl: flags.get('clone-url') ?? null,
        branch: flags.get('branch') ?? null,
        agent: flags.get('agent') ?? null,
      });
    }
    default:
      return bad(
        `I don't know \`projects ${clip(verb)}\`. Use \`projects add owner/name\` or \`projects list\`.`,
      );
  }
}
