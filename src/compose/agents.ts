import {
  type AgentKind,
  agentKinds,
  createCommandKind,
  createDemoKind,
  findAgentKind,
  withEnvironment,
} from '../agents/index.ts';
import type { Config } from '../config.ts';
import { err, ok, type Result } from '../domain/index.ts';
import { programsOnPath } from '../fleet/index.ts';
import { startLines } from '../start-lines.ts';
import type { LocalGithub } from '../workspace/index.ts';
import type { Fault } from './fault.ts';

export function agentsOf(
  config: Config,
  demo: LocalGithub | null,
  env: NodeJS.ProcessEnv,
): Result<ReadonlyMap<string, AgentKind>, Fault> {
  const kinds: AgentKind[] = [...agentKinds];
  if (demo !== null) {
    kinds.unshift(
      createDemoKind({
        nodePath: process.execPath,
        scriptPath: demo.agent.script,
        env: {
          ...demo.agent.env,
          ...(env.FLEET_DEMO_LINGER_MS === undefined
            ? {}
            : { FLEET_DEMO_LINGER_MS: env.FLEET_DEMO_LINGER_MS }),
        },
      }),
    );
  }
  for (const [name, { command, env: given }] of Object.entries(config.file.agents)) {
    const [program, ...rest] = command ?? [];
    const standing = findAgentKind(name, kinds);
    if (program !== undefined) kinds.push(createCommandKind({ name, words: [program, ...rest], env: given }));
    else if (standing !== null) kinds.push(withEnvironment(standing, given));
    else {
      return err({
        sentence: `fleet.toml names the agent \`${name}\`, which is not known: give it \`command = ["program"]\`.`,
      });
    }
  }
  // Of one name the last counts: what the operator wrote.
  return ok(new Map(kinds.map((kind) => [kind.name, kind])));
}

export async function agentsLine(
  agents: ReadonlyMap<string, AgentKind>,
  env: NodeJS.ProcessEnv,
): Promise<string> {
  const programOf = (kind: AgentKind) => kind.processNames[0] ?? kind.name;
  const programs = await programsOnPath([...agents.values()].map(programOf), env);
  const here = [...agents.values()].filter(
    (kind) => kind.name === 'demo' || programs.includes(programOf(kind)),
  );
  return startLines.agents(
    [...agents.keys()],
    here.map((kind) => kind.name),
  );
}

export function defaultAgent(config: Config, demo: LocalGithub | null): string {
  return config.file.fleet.agent ?? (demo === null ? 'claude' : 'demo');
}
