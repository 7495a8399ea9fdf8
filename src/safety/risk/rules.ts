import { type ProgramRules, shown } from './call.ts';
import { approve, type RiskCategory } from './verdict.ts';

/** Programs, their names parted by blanks, that share their rules. */
export function group(names: string, rules: ProgramRules): Readonly<Record<string, ProgramRules>> {
  return Object.fromEntries(names.split(/\s+/).map((name) => [name, rules]));
}

/** Whatever its words are, a person looks first. */
export function always(category: RiskCategory, what: string): ProgramRules {
  return ({ program, args }) => approve(category, `${program} ${shown(args)} ${what}`);
}

/** With words that match it only looks; with all others a person looks first. */
export function reads(looks: RegExp, category: RiskCategory, what: string): ProgramRules {
  const rules = always(category, what);
  return (call) => (looks.test(call.args.join(' ')) ? null : rules(call));
}
