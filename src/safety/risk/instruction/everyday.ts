import { pattern } from '../pattern.ts';

/** Longer texts say more than that. */
const MAX_CHARACTERS = 60;

/**
 * Whether the whole text is one of the set phrases that people say to agents all day and that name nothing of the world: thanks, assent, a choice,
 * “commit and push”. Too few words stand in them for anything to be learned from.
 */
export function isSaidEveryDay(text: string): boolean {
  if (text.length > MAX_CHARACTERS) return false;
  const plain = text
    .toLowerCase()
    .replace(/[.,!…~:;()]+|\p{Extended_Pictographic}|\uFE0F/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return plain === '' ? text.trim() !== '' : PHRASE.test(plain);
}

const PHRASE = pattern(String.raw`
  ^(?:(?:ok|okay|oh|ah|hm+|well|yes|yeah|yep|no|nope|nah|sorry|please|and|so|then|now|just|great|good|nice|cool|perfect|thanks|thank you|thx|ty|cheers) )*(?:
  (?:hi|hey|hello|good (?:morning|evening|afternoon))(?: (?:hi|hey|there|again|claude|codex|team|all|everyone))*|
  (?:thanks|thank you|thx|ty|cheers|danke|merci|gracias|grazie|obrigad[oa]|tack|dank je|bedankt)(?: (?:again|a lot|so much|very much|a bunch|mille|vielmals|schön|beaucoup|muchas|for (?:that|this|the (?:help|summary|explanation|fix|update))))*|
  (?:ok|okay|k|yes|yeah|yep|yup|sure|fine|right|correct|exactly|agreed|understood|got it|i see|makes sense|sounds good|looks good|lgtm|fair (?:point|enough)|good (?:catch|point|idea|question|job|work|call)|(?:nice|great|well|excellent|awesome|amazing|lovely|cool|perfect|brilliant)(?: (?:done|one|job|work|stuff|catch))?)(?: to me)?(?: please| thanks)?|
  (?:no|nope|nah|not (?:yet|now|really|quite|sure)|never ?mind|my (?:bad|mistake|fault)|sorry|oops|forget (?:it|that)|scratch that|hold on|hang on|wait(?: a (?:moment|minute|second|sec))?|one (?:moment|second|sec)|later|stop(?: (?:here|there|it|now|please))?)|
  you(?:['’]re| are) (?:right|correct|welcome)(?:,? (?:my (?:bad|mistake|fault)|sorry))?|(?:sorry )?i (?:forgot|missed|overlooked)(?: about)? (?:that|it|this)|
  (?:go (?:on|ahead)|continue|do it (?:your|my|that|this) way|carry on|proceed|keep going|try again|(?:once|one) more(?: time)?|again|next(?: one)?|do (?:it|that)|you choose|your (?:call|choice)|up to you|as you (?:like|prefer|think best)|whatever you (?:like|prefer|think is best)|i['’]?ll (?:wait|think about it|get back to you))|
  (?:(?:the |option |number |use the |take the )?(?:first|second|third|fourth|last|other|former|latter|left|right|[a-d]|\d{1,2})(?: (?:one|option|variant|approach|version))?|both|all (?:of them|three|four)|none(?: of (?:them|these|those))?|neither|either)|
  (?:run|fix|do|check|test|update|keep|format|lint|show|list|explain|document) (?:all|both|each|every one|all (?:of )?(?:them|these|those|three)|them(?: all| both)?|both of them|it(?: again)?|that(?: again)?)|
  (?:commit|stage|stash)(?: (?:it|this|that|them|these|all|everything|your work|(?:the|your|all|my) changes|what you have))?(?:(?: and| then| and then|,) push(?: (?:it|this|that|them|to (?:the|your|my|a) (?:feature |own |topic |work(?:ing)? )?branch))?)?(?: and open an? (?:draft )?(?:pr|pull request))?
  )(?: (?:please|thanks|thank you|thx|then|now|pls|for now|when you(?:['’]re| are) done))*[ ?]*$
`);
