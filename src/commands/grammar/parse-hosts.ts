import { ok, type Result } from '../../domain/index.ts';
import type { Refusal } from '../request.ts';
import { type Command, HOST_CHANGES } from './command.ts';
import { splitFlags } from './flags.ts';
import { bad, clip, parseCount, splitHead } from './words.ts';

export function parseHosts(rest: string): Result<Command, Refusal> {
  const { head: verb, rest: after } = splitHead(rest);
  switch (verb.toLowerCase()) {
    case '':
    case 'list':
      return ok({ kind: 'hosts-list' });
    case 'add': {
      const split = splitFlags(after, ['ssh', 'port', 'capacity']);
      if (!split.ok) return split;
      const { flags, text } = split.value;
      const [name = '', target, ...more] = text.split(/\s+/);
      // A second word that is no destination is a name with a blank in it.
      if (name === '' || more.length > 0 || target?.includes('@') === false) {
        return bad('Name the host: `hosts add dev1 --ssh user@dev1`.');
      }
      if (target !== undefined && flags.has('ssh')) {
        return bad(`Name the destination once: \`hosts add ${clip(name)} --ssh user@dev1\`.`);
      }
      const port = parseCount(flags.get('port'), 65_535);
      if (port === undefined) return bad('`--port` takes a number from 1 to 65535.');
      const capacity = parseCount(flags.get('capacity'), 1000);
      if (capacity === undefined) return bad('`--capacity` takes a number from 1 to 1000.');
      return ok({ kind: 'hosts-add', name, ssh: flags.get('ssh') ?? target ?? null, port, capacity });
    }
    case 'refresh':
      return ok({ kind: 'hosts-refresh' });
    default: {
      const change = HOST_CHANGES.find((each) => each === verb.toLowerCase());
      if (change === undefined) {
        return bad(
          `I don't know \`hosts ${clip(verb)}\`. Use \`hosts\` with list, refresh, add, ${HOST_CHANGES.slice(0, -1).join(', ')} or ${HOST_CHANGES.at(-1)}.`,
        );
      }
      const name = after.trim();
      if (name === '') return bad(`Name the host: \`hosts ${change} dev1\`.`);
      return ok({ kind: `hosts-${change}`, name });
    }
  }
}
