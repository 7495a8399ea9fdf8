import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { recordedAgents } from './agents.ts';
import { renderSample } from './fixture.ts';
import { perform } from './perform.ts';
import type { RecordedAgent, Scenario, Size } from './scenario.ts';
import { sharedScenarios } from './shared-scenarios.ts';
import { openStage } from './stage.ts';

const HELP = `Records screens of a real agent, each labelled with the state that the model's service and the processes bear out.

npm run corpus:record -- AGENT [SCENARIO…] [options]

AGENT      one of: ${recordedAgents.map(({ name }) => name).join(', ')}
SCENARIO   names, or beginnings of names with a star (perm-*); all of them when left out

  --list         the scenarios of AGENT
  --bin DIR      where the agent's program is; on the PATH when left out
  --out DIR      where to write; test-output/screens when left out
  --size WxH     a terminal of this size instead of each scenario's own
  --at-once N    scenarios that run side by side; 1 when left out
  --help         this text

The agent runs in a terminal of its own with a fresh home, a made-up key and a model on this machine.
Read what was recorded with: npm run corpus -- test-output/screens --misses`;

const DEFAULT_SIZE: Size = { width: 120, height: 40 };
const run = promisify(execFile);

type Wanted = {
  readonly agent: RecordedAgent;
  readonly scenarios: readonly Scenario[];
  readonly programPath: string;
  readonly out: string;
  readonly size: Size | null;
  readonly atOnce: number;
};

export async function main(words: readonly string[]): Promise<number> {
  const parsed = wordsOf(words);
  if (parsed === null) return refuse(`${words.join(' ')}: there is no such option. See --help.`);
  const { values, positionals } = parsed;
  const [name, ...names] = positionals;
  if (values.help === true || name === undefined) {
    console.log(HELP);
    return values.help === true ? 0 : 2;
  }
  const agent = recordedAgents.find((each) => each.name === name || each.program === name);
  if (agent === undefined)
    return refuse(
      `There is no agent "${name}" to record. Agents: ${recordedAgents.map((each) => each.name).join(', ')}.`,
    );
  const all = agent.scenarios(sharedScenarios(agent));
  if (values.list === true) {
    for (const scenario of all) console.log(`${scenario.name.padEnd(24)} ${scenario.about}`);
    return 0;
  }
  const unknown = names.find((each) => !all.some((scenario) => isMeant(scenario, each)));
  if (unknown !== undefined)
    return refuse(`${agent.name} has no scenario "${unknown}". See them with --list.`);
  const size = values.size === undefined ? null : sizeOf(values.size);
  if (values.size !== undefined && size === null)
    return refuse(`"${values.size}" is no size. Write it as 120x40.`);
  const programPath = await findProgram(agent.program, values.bin);
  if (programPath === null)
    return refuse(
      `There is no program "${agent.program}" ${values.bin === undefined ? 'on the PATH' : `in ${values.bin}`}. Install it (${agent.install}) or name its folder with --bin.`,
    );
  return record({
    agent,
    scenarios:
      names.length === 0 ? all : all.filter((scenario) => names.some((each) => isMeant(scenario, each))),
    programPath,
    out: resolve(values.out ?? 'test-output/screens'),
    size,
    atOnce: Math.max(1, Number(values['at-once'] ?? 1) || 1),
  });
}

function wordsOf(words: readonly string[]) {
  try {
    return parseArgs({
      args: [...words],
      allowPositionals: true,
      options: {
        list: { type: 'boolean' },
        help: { type: 'boolean' },
        bin: { type: 'string' },
        out: { type: 'string' },
        size: { type: 'string' },
        'at-once': { type: 'string' },
      },
    });
  } catch (cause) {
    if (cause instanceof TypeError) return null;
    throw cause;
  }
}

async function record({ agent, scenarios, programPath, out, size, atOnce }: Wanted): Promise<number> {
  const version = await versionOf(agent, programPath);
  console.log(`${agent.name} ${version}: ${scenarios.length} scenarios`);
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort(new Error('stopped by hand')));
  process.once('SIGTERM', () => stop.abort(new Error('stopped by hand')));
  const left = [...scenarios];
  let written = 0;
  let empty = 0;
  const worker = async () => {
    for (
      let scenario = left.shift();
      scenario !== undefined && !stop.signal.aborted;
      scenario = left.shift()
    ) {
      const count = await recordOne(
        { agent, version, programPath, out, size: size ?? scenario.size ?? DEFAULT_SIZE },
        scenario,
        stop.signal,
      );
      written += count;
      if (count === 0) empty += 1;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  console.log(`${written} screens written to ${out}${empty === 0 ? '' : `, ${empty} scenarios without any`}`);
  return empty === 0 ? 0 : 1;
}

async function recordOne(
  place: {
    readonly agent: RecordedAgent;
    readonly version: string;
    readonly programPath: string;
    readonly out: string;
    readonly size: Size;
  },
  scenario: Scenario,
  signal: AbortSignal,
): Promise<number> {
  const { agent, version, programPath, out, size } = place;
  const began = Date.now();
  await using stage = await openStage(agent, programPath, scenario, size);
  const { samples, dropped } = await perform(stage, scenario, signal);
  const sizeName = `${size.width}x${size.height}`;
  for (const [index, sample] of samples.entries()) {
    const folder = join(out, agent.name, sample.claim.state);
    mkdirSync(folder, { recursive: true });
    const file = `${scenario.name}-${sizeName}-${String(index + 1).padStart(2, '0')}.json`;
    const recorded = renderSample(
      { agent: agent.name, version, scenario, size: sizeName, launch: stage.launchLine },
      sample,
    );
    writeFileSync(join(folder, file), `${JSON.stringify(recorded, null, 1)}\n`);
  }
  const seconds = ((Date.now() - began) / 1_000).toFixed(0);
  console.log(`${scenario.name} ${sizeName}: ${samples.length} screens, ${seconds} s`);
  for (const why of dropped) console.log(`  left out: ${why.replaceAll('\n', '\n    ')}`);
  return samples.length;
}

function isMeant({ name }: Scenario, pattern: string): boolean {
  return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}

function sizeOf(text: string): Size | null {
  const [, width, height] = /^(\d{2,3})x(\d{2,3})$/.exec(text) ?? [];
  return width === undefined || height === undefined
    ? null
    : { width: Number(width), height: Number(height) };
}

async function findProgram(name: string, folder: string | undefined): Promise<string | null> {
  const folders = folder === undefined ? (process.env.PATH ?? '').split(':') : [resolve(folder)];
  return folders.map((each) => join(each, name)).find((path) => existsSync(path)) ?? null;
}

const VERSION_WITHIN_MS = 60_000;

async function versionOf(agent: RecordedAgent, programPath: string): Promise<string> {
  const { stdout } = await run(programPath, [...agent.versionWords], { timeout: VERSION_WITHIN_MS });
  return /\d+\.\d+[\w.-]*/.exec(stdout)?.[0] ?? 'unknown';
}

function refuse(sentence: string): number {
  console.error(sentence);
  return 2;
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2));
