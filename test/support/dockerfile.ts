/** One instruction of a Dockerfile: `COPY`, and what follows it on its line and the lines it continues on. */
export type Instruction = { readonly name: string; readonly rest: string };

/** Reads what this project's Dockerfile uses: comments, continued lines, one instruction after the other. */
export function parseDockerfile(text: string): readonly Instruction[] {
  return text
    .split('\n')
    .filter((line) => !line.trimStart().startsWith('#'))
    .join('\n')
    .replaceAll(/\\\n\s*/g, ' ')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [name = '', ...words] = line.trim().split(' ');
      return { name: name.toUpperCase(), rest: words.join(' ').trim() };
    });
}

/** What `ENV NAME=value NAME=value` sets. */
export function environmentOf(instructions: readonly Instruction[]): Readonly<Record<string, string>> {
  const pairs = instructions
    .filter(({ name }) => name === 'ENV')
    .flatMap(({ rest }) => rest.split(/\s+/))
    .map((pair) => {
      const [name = '', ...value] = pair.split('=');
      return [name, value.join('=')] as const;
    });
  return Object.fromEntries(pairs);
}
