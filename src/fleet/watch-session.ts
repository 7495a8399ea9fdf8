/** Our own session on every host: a client needs one to attach to, and the end of anybody else's must not end the line. */
export const WATCH_SESSION = '_fleet';
