import { pattern } from './pattern.ts';
import { approve, type Finding } from './verdict.ts';

/** What changes the structure or the data of a database that the words around it choose. */
const CHANGES_DATA = pattern(
  String.raw`
      (?:^|[\s:./])(?:migrate(?:[:.]\S+)?|migrations?:\S+|upgrade\s+(?:head|\+?\d+)|loaddata|seed|
      db:(?:migrate|rollback|seed|schema|setup|prepare|push|sync|fixtures)\S*)(?:\s|$)
    `,
  'i',
);
const ONLY_LOOKS =
  /status|showmigrations|--(?:plan|check|dry-run|sql|help|list)\b|:(?:generate|create|make)\b/i;

/** A setting, or the value of an option, that names what runs for everybody. */
const LIVE = /^(?:prod|production|live)$/i;

/**
 * A change of data that goes where everybody's is, for the words say so: `RAILS_ENV=production rails db:migrate`.
 * @param words of one command, with the settings before it, each as `NAME=value`
 */
export function judgeLiveData(words: readonly string[]): Finding | null {
  const text = words.join(' ');
  if (!CHANGES_DATA.test(text) || ONLY_LOOKS.test(text)) return null;
  const isLive = words.some((word, at) => {
    const equals = word.indexOf('=');
    const value = equals > 0 ? word.slice(equals + 1) : (words[at - 1] ?? '').startsWith('-') ? word : '';
    return value.split(/[^a-z]+/i).some((part) => LIVE.test(part));
  });
  return isLive ? approve('database', `${text} changes live data`) : null;
}
