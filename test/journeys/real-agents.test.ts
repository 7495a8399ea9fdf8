import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { openModelDouble } from '../doubles/model.ts';
import { claudeCode } from '../record/agents/claude-code.ts';
import { codex } from '../record/agents/codex.ts';
import { copilot } from '../record/agents/copilot.ts';
import { opencode } from '../record/agents/opencode.ts';
import { call, type RecordedAgent, say, saySlowly, turn } from '../record/scenario.ts';
import { type AgentProgram, findAgentProgram } from '../support/agent-programs.ts';
import { until } from '../support/until.ts';
import { YOU } from './page.ts';
import { QUICK, shareWorld } from './world.ts';

/** A real agent starts slowly, and this machine may be busy with others. */
const REAL = { timeout: 300_000 } as const;
const WITHIN_MS = 90_000;

const WORDS = {
  'one line': 'Name the boat Alma',
  'several lines': 'First this.\n\n  Then "that", $HOME & `id`;\nand 日本語 🦊 at last',
  'a leading dash': '-- --version -p',
  'the name of a key': 'Up',
} as const;

const TRUSTS = /^(?:Yes|Trust)/;

/** As it stands inside the JSON of a request. */
const quoted = (text: string) => JSON.stringify(text).slice(1, -1);

const found = [
  await real('claude', claudeCode, '@anthropic-ai/claude-code@2.1.197', { installs: true }),
  await real('codex', codex, '@openai/codex@0.169.0', { installs: false }),
  await real('copilot', copilot, '@github/copilot@1.0.102', { installs: false }),
  await real('opencode', opencode, 'opencode-ai@1.18.33', { installs: false }),
];

async function real(
  name: string,
  agent: RecordedAgent,
  packageName: string,
  how: { readonly installs: boolean },
): Promise<{ readonly name: string; readonly agent: RecordedAgent; readonly program: AgentProgram }> {
  return { name, agent, program: await findAgentProgram(agent.program, packageName, how) };
}

/** Of the others only the hooks are tried. */
const TRIED_WHOLLY: readonly string[] = ['claude', 'codex'];

for (const { name, agent, program } of found) {
  if (program.kind === 'missing') test.skip(`${name}: ${program.why}`, () => {});
  else describeAgent(name, agent, program.folder);
}

function describeAgent(name: string, agent: RecordedAgent, programs: string): void {
  const whole = test.runIf(TRIED_WHOLLY.includes(name));
  describe(`the real ${name}`, async () => {
    const model = await openModelDouble();
    afterAll(() => model[Symbol.asyncDispose]());
    const shared = shareWorld({
      env: { PATH: `${programs}:${process.env.PATH ?? ''}` },
      toml: (folder) => configure(folder, name, agent, model.url),
    });

    /** A task whose agent has said its first words and waits for more. */
    async function begin(title: string) {
      const { page } = shared();
      model.perform(turn(say('Understood. I wait.')));
      await page.say(YOU, `/fleet add ${title} --agent ${name} --repo demo/shop`);
      const card = await page.card(title, 'Running', WITHIN_MS);
      const hasBegun = () => model.conversation().some((asked) => asked.includes(quoted(title)));
      await until(
        async () => {
          // What an agent asks before anything else: whether it may work in this folder.
          const asked = (await page.replies(card)).find(({ buttons }) =>
            buttons.some(({ label }) => TRUSTS.test(label)),
          );
          if (asked !== undefined && !hasBegun()) await page.press(YOU, asked, TRUSTS);
          return hasBegun();
        },
        { withinMs: WITHIN_MS, what: 'the first request' },
      );
      return { page, card };
    }

    whole('takes every text to the letter, as one prompt', REAL, async () => {
      const { page, card } = await begin('Listen');
      for (const text of Object.values(WORDS)) {
        const before = model.conversation().length;
        model.perform(turn(say('Heard.')));
        await page.say(YOU, text, { thread: card });
        await until(() => model.conversation().length > before, { withinMs: WITHIN_MS, what: text });
        expect(model.conversation().at(-1)).toContain(quoted(text));
      }
      const delivered = async () =>
        (await page.replies(card)).filter(({ words }) => words.startsWith('Delivered to the agent'));
      await until(async () => (await delivered()).length === Object.keys(WORDS).length, {
        withinMs: WITHIN_MS,
        what: 'a receipt for each text',
      });
      expect(model.conversation()).toHaveLength(1 + Object.keys(WORDS).length);
    });

    whole('is not written to while it asks, and its own answer is what is pressed', REAL, async () => {
      const { page, card } = await begin('Ask me first');
      model.perform(
        turn(call(agent.tools.run('touch asked-for', 'ask'))),
        turn(say('Touched.')),
        turn(say('Sung.')),
      );
      await page.say(YOU, 'Touch the file', { thread: card });
      const question = await page.question(card, 'touch asked-for');
      const before = model.conversation().length;
      await page.say(YOU, 'Then sing', { thread: card });
      await page.reply(card, /^Held · [\s\S]*You: Then sing/, WITHIN_MS);
      expect(model.conversation()).toHaveLength(before);
      await page.press(YOU, question, /^(?:Yes|Allow)/);
      await page.reply(card, /^Delivered to the agent[\s\S]*You: Then sing/, WITHIN_MS);
      expect(model.conversation().at(-1)).toContain(quoted('Then sing'));
    });

    test.runIf(name !== 'codex')(
      'is allowed for its task, and refused with a reason, by the thread’s answer to its hook',
      REAL,
      async () => {
        const { page, card } = await begin('Ask through the thread');
        const run = (command: string) => turn(call(agent.tools.run(command, 'ask')));
        model.perform(run('touch one'), run('touch one'), run('touch two'), turn(say('Well.')));
        await page.say(YOU, 'Touch the files', { thread: card });
        await page.press(YOU, await page.question(card, 'wants to use'), 'Allow for this task');
        const waiting = await until(
          async () =>
            (await shared().ask('approvals')).split('\n').find((line) => line.includes('touch two')),
          { withinMs: WITHIN_MS, what: 'the question about the other file' },
        );
        await shared().ask('answer', /[0-9a-f]{8}/.exec(waiting)?.[0] ?? '', 'deny', 'one is enough');
        await until(() => model.conversation().at(-1)?.includes('said no: one is enough'), {
          withinMs: WITHIN_MS,
          what: 'the reason, told to the agent',
        });
        const asked = (await page.replies(card)).filter(({ words }) => words.includes('wants to use'));
        expect(asked.map(({ screen }) => screen)).toEqual(['touch one', 'touch two']);
      },
    );

    test('is told of the other agents at its repository, and its model reads it', REAL, async () => {
      await begin('Sit beside');
      const { page, card } = await begin('Sit here');
      const [label = ''] = /^T\d+/.exec(card.words) ?? [];
      await until(async () => (await shared().ask('explain', label)).includes('Told it works with'), {
        withinMs: WITHIN_MS,
        what: 'others in the explanation',
      });
      model.perform(turn(say('I know.')));
      await page.say(YOU, 'Who else is here?', { thread: card });
      await page.reply(card, /^Delivered to the agent[\s\S]*You: Who else/, WITHIN_MS);
      expect(model.conversation().at(-1)).toMatch(/Other agents at work on demo\/shop[^"]*Sit beside/);
    });

    whole('stops at a word, and does what is said instead', REAL, async () => {
      const { page, card } = await begin('Talk for long');
      model.perform(turn(saySlowly('I talk and talk and talk.')), turn(say('Quiet now.')));
      await page.say(YOU, 'Talk', { thread: card });
      await until(() => model.traffic().inFlight.length > 0, {
        withinMs: WITHIN_MS,
        what: 'the long answer',
      });
      await page.say(YOU, '!Be quiet', { thread: card });
      await page.reply(card, /^Stopped by You · the agent waits/, WITHIN_MS);
      await page.reply(card, /^Delivered to the agent[\s\S]*You: Be quiet/, WITHIN_MS);
      expect(model.conversation().at(-1)).toContain(quoted('Be quiet'));
    });

    whole('goes on with its conversation after a restart, and nothing is asked twice', REAL, async () => {
      const { page, card } = await begin('Remember the word tulip');
      await page.say(YOU, '@Fleet Director restart', { thread: card });
      await page.press(YOU, await page.question(card, 'Restart the agent of'), 'Restart the agent');
      await page.reply(card, 'its conversation goes on', WITHIN_MS);
      const before = model.conversation().length;
      model.perform(turn(say('Tulip.')));
      await page.say(YOU, 'Which word?', { thread: card });
      await page.reply(card, /^Delivered to the agent[\s\S]*You: Which word\?/, WITHIN_MS);
      const after = model.conversation().slice(before);
      expect(after).toHaveLength(1);
      expect(after[0]).toContain('Understood. I wait.');
      expect(after[0]?.split(quoted('Remember the word tulip'))).toHaveLength(2);
    });
  });
}

/** Signs the agent in with the double, and gives it to the fleet. */
async function configure(
  folder: string,
  name: string,
  agent: RecordedAgent,
  modelUrl: string,
): Promise<string> {
  const home = join(folder, 'home');
  const scenario = { name: '', about: '', tags: [], mode: 'ask', turns: [], acts: [] } as const;
  const { files, env } = agent.set({ home, project: home, modelUrl }, scenario);
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
  }
  const given = Object.entries({ ...env, NO_PROXY: '127.0.0.1,localhost' }).map(
    ([key, value]) => `${key} = ${JSON.stringify(value)}`,
  );
  return `${QUICK}[agents.${name}]\nenv = { ${given.join(', ')} }\n[[hosts]]\nname = "local"\nlocal = true\ncapacity = 8\n`;
}
