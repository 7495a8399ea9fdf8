import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeShopRepository } from '../../src/workspace/demo-shop.ts';
import { type GithubDouble, openGithubDouble } from '../doubles/github.ts';
import { NODE } from './program.ts';
import { QUICK } from './world.ts';

const DEMO_AGENT = fileURLToPath(new URL('../../src/workspace/demo-agent.ts', import.meta.url));

/** GitHub as the program is told of it by its environment, with an agent that opens its pull requests there. */
export type RealGithub = AsyncDisposable & {
  readonly github: GithubDouble;
  readonly env: Readonly<Record<string, string>>;
  readonly toml: (folder: string) => Promise<string>;
};

export async function openRealGithub(): Promise<RealGithub> {
  const github = await openGithubDouble();
  return {
    github,
    env: {
      GITHUB_TOKEN: github.tokens.bot,
      GITHUB_API_URL: github.apiUrl,
      GITHUB_WEBHOOK_SECRET: github.secret,
    },
    async toml(folder) {
      const bare = join(folder, `${github.repo}.git`);
      await mkdir(join(bare, '..'), { recursive: true });
      await makeShopRepository(bare);
      const agent = join(folder, 'demo-agent');
      await writeFile(agent, agentScript(github));
      await chmod(agent, 0o755);
      return `${QUICK}agent = "helper"
default_role = "approver"

[[hosts]]
name = "here"
local = true

[[projects]]
repo = "${github.repo}"
clone_url = "${bare}"

[agents.helper]
command = ["${agent}"]
`;
    },
    [Symbol.asyncDispose]: () => github[Symbol.asyncDispose](),
  };
}

/** The bot's own secrets are not for its agents, so this one brings what it needs. */
function agentScript({ apiUrl, tokens }: GithubDouble): string {
  return [
    '#!/bin/sh',
    `export GITHUB_API_URL='${apiUrl}' GITHUB_TOKEN='${tokens.agent}' FLEET_DEMO_LINGER_MS=500`,
    `exec '${NODE}' '${DEMO_AGENT}' -- "$1"`,
    '',
  ].join('\n');
}
