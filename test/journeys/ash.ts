import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll } from 'vitest';
import { openSshd, type SshHost } from '../doubles/sshd.ts';
import { QUICK, shareWorld, type World } from './world.ts';

const run = promisify(execFile);

type AshOptions = {
  /** What people did on the host before the program knows it. */
  readonly furnish: (ash: SshHost) => Promise<void>;
  /** More lines of the table `fleet`. */
  readonly settings?: string;
  readonly env?: Readonly<Record<string, string>>;
};

/** A world for all tests of a file, with a host `ash` that is reached by ssh, and the project acme/shop. */
export function shareAsh({ furnish, settings = '', env = {} }: AshOptions): {
  readonly shared: () => World;
  readonly ash: () => SshHost;
} {
  let opened: SshHost | undefined;
  // Closed after the world that reaches it: hooks of this kind run in reverse.
  afterAll(() => opened?.close());
  const shared = shareWorld({
    toml: async () => {
      opened = await openSshd({ alias: 'ash' });
      await furnish(opened);
      return `${QUICK}${settings}
[[hosts]]
name = "ash"
ssh = "ash"
config_file = "${opened.sshConfigFile}"

[[projects]]
repo = "acme/shop"
clone_url = "https://github.com/acme/shop.git"
`;
    },
    env,
  });
  return {
    shared,
    ash: () => {
      if (opened === undefined) throw new Error('the host is opened before the first test');
      return opened;
    },
  };
}

/** A clone of acme/shop in `~/shop`, a worktree of it beside, and a folder `~/bin`. */
export async function beginShop({ home }: SshHost): Promise<void> {
  const git = (...words: readonly string[]) =>
    run('git', ['-c', 'user.name=A', '-c', 'user.email=a@example.com', ...words], {
      env: { PATH: process.env.PATH, HOME: home },
    });
  const shop = join(home, 'shop');
  await git('init', '-q', '-b', 'main', shop);
  await git('-C', shop, 'commit', '-q', '--allow-empty', '-m', 'one');
  await git('-C', shop, 'remote', 'add', 'origin', 'git@github.com:acme/shop.git');
  await git('-C', shop, 'worktree', 'add', '-q', '-b', 'fix-till', worktreeOn({ home }));
  await mkdir(join(home, 'bin'));
}

export const worktreeOn = ({ home }: Pick<SshHost, 'home'>): string => join(home, 'shop-till');
