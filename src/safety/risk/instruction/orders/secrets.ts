import { type Frame, stands } from '../frame.ts';
import { is } from './asked-of-orders.ts';

const CONFIGURED =
  /^(?:environment|env|config|configuration|settings|process\.env|header|headers|cookie|cookies|request|response|env vars|keychain|query|body|url|store|session|keychain|vault|variables?|payload|ui|constructor|code)$/;

const READ_BY_OTHERS =
  /^(?:readme|readme\.md|docs?|description|comments?|issue|pr|message|logs?|chat|wiki|gist|changelog|thread|channel|repo|file|files|output|plain|plaintext)$/;

/** A secret that a program gets from where it belongs. */
export function isConfiguration(frame: Frame): boolean {
  return (
    (/^(?:read|get|fetch|retrieve|extract|find|need|want|see|store|save|pull|write|add|insert|append|leave|drop|list|name|open|type)$/.test(
      frame.verb.name,
    ) &&
      (frame.places.some(
        ({ preposition, words }) =>
          /^(?:from|in|via|through|to|into|for|as)$/.test(preposition) &&
          words.some((word) => CONFIGURED.test(word)),
      ) ||
        (/^(?:need|want|see|add|insert|append|find|name|open|type|leave|list|store|write|save)$/.test(
          frame.verb.name,
        ) &&
          !stands(frame, 'outside', 'repo', 'public') &&
          !frame.places.some(({ words }) => words.some((word) => READ_BY_OTHERS.test(word))) &&
          !is(frame, /\bplain ?text\b/)))) ||
    frame.places.some(
      ({ preposition, words, isCode }) =>
        /^(?:in|to|into|as|on|via|with|through)$/.test(preposition) &&
        (isCode || words.some((word) => CONFIGURED.test(word))) &&
        !words.some((word) => READ_BY_OTHERS.test(word)),
    )
  );
}
