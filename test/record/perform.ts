import { setTimeout as delay } from 'node:timers/promises';
import { until } from '../support/until.ts';
import type { Act, Claim, Moment, Scenario } from './scenario.ts';
import type { Look, OpenStage } from './stage.ts';
import { contradiction, type Facts } from './states.ts';

/** One look whose claim the service and the processes bear out. */
export type Sample = {
  readonly claim: Claim;
  readonly frame: number;
  readonly look: Look;
  readonly facts: Facts;
  readonly traffic: ReturnType<OpenStage['model']['traffic']>;
  readonly tMs: number;
  readonly lastInput: readonly (readonly [number, string, string | readonly string[]])[];
};

export type Performance = {
  readonly samples: readonly Sample[];
  /** Why samples were thrown away. */
  readonly dropped: readonly string[];
};

const WAIT_MS = 45_000;
const PROOF_MS = 20_000;
const STILL_FOR_MS = 1_200;
const LOOK_EVERY_MS = 200;
const FRAME_EVERY_MS = 1_200;
/** Agents take quick keys for a paste, in which Enter is a new line. */
const BEFORE_ENTER_MS = 700;
const ENTER_AGAIN_AFTER_MS = 5_000;
const INPUTS_KEPT = 4;

/** @param signal ends it at the next step, with the samples taken so far */
export async function perform(
  stage: OpenStage,
  scenario: Scenario,
  signal: AbortSignal,
): Promise<Performance> {
  const began = Date.now();
  const kept: Sample[] = [];
  let unproven: Sample[] = [];
  const dropped: string[] = [];
  const inputs: (readonly [number, string, string | readonly string[]])[] = [];
  const noteInput = (kind: string, value: string | readonly string[]) => {
    inputs.push([Date.now() - began, kind, value]);
    if (inputs.length > INPUTS_KEPT) inputs.shift();
  };

  const type = async (text: string) => {
    noteInput('type', text);
    await stage.type(text);
  };
  const press = async (keys: readonly string[]) => {
    noteInput('key', keys);
    await stage.press(keys);
  };
  const send = async (text: string, by: Moment | null, withinMs: number) => {
    const holds = watch(stage, by ?? { kind: 'asked-again' });
    await type(text);
    await delay(BEFORE_ENTER_MS);
    await press(['Enter']);
    const first = await hasCome(holds, Math.min(ENTER_AGAIN_AFTER_MS, withinMs));
    if (first) return;
    await press(['Enter']);
    await until(holds, { withinMs, what: by === null ? 'a request' : describeMoment(by) });
  };

  const sample = async (act: Extract<Act, { act: 'sample' }>) => {
    const frames = act.frames ?? 2;
    for (let frame = 0; frame < frames; frame++) {
      if (frame > 0) await delay(act.everyMs ?? FRAME_EVERY_MS);
      const before = await stage.facts();
      const look = await stage.look();
      const traffic = stage.model.traffic();
      const after = await stage.facts();
      const why =
        contradiction(act.as, before) ??
        contradiction(act.as, after) ??
        (before.requests === after.requests || isRetry(act.as) ? null : 'a request came meanwhile');
      if (why !== null) {
        dropped.push(`${act.as.state}.${act.as.sub ?? '-'} frame ${frame}: ${why}`);
        continue;
      }
      const one: Sample = {
        claim: act.as,
        frame,
        look,
        facts: after,
        traffic,
        tMs: Date.now() - began,
        lastInput: [...inputs],
      };
      (act.onProof === true ? unproven : kept).push(one);
    }
  };

  const prove = async (act: Extract<Act, { act: 'prove' }>) => {
    const withinMs = act.withinMs ?? PROOF_MS;
    const holds = watch(stage, act.by);
    try {
      if (act.send !== undefined) await send(act.send, act.by, withinMs);
      if (act.keys !== undefined) await press(act.keys);
      await until(holds, { withinMs, what: describeMoment(act.by) });
      kept.push(...unproven);
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      for (const { claim, frame } of unproven)
        dropped.push(`${claim.state}.${claim.sub ?? '-'} frame ${frame}: not proven, ${why}`);
      unproven = [];
      throw cause;
    }
    unproven = [];
  };

  const perform1 = async (act: Act): Promise<void> => {
    switch (act.act) {
      case 'start':
        noteInput('key', ['Enter']);
        return stage.start(act.words ?? [], act.asPane ?? false);
      case 'settle':
        return settle(stage);
      case 'type':
        await type(act.text);
        return delay(BEFORE_ENTER_MS);
      case 'press':
        return press(act.keys);
      case 'send':
        return send(act.text, act.expects ?? null, WAIT_MS);
      case 'wait':
        await until(watch(stage, act.for), {
          withinMs: act.withinMs ?? WAIT_MS,
          what: describeMoment(act.for),
        });
        return;
      case 'pause':
        await delay(act.ms);
        return;
      case 'release':
        return stage.model.release();
      case 'sample':
        return sample(act);
      case 'prove':
        return prove(act);
      case 'signal':
        return stage.signal(act.signal);
      case 'network':
        return act.up ? stage.model.comeBack() : stage.model.goDown();
      case 'resize':
        return stage.resize(act.size);
      case 'copy-mode':
        return stage.enterCopyMode();
    }
  };

  for (const [index, act] of scenario.acts.entries()) {
    try {
      signal.throwIfAborted();
      await perform1(act);
    } catch (cause) {
      dropped.push(...unproven.map(({ claim }) => `${claim.state}.${claim.sub ?? '-'}: never proven`));
      const screen = await stage.screen().catch(() => '');
      const what = cause instanceof Error ? cause.message : String(cause);
      dropped.push(`stopped at step ${index + 1} (${act.act}): ${what}. The screen then:\n${tailOf(screen)}`);
      return { samples: kept, dropped };
    }
  }
  return { samples: kept, dropped };
}

/** A look at whether the moment has come, seen from now. */
function watch(stage: OpenStage, moment: Moment): () => Promise<boolean> {
  const requestsAtFirst = stage.model.traffic().mainRequests;
  const isStill = stillness(stage);
  return async () => {
    const facts = await stage.facts();
    const traffic = stage.model.traffic();
    const rests = traffic.inFlight.length === 0 && facts.tools.length === 0;
    switch (moment.kind) {
      case 'in-flight':
        return traffic.inFlight.some(({ step }) => step === moment.step);
      case 'tool-runs':
        return facts.tools.length > 0 && traffic.inFlight.length === 0;
      case 'waits':
        return traffic.mainRequests > 0 && rests && (await isStill());
      case 'turn-over':
        return traffic.queuedTurns === 0 && rests && (await isStill());
      case 'failed':
        return traffic.errorResponses >= moment.times && traffic.inFlight.length === 0;
      case 'asked-again':
        return traffic.mainRequests > requestsAtFirst;
      case 'goes-on':
        return traffic.mainRequests > requestsAtFirst || facts.tools.length > 0;
      case 'still':
        return isStill();
      case 'gone':
        return !facts.isAlive;
      case 'stopped':
        return facts.stat.startsWith('T');
    }
  };
}

/** Whether the screen has been the same for a while. */
function stillness(stage: OpenStage, forMs = STILL_FOR_MS): () => Promise<boolean> {
  let last = '';
  let since = Date.now();
  return async () => {
    const screen = await stage.screen();
    if (screen !== last) {
      last = screen;
      since = Date.now();
    }
    return Date.now() - since >= forMs;
  };
}

/** The agent has drawn its first screen, nothing more comes for a while, and the small programs that it asks at its start have ended. */
async function settle(stage: OpenStage): Promise<void> {
  const isStill = stillness(stage, 2_500);
  await until(
    async () => {
      const still = (await isStill()) && (await stage.facts()).tools.length === 0;
      const lines = (await stage.screen()).split('\n').filter((line) => line.trim() !== '');
      return still && lines.length > 2;
    },
    { withinMs: 90_000, what: 'the first screen' },
  );
}

async function hasCome(holds: () => Promise<boolean>, withinMs: number): Promise<boolean> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    if (await holds()) return true;
    if (Date.now() >= deadline) return false;
    await delay(LOOK_EVERY_MS);
  }
}

/** Requests come and fail all the time of it. */
function isRetry({ state }: Claim): boolean {
  return state === 'retrying' || state === 'rate_limited';
}

function describeMoment(moment: Moment): string {
  switch (moment.kind) {
    case 'in-flight':
      return `a request at "${moment.step}"`;
    case 'tool-runs':
      return 'a running program of the agent';
    case 'waits':
      return 'an agent that waits for an answer';
    case 'turn-over':
      return 'the end of the turn';
    case 'failed':
      return `${moment.times} failed requests`;
    case 'asked-again':
      return 'another request';
    case 'goes-on':
      return 'another request or a program of the agent';
    case 'still':
      return 'a screen that stands still';
    case 'gone':
      return 'the end of the agent';
    case 'stopped':
      return 'a stopped agent';
  }
}

function tailOf(screen: string): string {
  return screen
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(-16)
    .join('\n');
}
