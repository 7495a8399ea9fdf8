import type { Sample } from './perform.ts';
import type { Scenario } from './scenario.ts';
import { labelOf } from './states.ts';

export type Origin = {
  readonly agent: string;
  readonly version: string;
  readonly scenario: Scenario;
  readonly size: string;
  readonly launch: string;
};

/** One sample in the form of the corpus. Its README names the fields. */
export function renderSample(origin: Origin, sample: Sample): Readonly<Record<string, unknown>> {
  const { agent, version, scenario, size, launch } = origin;
  const { claim, frame, look, facts, traffic, tMs, lastInput } = sample;
  const label = labelOf(claim);
  return {
    agent,
    version,
    scenario: scenario.name,
    series: `${agent}/${scenario.name}/${size}/${claim.state}${claim.sub === null ? '' : `.${claim.sub}`}`,
    frame,
    size,
    t_ms: tMs,
    tags: scenario.tags,
    launch,
    plain: look.plain,
    ...(look.plainHistory === null ? {} : { plain_history: look.plainHistory }),
    ansi: look.ansi,
    pane: look.pane,
    processes: look.processes,
    signals: look.signals,
    last_input: lastInput,
    server: {
      main_requests: traffic.mainRequests,
      aux_requests: traffic.auxRequests,
      error_responses: traffic.errorResponses,
      in_flight: traffic.inFlight.map(({ id, kind, step, sinceMs }) => ({
        id,
        kind,
        step,
        since_ms: sinceMs,
      })),
      queued_turns: traffic.queuedTurns,
    },
    truth: {
      state: label.state,
      group: label.group,
      needs_human: label.needsHuman,
      prompt_kind: label.promptKind,
      sub: claim.sub,
      ...(claim.note === undefined ? {} : { notes: claim.note }),
      verified: true,
      evidence: {
        agent_alive: facts.isAlive,
        agent_stat: facts.stat,
        model_requests_in_flight: facts.inFlight.length,
        server_step: facts.inFlight[0] ?? null,
        tool_processes: facts.tools,
      },
      accept: label.accept,
    },
  };
}
