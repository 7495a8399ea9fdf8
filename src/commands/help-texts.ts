/** One thing people can ask for: what to type, what it does, an example. The list is the help, and the completion of the local page. */
export type Topic = {
  readonly verb: string;
  readonly usage: string;
  /** In a few words. */
  readonly gist: string;
  readonly does: string;
  readonly example: string;
};

export const HELP: readonly Topic[] = [
  {
    verb: 'add',
    usage:
      'add TEXT [--repo owner/name] [--priority critical|high|medium|low] [--agent KIND] [--host NAME] [--after T12,T13] [--budget USD] [--turns N] [--mode ask|edits|all]',
    gist: 'queues a task, or opens a form',
    does: 'Queues a task. The text reaches the agent to the letter; put `--` before it when it begins or ends with something like a flag. With `--after` it starts when those tasks are completed, and on their host where it can. `--budget` is what it may cost in dollars. After `--turns` turns, 1 to 1000, only a person lets it go on. `--mode` is what its agent may do without asking: nothing, edit files, anything. Without a text a form opens.',
    example: 'add Add a health endpoint --repo demo/shop --priority high',
  },
  {
    verb: 'status',
    usage: 'status [T12]',
    gist: 'the whole fleet at a glance, or one task',
    does: 'Shows who waits for a person, then every host with its sessions, what they do and why that is believed; or one task with what happened to it.',
    example: 'status T12',
  },
  {
    verb: 'queue',
    usage: 'queue',
    gist: 'what waits, and for what',
    does: 'Lists the waiting tasks in the order they will start, and what they wait for.',
    example: 'queue',
  },
  {
    verb: 'snapshot',
    usage: 'snapshot [T12 | HOST SESSION] [N lines] [--text]',
    gist: 'shows an agent’s screen, as text and as a picture',
    does: 'Posts a screen: of a task into its thread, of any other session where it is asked for. With `N lines`, 1 to 10000, also what has scrolled away; with `--text` without the picture. From a shell, `--out FILE` saves the picture.',
    example: 'snapshot dev1 main 200 lines',
  },
  {
    verb: 'watch',
    usage: 'watch [T12 | HOST SESSION] [for 10m]',
    gist: 'follows a screen for a while',
    does: 'Posts a screen and keeps it up to date in place: for 2 minutes, or for as long as is said, 10 at most. A button ends it sooner. From a shell it repaints until Ctrl-C.',
    example: 'watch dev1 main for 5m',
  },
  {
    verb: 'observe',
    usage: 'observe HOST',
    gist: 'every session of a host, and what it does',
    does: 'Shows every session of a host, whoever began it: state, how sure that is, where it comes from, the line that matched, branch, pull request, agent and its version, and its last lines.',
    example: 'observe dev1',
  },
  {
    verb: 'adopt',
    usage: 'adopt HOST [SESSION…]',
    gist: 'follows sessions that people began by hand',
    does: 'Makes tasks of sessions that people began: repository, branch, agent and what was asked are read, and nothing is typed. Their repository has to be a project. What cannot be adopted is named with the reason. They are never ended or restarted; `cancel` stops following one.',
    example: 'adopt dev1 main',
  },
  {
    verb: 'scout',
    usage: 'scout [--host NAME] [--session NAME] [--incremental] [--save]',
    gist: 'looks at everything, adopts what can be, and says what to do next',
    does: 'Adopts the sessions that people began, decides about each session and reports by project, with the next steps as buttons. Nothing is done to a session. With `--incremental` what has not changed keeps its decision; with `--save` the report comes as a file too.',
    example: 'scout --host dev1',
  },
  {
    verb: 'dry-run',
    usage: 'dry-run [--host NAME] [--session NAME] [--incremental] [--save]',
    gist: 'says what the director would do, and does nothing',
    does: 'Decides about each session as the director would, and shows state, decision, confidence and reason. It adopts nothing, and nothing is written to any host.',
    example: 'dry-run --host dev1 --session main',
  },
  {
    verb: 'advance',
    usage: 'advance [--host NAME] [--session NAME] [--force] [--save]',
    gist: 'carries on with sessions, each step after a button',
    does: 'Decides about each session and asks in its thread before anything that is decided is done; what people asked for before goes on. With `--force` your own yes counts for what was decided, where you may allow it, and for no other open question.',
    example: 'advance --host dev1',
  },
  {
    verb: 'run-once',
    usage: 'run-once [--host NAME] [--session NAME] [--save]',
    gist: 'one cycle of the director for each session, now',
    does: 'Places what waits and goes once through every session, as the director does by itself, and reports what came of it.',
    example: 'run-once',
  },
  {
    verb: 'rounds',
    usage: 'rounds [R3] [--format table|json]',
    gist: 'the reports of scout, dry-run, advance and run-once',
    does: 'Lists the newest rounds, or shows one of them again.',
    example: 'rounds R3 --format json',
  },
  {
    verb: 'explain',
    usage: 'explain [T12 | SESSION | HOST SESSION]',
    gist: 'why a session is believed to be in its state',
    does: 'Shows what every source says of a session, how old that is, which rule and which line decided, and why it was not decided otherwise; and what the agent wrote down of its conversation.',
    example: 'explain T12',
  },
  {
    verb: 'health',
    usage: 'health [HOST]',
    gist: 'memory, disk, load and uptime of the hosts',
    does: 'Shows how the hosts are, the ones that want attention first. What could not be read is named as such.',
    example: 'health',
  },
  {
    verb: 'cancel',
    usage: 'cancel [T12]',
    gist: 'takes a task back; a running one after a button',
    does: 'Takes a waiting task off the queue at once; asks with a button before it ends a running one. Its work stays on its branch.',
    example: 'cancel T12',
  },
  {
    verb: 'retry',
    usage: 'retry [T12]',
    gist: 'queues a failed or cancelled task again',
    does: 'Queues a failed or cancelled task again, in the same thread.',
    example: 'retry T12',
  },
  {
    verb: 'restart',
    usage: 'restart [T12]',
    gist: 'starts the agent anew, after a button',
    does: 'Interrupts and ends the agent of a running task and starts it again in the same workspace, after a button. Where the agent can, it goes on with its conversation and waits for words; nothing is run again.',
    example: 'restart T12',
  },
  {
    verb: 'hold',
    usage: 'hold [T12]',
    gist: 'lets a task wait for another that changes the same',
    does: 'Of two tasks that change the same files or branch, lets this one wait until the other has ended. One that runs is taken off its host, after a button: its work is saved first.',
    example: 'hold T12',
  },
  {
    verb: 'release',
    usage: 'release [T12]',
    gist: 'lets it start all the same',
    does: 'Lets a task start that waits because another one changes the same. Both threads are told.',
    example: 'release T12',
  },
  {
    verb: 'reassign',
    usage: 'reassign [T12] [HOST]',
    gist: 'saves a task’s work and starts it elsewhere, after a button',
    does: 'Takes a live task off its host, after a button: what its agent has not committed is committed to the task’s branch and pushed, the agent is ended, and when the host confirms that, the task goes back to the queue. With a host it waits for that one, without it starts where it fits best.',
    example: 'reassign T12 dev2',
  },
  {
    verb: 'report',
    usage: 'report [T12]',
    gist: 'tells a task’s thread how its agent stands',
    does: 'Looks at the agent now and tells the thread of its task what it does, on which branch, with which changes, and its last lines. By itself the director reports a host that has not answered for ten minutes, and what it may do nothing about.',
    example: 'report T12',
  },
  {
    verb: 'stop',
    usage: 'stop [T12]',
    gist: 'stops what an agent is doing, not its task',
    does: 'Stops the turn in progress, as Esc at its terminal does, and tells the thread when the agent has stopped. It keeps its conversation and waits at its prompt. `interrupt` is the same word; a reply in the thread that begins with `!` stops the agent first and then reaches it.',
    example: 'stop T12',
  },
  {
    verb: 'undo',
    usage: 'undo [T12]',
    gist: 'takes back words that are not typed yet',
    does: 'Takes back the newest words you wrote to an agent, as long as they wait. So does the button below them.',
    example: 'undo T12',
  },
  {
    verb: 'lock',
    usage: 'lock [T12] [for 3h] [goal TEXT]',
    gist: 'protects a task: it never counts as stuck',
    does: 'Protects a task that is at deep work: however long its screen stands still, it does not count as stuck. For as long as is said (`30m`, `3h`, `2d`; 1 minute to 30 days), or until `unlock`; a lock ends with its task. Said again, the new time counts. With a goal, a model judges at the end of each turn: the agent is guided on, or the lock ends because the goal is reached or people are needed.',
    example: 'lock T12 for 3h',
  },
  {
    verb: 'unlock',
    usage: 'unlock [T12]',
    gist: 'takes that protection off again',
    does: 'Takes the lock off a task. Without it the time its screen stood still counts again, from when it last changed.',
    example: 'unlock T12',
  },
  {
    verb: 'strategies',
    usage: 'strategies [NAME]',
    gist: 'ways to act on what a session shows',
    does: 'Lists the 20 strategies with what triggers each, or shows one, by its number or its name: when it fits, what to do, and when not. A suggested answer names the one it follows.',
    example: 'strategies architect-first',
  },
  {
    verb: 'decisions',
    usage: 'decisions [T12]',
    gist: 'what was decided and done for a task, and why',
    does: 'Lists what the director decided for a task and what was done, newest last: which reasoner, why, how sure it was and what the gate said; who asked for an action, what came of it and how long it took. In a thread without a task: of every try.',
    example: 'decisions T12',
  },
  {
    verb: 'replay',
    usage: 'replay [--since 7d] [--model NAME] [--policy FILE]',
    gist: 'what another model or policy would have decided',
    does: 'Puts the newest 50 questions of a time to the model again, as it is asked now or with `--model`, and shows where it would decide otherwise; each costs a call. With `--policy` alone, which names another fleet.toml on the bot’s machine and is taken from a shell only, no model is asked: only its rules judge again what was decided. Nothing is done.',
    example: 'replay --since 2d --model claude-opus-5',
  },
  {
    verb: 'pause',
    usage: 'pause [REASON]',
    gist: 'the director starts and decides nothing by itself',
    does: 'Pauses the director until `resume`: no task is started and no agent is touched by its own decision. Hosts are still looked at, and what people answer, write and cancel is carried out. It pauses itself when five cycles in a row fail, and tells the channel.',
    example: 'pause deploying the shop',
  },
  {
    verb: 'resume',
    usage: 'resume [T12]',
    gist: 'lets the director go on, or a task whose agent was lost',
    does: 'Ends a pause, whoever began it; what was held back is looked at again at once. With a task that failed or was cancelled: starts its agent again on the same host, branch and files, with the conversation it had, and runs nothing again. For one drained host there is `hosts resume NAME`.',
    example: 'resume',
  },
  {
    verb: 'budget',
    usage: 'budget [T12 | owner/name] [USD]',
    gist: 'what is spent, and the caps',
    does: 'Shows what agents and the director have cost and how much of each cap that is. With dollars behind a task, or behind a repository for its agents today, that is the cap from now on; approvers may. A cap that is reached stops an agent at the end of its turn and asks.',
    example: 'budget T12 10',
  },
  {
    verb: 'quota',
    usage: 'quota [lift ACCOUNT]',
    gist: 'accounts that have reached a usage limit',
    does: 'Lists the accounts whose agents told of a usage limit, and when it resets: until then nothing of them is started or told to go on. `lift` ends that before its time.',
    example: 'quota lift claude on dev1',
  },
  {
    verb: 'approvals',
    usage: 'approvals',
    gist: 'questions that wait for a person',
    does: 'Lists the questions that wait for a person.',
    example: 'approvals',
  },
  {
    verb: 'answer',
    usage: 'answer QUESTION CHOICE',
    gist: 'answers a question in words',
    does: 'Answers a question without its button; `approvals` shows both words.',
    example: 'answer 3fa9c1d2 approve',
  },
  {
    verb: 'hosts',
    usage:
      'hosts [list | refresh | add NAME [user@host] [--port N] [--capacity N] | drain NAME | resume NAME | exclude NAME | include NAME | accept NAME | remove NAME]',
    gist: 'machines that run agents',
    does: 'Shows and changes the machines that run agents. A drained host finishes what it has and takes nothing new; an excluded one is looked at and never touched. `refresh` asks the providers again, `accept` believes that a machine was replaced.',
    example: 'hosts add dev1 --ssh user@dev1',
  },
  {
    verb: 'projects',
    usage: 'projects [list | add owner/name [--clone-url URL] [--branch NAME] [--agent KIND]]',
    gist: 'repositories that tasks work on',
    does: 'Shows and adds the repositories that tasks may work on.',
    example: 'projects add acme/api',
  },
  { verb: 'help', usage: 'help [COMMAND]', gist: 'this', does: 'Shows this.', example: 'help add' },
];

export function topicNamed(verb: string): Topic | null {
  return HELP.find((topic) => topic.verb === verb.toLowerCase()) ?? null;
}
