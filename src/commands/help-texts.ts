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
    gist: 'hosts and live tasks, or one task',
    does: 'Shows hosts and live tasks, or one task with what happened to it.',
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
    usage: 'snapshot [T12]',
    gist: 'shows the agent’s screen in the thread',
    does: 'Posts the agent’s screen into the task’s thread.',
    example: 'snapshot T12',
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
