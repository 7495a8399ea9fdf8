import { randomBytes } from 'node:crypto';

/** What tmux pushes about every pane of every session, told as "something changed in this session". */
export interface ChangeFeed {
  /** For `refresh-client -B`. */
  readonly subscription: string;
  read(notice: string): void;
}

const NAME = 'fleet-changes';

// A process may call itself anything, a line's end included, so only harmless characters of its name pass.
// No commas: inside a loop they part the format for the current item from the one for the others.
const WATCHED = [
  '#{pane_id}',
  '#{s/[^a-zA-Z0-9_.-]/_/:pane_current_command}',
  '#{history_size}',
  '#{cursor_x}',
  '#{cursor_y}',
  '#{window_activity}',
  '#{pane_dead}',
  '#{pane_dead_status}',
  '#{pane_dead_signal}',
  '#{pane_title}',
].join(' ');

/**
 * tmux evaluates the subscription once a second and pushes it when it differs (tmux(1), refresh-client -B): a list of
 * session name and facts, parted by a word that no pane can know. The first push names every session.
 */
export function createChangeFeed(onChange: (sessionName: string) => void): ChangeFeed {
  const fence = randomBytes(16).toString('hex');
  const start = `%subscription-changed ${NAME} `;
  let seen = new Map<string, string>();

  return {
    subscription: `${NAME}::#{S:#{W:#{P:${fence}#{session_name}${fence}${WATCHED}}}}`,
    read(notice) {
      if (!notice.startsWith(start)) return;
      const [, ...fields] = notice.split(fence);
      const next = new Map<string, string>();
      for (let at = 0; at + 1 < fields.length; at += 2) {
        const name = fields[at] ?? '';
        // A session has as many entries as panes.
        next.set(name, `${next.get(name) ?? ''}${fields[at + 1]}\n`);
      }
      const changed = new Set([...seen.keys(), ...next.keys()]);
      const before = seen;
      seen = next;
      for (const name of changed) if (before.get(name) !== next.get(name)) onChange(name);
    },
  };
}
