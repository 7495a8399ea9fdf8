import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/**
 * The smallest agent there is, to record without any vendor's program: it asks a model, says what comes, and asks before it runs a
 * command. Its only argument is the model's address.
 */
const url = process.argv[2] ?? '';
const input = createInterface({ input: process.stdin, output: process.stdout, prompt: '> ' });
const lines = input[Symbol.asyncIterator]();

async function nextLine(): Promise<string | null> {
  const next = await lines.next();
  return next.done === true ? null : next.value;
}

async function runCommand(command: string): Promise<void> {
  console.log(`Run this?\n  ${command}\n  y: yes, anything else: no`);
  if ((await nextLine()) !== 'y') return;
  const child = spawn('sh', ['-c', command], { stdio: ['ignore', 'inherit', 'inherit'] });
  await new Promise((resolve) => child.once('close', resolve));
}

async function ask(prompt: string): Promise<void> {
  console.log('working …');
  const response = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      model: 'demo-model',
      stream: true,
      messages: [{ role: 'user', content: prompt }],
      tools: [{ type: 'function', function: { name: 'run', parameters: {} } }],
    }),
  });
  if (!response.ok) {
    console.log(`the model answered ${response.status}`);
    return;
  }
  const body = await response.text();
  const said = [...body.matchAll(/"content":"((?:[^"\\]|\\.)*)"/g)].map(([, text]) => text).join('');
  if (said !== '') console.log(said);
  const command = /"arguments":"\{\\"command\\":\\"([^"\\]*)\\"/.exec(body)?.[1];
  if (command === undefined) return;
  await runCommand(command);
  await ask('The command has ended.');
}

console.log('tiny agent 1.0\n\nready');
for (;;) {
  input.prompt();
  const line = await nextLine();
  if (line === null || line === '/quit') break;
  if (line !== '') await ask(line).catch(() => console.log('the model cannot be reached'));
}
input.close();
