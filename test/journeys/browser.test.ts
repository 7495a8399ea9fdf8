import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openBrowser } from '../support/browser.ts';
import { JOURNEY, openWorld } from './world.ts';

const PICTURES = join(import.meta.dirname, '../../test-output');

test('a person with a browser takes a task from a command to its pull request', JOURNEY, async () => {
  await using world = await openWorld();
  await using browser = await openBrowser();
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  // Each step may wait for programs that share the machine with everything else.
  page.setDefaultTimeout(60_000);
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(error.message));
  await mkdir(PICTURES, { recursive: true });
  // Somebody types and sends before the page was told what there is.
  const stream = Promise.withResolvers<void>();
  await page.route('**/workspace/page/stream*', async (route) => {
    await stream.promise;
    await route.continue();
  });
  await page.goto(`http://localhost:${world.port}`);

  const composer = page.getByRole('combobox', { name: /Message/ });
  const thread = page.getByRole('complementary', { name: 'Thread' });
  const say = async (words: string) => {
    await composer.fill(words);
    await composer.press('Enter');
  };

  // A wrong word is answered to this person only, and nothing happens.
  await composer.fill('/fl');
  await say('/fleet ad Something');
  stream.resolve();
  await page.getByText('I don’t know').or(page.getByText("I don't know")).waitFor();
  await page.getByText('Only visible to you').waitFor();

  // Without a text a form opens; what it is given becomes a task.
  await say('/fleet add');
  const form = page.getByRole('dialog', { name: 'Add a task' });
  await form.getByLabel('What should be done?').fill('Add a health endpoint <b>now</b> [demo:slow=50]');
  await page.screenshot({ path: join(PICTURES, 'form.png') });
  await form.getByRole('button', { name: 'Add' }).click();

  await page.getByRole('heading', { name: 'T1 · Add a health endpoint <b>now</b>' }).first().waitFor();
  await thread.getByRole('button', { name: 'Yes', exact: true }).waitFor({ timeout: 60_000 });
  await page.screenshot({ path: join(PICTURES, 'question.png') });
  await thread.getByRole('button', { name: 'Yes', exact: true }).click();

  const link = thread.getByRole('link', { name: /^#\d+ / }).last();
  await thread.getByText('Finished').last().waitFor({ timeout: 60_000 });
  await page.screenshot({ path: join(PICTURES, 'finished.png') });
  await thread.getByText('answered by You').waitFor();

  // The link leads to the change itself.
  await link.click();
  const pull = page.context().pages().at(-1) ?? page;
  await pull.getByText('healthz').first().waitFor();
  expect(faults).toEqual([]);
});
