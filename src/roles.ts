import type { Config } from './config.ts';
import type { Actor, Role } from './domain/index.ts';

/** The people of the local workspace: enough to try what each role may do. */
export const LOCAL_PEOPLE: readonly { id: string; name: string; about: string; role: Role }[] = [
  { id: 'U0YOU', name: 'You', about: 'admin: may do everything', role: 'admin' },
  { id: 'U0ROBIN', name: 'Robin', about: 'operator: may add tasks, not approve', role: 'operator' },
  { id: 'U0SAM', name: 'Sam', about: 'viewer: may look', role: 'viewer' },
];

/** What the configuration says of a person. Whoever can use the shell of the bot's machine can do everything there anyway. */
export function roleOf(
  config: Config,
  isLocal: boolean,
  { source, externalId }: Pick<Actor, 'source' | 'externalId'>,
): Role {
  if (source === 'system' || source === 'shell') return 'admin';
  const person = config.file.people.find(
    (each) => (source === 'slack' ? each.slack : each.github) === externalId,
  );
  if (person !== undefined) return person.role;
  const local =
    isLocal && source === 'slack' ? LOCAL_PEOPLE.find((each) => each.id === externalId) : undefined;
  return local?.role ?? config.file.fleet.default_role;
}

/** Whether anybody was named to answer questions. */
export function namesApprovers(config: Config, isLocal: boolean): boolean {
  return isLocal || config.file.people.some(({ role }) => role === 'approver' || role === 'admin');
}
