import { pattern } from '../pattern.ts';

/** What makes the clauses after it no orders: somebody asks, tells or forbids. */
export const QUESTION = pattern(String.raw`
      ^(?:what|why(?! don['’]?t you| not just)|how (?!about)|when|where|which|who|whose|does|do (?:we|you|i|they)|did|is|are|was|
      were|has|have (?:we|you|i|they)|should (?:we|i|it)|(?:could|would|can|will) (?:it|we|i|this|that|an?|the)|might|
      may|am i)\b
    `);

/** Of these questions the answer is all that is wanted: none of them is a polite order, and none asks to be shown a thing. */
export const ASKS_HOW_THINGS_ARE = pattern(String.raw`
      ^(?:why(?! don['’]?t| not)|how (?:do|does|did|can|would|should|often|many|much|long|come)|
      what['’]?s? (?:is |are )?(?:the |a )?(?:\w+ )?(?:way|difference|reason|point|meaning|purpose|best practice)|
      what (?:happens|would happen|permissions|ports)|is it|are there|does|did|was|were)\b
    `);

/** Asked as a question, meant as an order. */
const POLITE = pattern(String.raw`
      ^(?:(?:please|pls|plz|kindly|just|now|then|also|next|first(?:ly)?|second(?:ly)?|third(?:ly)?|
      finally|lastly|afterwards?|after that|ok(?:ay)?|k|yes|yeah|yep|sure|great|good|perfect|nice|cool|alright|right|thanks?(?: you)?|thx|
      hi|hello|hey|yo|so|well|and|or|but|simply|quickly|immediately|right away|actually|instead|meanwhile|maybe|perhaps|basically|permanently|completely|silently|quietly|manually|directly|
      temporarily|bulk|mass|while you(?:['’]re| are) (?:there|at it|on it)|once you(?:['’]re| are) (?:there|done|finished)|forcibly|forcefully|recursively|irrevocably|globally|carefully|safely|gently|properly|really|definitely|only|automatically|secretly|
      alternatively|otherwise|in addition|additionally|urgent(?:ly)?|important(?:ly)?|note|task|todo|fyi|btw|tl;?dr|
      step \d+|\d+[.)]|[-*•>]|go ahead(?: and)?|go(?: and)?(?= [a-z]+ (?:the|all|my|our|every|it)\b)|feel free to|let['’]?s|lets|let us|make sure (?:to|you|
      that you)|be sure to|remember to|don['’]?t forget to|dont forget to|do not forget to|don['’]?t hesitate to|
      do not hesitate to|try to|try and|start by|begin by|proceed to|continue to|help me(?: to)?|you (?:should|must|can|may|might(?: as well)?|
      need to|have to|could|are to|will|['’]ll|can go ahead and|better|had better)(?: also| now| just| then)?|we (?:should|must|can|need to|have to|will|['’]ll|could|gotta)(?: also| now| just| then)?|we['’]?d better|u (?:can|should)|
      i(?: would|['’]?d)? (?:want|need|like|love) (?:you |u )?to|i(?: would|['’]d) like that you|you must to|i want (?:you|u) to|i wanna|i gotta|
      i need (?:you|u) to|someone(?: please)?|somebody(?: please)?|(?:can|could) (?:one|some|any|somebody|someone|anyone)(?: of you)?(?: agents| guys)?(?: please)?|(?:can|could|would|will) (?:you|u)(?: be so (?:kind|good) (?:as )?to| please)?(?: kindly)?(?: just)?(?: go ahead and)?|be so kind (?:as to|and)|be a dear and|do me a favou?r and|
      why don['’]?t you|why not(?: just)?|how about|would you mind|do you mind|it['’]?s (?:time|fine|ok|okay|safe) to|it would be (?:great|nice|good|cool|lovely|awesome) if you (?:could|would)|it['’]?d be (?:great|nice|good) if you (?:could|would)|
      i['’]?d (?:appreciate|be happy|be glad|be grateful) (?:it )?if you (?:could|would)|i would appreciate (?:it )?if you (?:could|would)|if you (?:could|would)(?: please)?(?=\s\w+)|time to|your (?:task|job|goal|mission) is to|the (?:plan|goal|task|idea|fix|solution) is to|all you (?:have|need) to do is(?: to)?|what you need to do is(?: to)?|
      you have (?:my )?(?:permission|approval) to|i (?:authori[sz]e|allow|permit|order|command|expect|instruct) you to|you(?: are|['’]re) (?:allowed|authori[sz]ed|permitted|supposed|free) to|
      use (?:the )?(?:bash|terminal|shell)(?: tool)? to|(?:claude|codex|copilot|gemini|agent|director|
      assistant|bot|team|guys|folks|everyone|mate|dude|bro|man|dear \w+|@\w+))(?![\w'’])[\s,:!—–-]*)+
    `);

export function withoutPoliteness(clause: string): string {
  return clause.replace(POLITE, '').trim();
}

/** A clause that begins like this forbids or avoids what it names. */
export const FORBIDS = pattern(String.raw`
      ^(?:(?:please|but|and|also|just|ok|so|you|we|it|they|the agent)\s+)*(?:don['’]?t|do not|dont|
      never|avoid|no|not|stop(?= \w+ing\b)|refrain|without|must not|mustn['’]?t|should not|
      shouldn['’]?t|cannot|can['’]?t|won['’]?t|refuse|decline|nobody|nothing|neither|nor|isn['’]?t|
      rather than|instead of|prevent|disallow|forbid|prohibit|reject|block|hands off|leave|keep(?! (?:going|on)\b)|
      under no circumstances)\b(?! (?:hesitate|forget|worry|ask|wait|stop|bother|be afraid|need to ask|need to wait|one (?:will|would|needs?|uses?|wants?|cares?|minds?)|needs?|uses|wants?|cares?|minds?|will|care))
    `);

/** Somebody tells what they did, or will do themselves. */
export const TOLD = pattern(String.raw`
      ^(?:i|we|he|she|they)(?:['’]ve|['’]d| have| has| had)? (?:(?:already|just|accidentally|also|once|even|yesterday|manually|by (?:mistake|accident|hand)) )*
      (?:[a-z]+-)?(?:ran|run|did|tried|made|put|took|shut|(?!need|proceed|succeed|exceed|speed)\w{2,}ed)\b(?! (?:you|to|that|it should)\b)|
      ^(?:before|since|while|until) (?:we|i|they|he|she)\b|
      ^\w+(?:['’]ve|['’]s| have| has| had)? (?:already |just |accidentally )*(?:[a-z]+[- ])?(?:ran|run|did|\w{2,}ed)\b.{0,60}\b(?:yesterday|last (?:night|week|month|year|friday|monday|sprint)|this morning|days? ago|weeks? ago|hours? ago)\b|
      ^(?:i|we) (?:already |just )?(?:reset|put|cut|set|shut|let|hit|split)\b[^.;!?]{0,60}\b(?:yesterday|earlier|already|last (?:night|week|month|sprint)|this morning|(?:days?|hours?|weeks?|minutes?) ago)\b|
      ^(?:i|we)(?:['’]ll| will|['’]m going to| am going to)\b.*\b(?:myself|ourselves|on (?:my|our) own|by hand)\b|
      ^as an? [^,.]{2,40}?,? i (?:want|can|need|would like|should be able)\b(?! you)
    `);

/** What follows such words inside a clause is forbidden or avoided. */
export const FORBIDS_INSIDE = pattern(String.raw`
      \b(?:but (?:don['’]?t|do not|never)|without (?:ever )?|instead of|rather than|never|not to|
      must not|mustn['’]?t|should not|shouldn['’]?t|do not|don['’]?t|doesn['’]?t|avoid|no need to|refuse to|
      before you|so (?:that )?(?:we|you|it|nobody|no one) (?:don['’]?t|doesn['’]?t|never|cannot|can['’]?t|won['’]?t))\b(?! (?:ask\w*|wait\w*|hesitat\w*|confirm\w*|my|a|the|any|further|more|review\w*|
      approv\w*|permission|checks?|tests?|backups?|limits?|care|running|hooks?|being asked|telling|verif\w*|notic\w*|need\w*)).*$
    `);

/** Said of how things are to be afterwards, not of what is to be run. */
export const WISHES = /^(?:make sure|ensure|see to it|i (?:need|want)|it should|there should)\b/;

/** It must not happen. */
export const RULED_OUT = pattern(String.raw`
      \b(?:never|cannot|can['’]t|not|no longer|rejected|refused|blocked|caught|denied|prevented|escaped|
      forbidden|impossible|ignored|masked|hidden|redacted|protected)\b
    `);

/** Verbs of which nothing that they name is done: it is told, tested or turned into code. */
export const TALK = pattern(String.raw`
      ^(?:write|implement|explain|describe|document|refactor|test|review|check|verify|investigate|debug|look(?! up)|search|grep|
      summari[sz]e|compare|design|draft|propose|suggest|think|extract|convert|reject|detect|warn|validate|comment(?! out)|annotate|analy[sz]e|
      figure|study|learn|translate|cover|assert|mock|stub|simulate|reproduce|outline|sketch|audit|inspect|understand|note|mention|teach|evaluate|
      estimate|assess|quote|highlight|tell me (?:what|how|why|whether|if|when|which)|show (?:me )?(?:how|what|why|where|which|an?|the (?:diff|error|warning|message|dialog|toast|output of))|ask|remind|
      give me (?:an? )?(?:explanation|overview|summary|example|list of|reasons|status)|walk me|help me understand|if|whenever|add|fix|improve|handle|support|
      prevent|define|declare|introduce|simplify|clarify|reword|rephrase|wrap|render|style|parse|diagnose|profile|measure|trace|prototype|scaffold|adapt|
      extend|generali[sz]e|monitor|address|sanitize|escape|update|replace(?! .* history)|build|count|confirm that|rework|restructure|revise|wire|emit|toggle|debounce|
      throttle|model|allow|display|rename|create|make (?!sure)|change|adjust|tweak|return|throw an?|catch|log|respond|reply|plan|optimi[sz]e|benchmark|port|list|find|identify|generate)\b
    `);

/** Of these, nothing is an order even if what they name is of the world. */
export const PURE_TALK = pattern(String.raw`
      ^(?:write (?!to\b|off\b)|implement|explain|describe|document|refactor|test|review|check(?! in)|verify|investigate|debug|look (?:at|into|for)|search|grep|summari[sz]e|compare|design|draft|propose|
      suggest|think|extract|convert|reject|detect|warn|validate|comment(?! out)|annotate|analy[sz]e|figure|study|learn|translate|cover|assert|mock|stub|
      simulate|reproduce|outline|sketch|inspect|understand|note|mention|teach|evaluate|estimate|assess|highlight|
      tell me (?:what|how|why|whether|if|when|which)|show me (?:how|what|why|where|which)|ask|remind|give me (?:an? )?(?:explanation|overview|summary|example|reasons)|
      walk me|help me understand|if|whenever|fix|improve|handle|support|clarify|reword|rephrase|diagnose|profile|measure|address|respond|reply|plan|sanitize|escape|display|throw an?|render|style|parse)\b
    `);

const SHOWN = pattern(String.raw`
      \b(?:output|error|log|log line|fails? with|failed with|got|gives?|prints?|looks? like|example|
      instead of|rather than|don['’]?t|do not|never|says?|documented|mentions?|replace)\b
    `);

/** After such a clause a block is shown, not run. */
export function isTalkedAbout(clause: string): boolean {
  const bare = withoutPoliteness(clause.toLowerCase());
  return (
    FORBIDS.test(bare) ||
    QUESTION.test(bare) ||
    SHOWN.test(bare) ||
    (TALK.test(bare) && !/\b(?:run|execute|then)\b/.test(bare))
  );
}
