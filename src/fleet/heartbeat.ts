import { tmuxWord } from './tmux-word.ts';

export const HEARTBEAT_EVERY_S = 10;

const NAME = 'fleet-heartbeat';
const OPTION = '@fleet_clock';

/**
 * Commands that make tmux say by itself, every few seconds, that it is there: a subscription to a number that counts the time.
 * tmux writes a time only for what an option holds. Source: tmux(1), FORMATS, `T:`.
 * @param session exact target of the session that the client is attached to
 */
export function startHeartbeat(session: string): readonly string[] {
  return [
    `set-option -q -t ${session} ${OPTION} ${tmuxWord('%s')}`,
    `refresh-client -B ${tmuxWord(`${NAME}::#{e|/|:#{T:${OPTION}},${HEARTBEAT_EVERY_S}}`)}`,
  ];
}

export function isHeartbeat(notice: string): boolean {
  return notice.startsWith(`%subscription-changed ${NAME} `);
}
