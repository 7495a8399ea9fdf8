import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Small programs for a pane, and what they wrote down. */
export type Recorder = {
  readonly words: readonly string[];
  /** What it wrote so far. */
  written(): string;
};

/** Writes its arguments, folder and one variable down and goes on. */
export function argumentRecorder(folder: string): Recorder {
  return recorder(
    folder,
    'arguments',
    `import { renameSync, writeFileSync } from 'node:fs';
const [out, ...words] = process.argv.slice(2);
writeFileSync(out + '.new', JSON.stringify({ words, cwd: process.cwd(), note: process.env.NOTE ?? null }));
renameSync(out + '.new', out);
console.log('ready');
setInterval(() => {}, 60_000);`,
  );
}

/** Takes every byte as it comes, as the agents' own input boxes do, and writes it down in hexadecimal. */
export function byteRecorder(folder: string, { isBracketed }: { readonly isBracketed: boolean }): Recorder {
  return recorder(
    folder,
    isBracketed ? 'bracketed' : 'plain',
    `import { appendFileSync, writeFileSync } from 'node:fs';
const out = process.argv[2];
writeFileSync(out, '');
process.stdin.setRawMode(true);
process.stdin.on('data', (bytes) => appendFileSync(out, bytes.toString('hex')));
process.stdout.write(${isBracketed ? "'\\x1b[?2004hready\\n'" : "'ready\\n'"});`,
  );
}

function recorder(folder: string, name: string, source: string): Recorder {
  const program = join(folder, `${name}.mjs`);
  const out = join(folder, `${name}.out`);
  writeFileSync(program, source);
  return {
    words: [process.execPath, program, out],
    written: () => (existsSync(out) ? readFileSync(out, 'utf8') : ''),
  };
}

export function bytesOf(hex: string): string {
  return Buffer.from(hex, 'hex').toString('utf8');
}
