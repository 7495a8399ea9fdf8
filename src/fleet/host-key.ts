import { execa } from 'execa';

const ASK_WITHIN_MS = 10_000;

/**
 * Makes ssh say which key the host showed, and nothing else of what it does. Source: ssh_config(5), LogVerbose.
 * A jump on the way is another ssh, which is not told to.
 */
export const TELL_HOST_KEY = {
  FingerprintHash: 'sha256',
  LogVerbose: 'sshconnect.c:verify_host_key():*',
} as const;

const TELLING = /^debug\d: sshconnect\.c:/;

/** Before OpenSSH 8.5 it knows no such option, and refuses to connect with it. */
export async function canTellHostKey(env: NodeJS.ProcessEnv): Promise<boolean> {
  const option = `LogVerbose=${TELL_HOST_KEY.LogVerbose}`;
  const asked = await execa('ssh', ['-F', '/dev/null', '-G', '-o', option, 'localhost'], {
    env,
    extendEnv: false,
    reject: false,
    timeout: ASK_WITHIN_MS,
  });
  return asked.exitCode === 0;
}

/** The first one: it is said before the host can say anything. */
export function hostKeyIn(stderr: string): string | null {
  const line = stderr.split('\n').find((each) => TELLING.test(each)) ?? '';
  return / Server host (?:key|certificate): \S+ (SHA256:[A-Za-z0-9+/]+)/.exec(line)?.[1] ?? null;
}

export function tellsHostKey(line: string): boolean {
  return TELLING.test(line);
}
