import {
  type Actor,
  AS_CONFIGURED,
  actorId,
  type ButtonRequest,
  DENY,
  err,
  ok,
  type Result,
  WATCH_FOR_MS,
} from '../domain/index.ts';
import { addTask, openAddForm } from './add-task.ts';
import { adoptSessions } from './adopt.ts';
import { answer, answerInWords, askAgain, listApprovals, openReasonForm } from './answer-approval.ts';
import { setBudget, showBudget } from './budget.ts';
import { cancelTask, restartTask } from './cancel-task.ts';
import { AlreadyCarriedOut, type Context, type Outcome, Refused, refuse, taskOfPlace } from './context.ts';
import { explain } from './explain.ts';
import {
  addTaskFromIssue,
  cancelTaskOfIssue,
  noteObjective,
  notePullRequestOfTask,
  notePushOfTask,
} from './from-github.ts';
import type { Command } from './grammar/command.ts';
import { parseCommand, startsWithVerb } from './grammar/parse-command.ts';
import { holdTask, releaseTask } from './hold-task.ts';
import { addHost, changeHost, listHosts, refreshHosts } from './hosts.ts';
import { lockTask, unlockTask } from './lock-task.ts';
import { pauseDirector, resumeDirector } from './pause-director.ts';
import type { CommandPorts, DeliveryKey } from './ports.ts';
import { addProject, listProjects } from './projects.ts';
import { liftQuota, showQuota } from './quota.ts';
import { reassignTask } from './reassign-task.ts';
import { replayDecisions } from './replay.ts';
import type { Answer, Refusal, Request } from './request.ts';
import { resumeTask, retryTask } from './retry-task.ts';
import { goOnWithRound, showRounds, startRound } from './rounds.ts';
import { showDecisions } from './show-decisions.ts';
import { showHealth } from './show-health.ts';
import { showHelp } from './show-help.ts';
import { showHome } from './show-home.ts';
import { observeHost } from './show-host.ts';
import { showQueue, showStatus } from './show-status.ts';
import { showStrategies } from './show-strategies.ts';
import { takeSnapshot } from './snapshot.ts';
import { reportTask, steer, stopAgent, undoWords } from './steer.ts';
import type { Target } from './target.ts';
import { startWatch, stopWatch } from './watch.ts';

/**
 * Parses, authorises and carries out one request. With a delivery, the request is carried out once however often this is called for it:
 * the change and the mark that it was made are one transaction. A refusal changes nothing, and leaves the delivery to be marked by who tells it.
 */
export async function runRequest(
  ports: CommandPorts,
  request: Request,
  delivery: DeliveryKey | null,
): Promise<Result<Answer, Refusal>> {
  const at = ports.now();
  const actor = await ensureActor(ports, request, at);
  const context: Context = {
    ports,
    actor,
    place: request.place,
    at,
    change: async (work) => {
      try {
        return await ports.store.transaction(async (tx) => {
          if (delivery !== null && !(await tx.finishDelivery(delivery, 'done', at)))
            throw new AlreadyCarriedOut();
          const result = await work(tx);
          if (!result.ok) throw new Refused(result.error);
          return result;
        });
      } catch (error) {
        if (error instanceof Refused) return err(error.refusal);
        throw error;
      }
    },
  };
  try {
    return await carryOut(context, request);
  } catch (error) {
    if (error instanceof AlreadyCarriedOut) return ok({ kind: 'nothing' });
    throw error;
  }
}

async function carryOut(context: Context, { ask }: Request): Promise<Outcome> {
  switch (ask.kind) {
    case 'words':
      return runWords(context, ask.words);
    case 'add-form': {
      const project = await context.ports.store.findProject(ask.project);
      const repo = project?.repo ?? null;
      return addTask(context, {
        ...ask,
        brief: ask.brief.trim(),
        repo,
        after: [],
        budgetUsd: null,
        ...AS_CONFIGURED,
      });
    }
    case 'reason-form': {
      const { approval, reason } = ask;
      return answer(context, { kind: 'answer', approval, choice: DENY }, reason);
    }
    case 'button':
      switch (ask.button.kind) {
        case 'answer':
          return answer(context, ask.button);
        case 'ask-again':
          return askAgain(context, ask.button.approval);
        case 'say-why':
          return openReasonForm(context, ask.button.approval);
        case 'task':
          return ask.button.verb === 'snapshot'
            ? takeSnapshot(context, {
                target: { kind: 'task', task: ask.button.task },
                lines: null,
                isTextOnly: false,
              })
            : runCommand(context, { kind: ask.button.verb, task: ask.button.task });
        case 'session':
          return runOnSession(context, ask.button);
        case 'undo':
          return undoWords(context, ask.button);
        case 'stop-watch':
          return stopWatch(context, ask.button.watch);
        case 'round':
          return goOnWithRound(context, ask.button.verb, ask.button.round);
      }
      break;
    case 'thread-reply':
      return steer(context, ask.words);
    case 'open-home':
      return showHome(context);
    case 'issue-labelled':
      return addTaskFromIssue(context, ask);
    case 'issue-unlabelled':
      return cancelTaskOfIssue(context, ask);
    case 'objective-told':
      return noteObjective(context, ask);
    case 'branch-pushed':
      return notePushOfTask(context, ask);
    case 'pull-request-opened':
      return notePullRequestOfTask(context, ask);
  }
}

/** A host's name may have changed since the button was shown; its id has not. */
async function runOnSession(
  context: Context,
  { verb, host, name }: Extract<ButtonRequest, { kind: 'session' }>,
): Promise<Outcome> {
  const found = await context.ports.store.findHost(host);
  if (found === null) return refuse('no-such-host', 'This host is not part of the fleet any more.');
  const target: Target = { kind: 'session', host: found.name, name };
  switch (verb) {
    case 'snapshot':
      return takeSnapshot(context, { target, lines: null, isTextOnly: false });
    case 'watch':
      return startWatch(context, { target, forMs: WATCH_FOR_MS });
    case 'explain':
      return explain(context, target);
  }
}

/** In a task's thread, words that are none of the grammar are for the agent. */
async function runWords(context: Context, words: string): Promise<Outcome> {
  if (words.trim() !== '' && !startsWithVerb(words) && (await taskOfPlace(context)) !== null)
    return steer(context, words);
  const command = parseCommand(words);
  return command.ok ? runCommand(context, command.value) : err(command.error);
}

async function runCommand(context: Context, command: Command): Promise<Outcome> {
  switch (command.kind) {
    case 'help':
      return showHelp(context, command.topic);
    case 'open-add-form':
      return openAddForm(context, command.brief);
    case 'add':
      return addTask(context, command);
    case 'status':
      return showStatus(context, command.task);
    case 'queue':
      return showQueue(context);
    case 'snapshot':
      return takeSnapshot(context, command);
    case 'watch':
      return startWatch(context, command);
    case 'observe':
      return observeHost(context, command.host);
    case 'adopt':
      return adoptSessions(context, command);
    case 'explain':
      return explain(context, command.target);
    case 'health':
      return showHealth(context, command.host);
    case 'cancel':
      return cancelTask(context, command.task);
    case 'retry':
      return retryTask(context, command.task);
    case 'resume-task':
      return resumeTask(context, command.task);
    case 'restart':
      return restartTask(context, command.task);
    case 'hold':
      return holdTask(context, command.task);
    case 'release':
      return releaseTask(context, command.task);
    case 'reassign':
      return reassignTask(context, command);
    case 'stop':
      return stopAgent(context, command.task);
    case 'report':
      return reportTask(context, command.task);
    case 'undo':
      return undoWords(context, { task: command.task, action: null });
    case 'lock':
      return lockTask(context, command);
    case 'unlock':
      return unlockTask(context, command.task);
    case 'strategies':
      return showStrategies(command.strategy);
    case 'pause':
      return pauseDirector(context, command.why);
    case 'resume':
      return resumeDirector(context);
    case 'decisions':
      return showDecisions(context, command.task);
    case 'scout':
    case 'dry-run':
    case 'advance':
    case 'run-once':
      return startRound(context, command);
    case 'rounds':
      return showRounds(context, command);
    case 'replay':
      return replayDecisions(context, command);
    case 'budget':
      return command.capUsd === null
        ? showBudget(context, command.of)
        : setBudget(context, command.of, command.capUsd);
    case 'quota':
      return command.lift === null ? showQuota(context) : liftQuota(context, command.lift);
    case 'approvals':
      return listApprovals(context);
    case 'answer':
      return answerInWords(context, command.approval, command.choice);
    case 'hosts-list':
      return listHosts(context);
    case 'hosts-add':
      return addHost(context, command);
    case 'hosts-refresh':
      return refreshHosts(context);
    case 'hosts-drain':
    case 'hosts-resume':
    case 'hosts-exclude':
    case 'hosts-include':
    case 'hosts-accept':
    case 'hosts-remove':
      return changeHost(context, command.kind, command.name);
    case 'projects-list':
      return listProjects(context);
    case 'projects-add':
      return addProject(context, command);
  }
}

/** Finds who asks, or makes them known; the role is what the configuration says today. */
async function ensureActor(ports: CommandPorts, { from }: Request, at: Date): Promise<Actor> {
  const role = ports.settings.roleOf(from);
  const known = await ports.store.actorOf(from);
  // A joined identity answers with its actor, whose own account decides the role.
  if (known !== null && (known.source !== from.source || known.externalId !== from.externalId)) {
    return { ...known, role: ports.settings.roleOf(known) };
  }
  if (known !== null && known.role === role && known.name === from.name) return known;
  const { source, externalId, name } = from;
  return ports.store.saveActor(
    { id: known?.id ?? actorId(ports.newId()), source, externalId, name, role },
    at,
  );
}
