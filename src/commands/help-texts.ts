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
    usage: 'add TEXT [--repo owner/name] [--priority critical|high|medium|low] [--agent KIND] [--host NAME]',
    gist: 'queues a task, or opens a form',
    does: 'Queues a task. The text reaches the agent to the letter; put `--` before it when it begins or ends with something like a flag. Without a text a form opens.',
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
    does: 'Ends the agent of a running task and starts it again in the same workspace, after a button.',
    example: 'restart T12',
  },
  {
    verb: 'lock',
    usage: 'lock [T12] [for 3h]',
    gist: 'protects a task: it never counts as stuck',
    does: 'Protects a task that is at deep work: however long its screen stands still, it does not count as stuck. For as long as is said (`30m`, `3h`, `2d`; 1 minute to 30 days), or until `unlock`; a lock ends with its task. Said again, the new time counts.',
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
    verb: 'pause',
    usage: 'pause [REASON]',
    gist: 'the director starts and decides nothing by itself',
    does: 'Pauses the director until `resume`: no task is started and no agent is touched by its own decision. Hosts are still looked at, and what people answer, write and cancel is carried out. It pauses itself when five cycles in a row fail, and tells the channel.',
    example: 'pause deploying the shop',
  },
  {
    verb: 'resume',
    usage: 'resume',
    gist: 'lets the director go on',
    does: 'Ends a pause, whoever began it; what was held back is looked at again at once. For one drained host there is `hosts resume NAME`.',
    example: 'resume',
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
