import { expect, test } from 'vitest';
import { judgeRisk, type RiskTarget } from '../../src/safety/index.ts';

const TARGETS: readonly RiskTarget[] = ['shell', 'agent'];

/** What one such text may cost at most, on a busy machine too. */
const WITHIN_MS = 5_000;

const LONG: Readonly<Record<string, string>> = {
  'open parentheses': '('.repeat(100_000),
  'nested parentheses': `${'('.repeat(200)}ls${')'.repeat(200)}`,
  semicolons: 'a;'.repeat(10_000),
  'open substitutions': '$('.repeat(30_000),
  'nested substitutions': `${'echo $('.repeat(300)}ls${')'.repeat(300)}`,
  backticks: '`'.repeat(60_000),
  'here-documents': '<<A '.repeat(15_000),
  'open braces': '{a,'.repeat(20_000),
  'brace products': '{a,b}'.repeat(10_000),
  pipes: 'a|'.repeat(20_000),
  'single quotes': "'".repeat(60_000),
  'double quotes': '"'.repeat(60_000),
  'loops in loops': `${'for i in 1 2 3 4 5 6 7 8; do '.repeat(12)}rm $i;${' done;'.repeat(12)}`,
  'shells in shells': 'bash -c "'.repeat(500),
  wrappers: `${'sudo '.repeat(10_000)}ls`,
  'growing variables': `A=aaaaaaaaaa;${'A=$A$A;'.repeat(60)}$A`,
  functions: 'f(){ f|f& };'.repeat(4_000),
  'one word': 'a'.repeat(100_000),
  blanks: ' '.repeat(60_000),
  orders: 'delete the '.repeat(5_000),
  commas: 'delete, '.repeat(8_000),
  conjunctions: ' and delete'.repeat(5_000),
  questions: 'what is the '.repeat(5_000),
  fences: '```\n'.repeat(15_000),
  dashes: '-'.repeat(60_000),
  stars: '*'.repeat(60_000),
  dots: '.'.repeat(60_000),
  slashes: `rm ${'/'.repeat(60_000)}`,
  'parent folders': `rm -rf ${'../'.repeat(20_000)}`,
  'line breaks': '\n'.repeat(60_000),
  'open fences': '```'.repeat(20_000),
  statements: `${'select '.repeat(9_000)} from`,
};

test.each(Object.entries(LONG))('%s end soon', (_, text) => {
  for (const target of TARGETS) {
    const before = performance.now();
    judgeRisk(text, target);
    expect(performance.now() - before).toBeLessThan(WITHIN_MS);
  }
});

/** A generator of the same numbers every time: xorshift over 32 bits. */
function createRandom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return Math.abs(state) % below;
  };
}

const PIECES =
  `rm -rf / ~ $HOME git push --force ; && || | & ( ) { } [[ ]] (( )) $( \` ' " \\ \n \t << <<< < > >> 2>&1 EOF if then fi for in do done case esac while
  function f() $x \${x} \${x:-y} \${x//a/b} $'\\x41' {a,b} {1..3} * ? ! # -c bash sh sudo xargs env eval find -exec {} + \\; awk sed python3 -e node delete the
  production database and then explain what don't never \`x\` "a b" é 删除 \u0000 \uD800 \uE000 /dev/sda .env = : , . @ %`.split(
    ' ',
  );

test('no text makes it throw, and every verdict is whole', () => {
  const random = createRandom(20_260_101);
  for (let round = 0; round < 5_000; round++) {
    const text = Array.from(
      { length: random(14) },
      () => `${PIECES[random(PIECES.length)] ?? ''}${random(3) === 0 ? '' : ' '}`,
    ).join('');
    for (const target of TARGETS) {
      const { verdict, category, reason } = judgeRisk(text, target);
      expect(['allow', 'approve', 'refuse'], text).toContain(verdict);
      expect(category === 'none', text).toBe(verdict === 'allow');
      expect(reason, text).not.toBe('');
    }
  }
});

test('the same text has the same verdict every time', () => {
  for (const text of ['rm -rf src', 'git push', 'X=1; echo $X', 'delete the production database']) {
    for (const target of TARGETS) expect(judgeRisk(text, target)).toEqual(judgeRisk(text, target));
  }
});
