import { pattern } from './pattern.ts';
import type { RiskCategory } from './verdict.ts';

/** An order that takes a person, in the words that give it. Matched in lower case against one clause that is an order. */
export type OrderRule = { readonly category: RiskCategory; readonly what: string; readonly shape: RegExp };

/** Patterns for whole words, parted by blanks. */
function oneOf(words: string): RegExp {
  return pattern(`^(?:${words.trim().split(/\s+/).join('|')})$`);
}

/** What makes the clauses after it no orders: somebody asks, tells or forbids. */
export const QUESTION = pattern(String.raw`
      ^(?:what|why|how (?!about)|when|where|which|who|whose|does|do (?:we|you|i|they)|did|is|are|was|
      were|has|have (?:we|you|i|they)|should (?:we|i|it)|could it|would it|can (?:it|we|i|this)|might|
      may|am i)\b
    `);

/** Asked as a question, meant as an order. */
export const POLITE = pattern(String.raw`
      ^(?:(?:please|pls|plz|kindly|just|now|then|also|next|first(?:ly)?|second(?:ly)?|third(?:ly)?|
      finally|lastly|afterwards?|after that|ok(?:ay)?|yes|yeah|sure|great|good|perfect|thanks?(?: you)?|
      hi|hello|hey|so|well|and|or|but|simply|quickly|immediately|right away|actually|instead|meanwhile|
      alternatively|otherwise|in addition|additionally|urgent(?:ly)?|important(?:ly)?|note|task|todo|
      step \d+|\d+[.)]|[-*•>]|go ahead(?: and)?|feel free to|let['’]?s|let us|make sure (?:to|you|
      that you)|be sure to|remember to|don['’]?t forget to|do not forget to|don['’]?t hesitate to|
      do not hesitate to|try to|start by|begin by|proceed to|continue to|you (?:should|must|can|may|
      need to|have to|could|are to|will)|we (?:should|must|can|need to|have to|will)|i(?: would|
      ['’]d)? (?:want|need|like|love) (?:you )?to|i(?: would|['’]d) like (?:you )?to|i want you to|
      i need you to|(?:can|could|would|will) you(?: please)?(?: kindly)?|why don['’]?t you|how about|
      would you mind|it['’]?s time to|time to|your (?:task|job) is to|all you (?:have|need) to do is|
      use (?:the )?(?:bash|terminal|shell)(?: tool)? to|(?:claude|codex|copilot|gemini|agent|director|
      assistant|bot)\b)[\s,:!—–-]*)+
    `);

/** A clause that begins like this forbids or avoids what it names. */
export const FORBIDS = pattern(String.raw`
      ^(?:(?:please|but|and|also|just|ok|so|you|we|it|they|the agent)\s+)*(?:don['’]?t|do not|dont|
      never|avoid|no|not|stop(?= \w+ing\b)|refrain|without|must not|mustn['’]?t|should not|
      shouldn['’]?t|cannot|can['’]?t|won['’]?t|refuse|decline|nobody|nothing|neither|nor|isn['’]?t|
      rather than|instead of|prevent|disallow|forbid|prohibit|reject|block|
      under no circumstances)\b(?! (?:hesitate|forget|worry|ask|wait|stop|bother asking|be afraid))
    `);

/** What follows such words inside a clause is forbidden or avoided. */
export const FORBIDS_INSIDE = pattern(String.raw`
      \b(?:but (?:don['’]?t|do not|never)|without (?:ever )?|instead of|rather than|never|not to|
      must not|mustn['’]?t|should not|shouldn['’]?t|do not|don['’]?t|avoid|no need to|refuse to|
      before you)\b(?! (?:ask\w*|wait\w*|hesitat\w*|confirm\w*|my|a|the|any|further|more|review\w*|
      approv\w*|permission|checks?|tests?|backups?|limits?|care)).*$
    `);

/**
 * Verbs about the work itself. What stands behind one, up to the next order, is what the code is to do or what a text is to say:
 * “add a button that deletes the account” deletes no account.
 */
export const WORK_VERBS = new Set(
  `add write implement create fix explain describe document refactor rename update upgrade bump test review check verify investigate debug look find
  search grep summarize summarise compare improve optimize optimise design draft plan propose suggest think consider extract convert port replace change adjust
  tweak handle support allow prevent reject block refuse detect warn validate keep mark comment annotate generate build read analyze analyse figure
  study learn continue resume finish complete define declare introduce simplify clarify clean reword rephrase translate split inline move sort reorder
  format lint type cover assert ensure make let wrap cache memoize log render style align polish parse serialize mock stub simulate reproduce diagnose
  profile measure benchmark trace count list outline sketch prototype scaffold wire connect integrate configure set setup hook adapt extend generalize
  audit inspect understand note mention teach tell show evaluate estimate assess prioritize track monitor address resolve tidy reduce increase limit
  throttle debounce paginate localize internationalize escape sanitize quote highlight display hide disable enable toggle prefer wait watch see
  confirm rework restructure rewrite redo revise edit open close return throw catch raise emit dispatch apply use accept decorate expose deprecate
  clean up print await pass store save load fetch parse import export name label group merge combine join deduplicate skip ignore unskip
  reset clear remove delete drop kill truncate wipe purge force stop restart start run rerun push commit pull rebase cherry-pick bisect squash tag bring`.split(
    /\s+/,
  ),
);

/** Of these, what the clause names is only talked about, however it is said. */
export const TALK_VERBS = pattern(String.raw`
      ^(?:add|write|implement|create|fix|explain|describe|document|refactor|rename|test|review|check|
      verify|investigate|debug|look(?! up)|find|search|grep|summari[sz]e|compare|improve|optimi[sz]e|
      design|draft|plan|propose|suggest|think|consider|extract|convert|port|adjust|tweak|handle|support|
      prevent|reject|block|refuse|detect|warn|validate|mark|comment|annotate|generate|analy[sz]e|figure|
      study|learn|define|declare|introduce|simplify|clarify|reword|rephrase|translate|cover|assert|wrap|
      memoize|render|style|align|polish|parse|mock|stub|simulate|reproduce|diagnose|profile|measure|
      trace|outline|sketch|prototype|scaffold|adapt|extend|generali[sz]e|audit|inspect|understand|note|
      mention|teach|evaluate|estimate|assess|track|monitor|address|resolve|sanitize|escape|highlight|
      deprecate|update|change|replace|build|log|count|confirm|rework|restructure|revise|edit|wire|move|
      split|inline|save|throw (?:an?|the \w*error|if|when|on|instead)\b|catch|return|emit|expose|
      make (?!sure)|keep|hide|toggle|debounce|throttle|rethink|model|quote|allow|let|tell me (?:what|
      how|why|whether|if|when|which)|show me (?:how|what|why|where|which)|show (?:a|an|the) (?:error|
      warning|message|confirmation|dialog|toast|modal|prompt|button|spinner)|display (?:a|an|the)|ask|
      remind me (?:what|how)|give me (?:an? )?(?:explanation|overview|summary|example|list of|reasons)|
      walk me through|help me understand|use (?:a|an|the|our) (?!bash|shell|terminal|root|admin|sudo|
      force)|if|whenever)\b
    `);

const ENVIRONMENT = `
  (?:production|prod|staging|live|customers?['’]?|client|company|shared|remote|main|master|real|entire|
  whole|full|backup|our|everyone['’]?s|all)
`;
const DATA = `
  (?:databases?|dbs?|schemas?|tables?(?! of contents)|collections?|buckets?|backups?|volumes?|clusters?|
  namespaces?|instances?|servers?|vms?|virtual machines?|machines?|droplets?|hosts?|deployments?|pods?|
  containers?|stacks?|infrastructure|infra|environments?|resource groups?|disks?|drives?|partitions?|
  hard drives?|filesystems?|file systems?|home (?:directory|folder|dir)|root (?:directory|folder|
  filesystem)|repositor(?:y|ies)|repos?|branch(?:es)?|tags|history|commits|stash(?:es)?|releases?|
  accounts?|organi[sz]ations?|users|customers|customer data|user data|data|snapshots?|dns records?|
  domains?|certificates?|ssh keys?|keys|secrets|workspaces?|projects?|records|rows|queues?|topics|
  volumes|images|sessions?|agents?|worktrees?|fleets?|director(?:y|ies)|folders?|audit logs?|logs|
  system files|packages|everything|all (?:the )?(?:files|data|code|of it|of them)|contents? of)
`;

/** Things of the code that are named after things of the world: “the users table component”. The last word of its phrase says what it is. */
export const CODE_NOUN = oneOf(`
  functions? helpers? methods? class(?:es)? components? imports? exports? variables? vars? parameters?
  params? arguments? args? fields? props? propert(?:y|ies) types? typings? interfaces? enums? constants?
  modules? tests? specs? suites? cases? fixtures? mocks? stubs? lines? comments? todos? statements?
  warnings? errors? exceptions? messages? labels? buttons? links? icons? tooltips? menus? modals? dialogs?
  popups? headers? footers? columns? css styles? stylesheets? selectors? whitespaces? spaces? semicolons?
  commas? suffix(?:es)? prefix(?:es)? strings? words? sentences? paragraphs? sections? headings? titles?
  captions? pages? screens? views? routes? endpoints? handlers? hooks? middlewares? wrappers? abstractions?
  adapters? factor(?:y|ies) singletons? patterns? logic code codepaths? paths? ifs? else switch conditions?
  checks? guards? flags? options? settings? config(?:uration)?s? entr(?:y|ies) items? elements? nodes?
  support compatibility polyfills? shims? workarounds? hacks? duplicates? dependenc(?:y|ies) scripts?
  examples? docs? documentation readme changelog badges? screenshots? typos? prints? timers? intervals?
  listeners? subscriptions? timeouts? retr(?:y|ies) loops? caches? caching connections? pool state store
  reducers? contexts? providers? forms? inputs? generics? casts? assertions? annotations? decorators? rules?
  placeholders? characters? chars digits? artifacts? node_modules dist coverage references? usages?
  occurrences? mentions? branding sidebar navbar widgets? cards? rows? cells? models? entit(?:y|ies)
  quer(?:y|ies) barrel layers? services? clients? animations? effects? implementations? parsers? validators?
  serializers? formatters? getters? setters? constructors? callbacks? promises? overloads? snippets?
  templates? mixins? directives? plugins? loaders? macros? structs? traits? attributes? keys? ids? names?
  values? defaults? literals? brackets? braces? quotes? indentation newlines? tabs? badges? avatars?
  thumbnails? toggles? checkboxes dropdowns? carousels? banners? toasts? spinners? folders? file diagrams?
  steps? jobs? stages? matrix counters? totals? sums? scores? selections? filters? highlights? params
  queries? alias(?:es)? lock timeout date dates div divs span spans slider sliders hero spinner spinners
  border borders shadow shadows margin margins padding background backgrounds color colors colour colours
  font fonts text texts events? sockets? requests? responses? files? threads? arrays? lists? maps? objects?
  sets? maps? counts? scripts? animation animations autocomplete tracking cursor cursors scrollbars?
  overlays? backdrops? arrows? stories? images? videos? logos? favicons? emojis? fixtures? assertions?
  dashes suggestions? hints? notifications? previews? drafts? states? flows? wizards? steps? sliders?
  pickers? charts? graphs? axis axes legends? grids? trees? lists? polls? polling debounces? throttles?
  effects? cookies? banner queue queues package packages dep deps module modules tags? markers? bugs? lag
  flicker jank leaks? deadlocks? races? mutex mutexes semaphores? streams? buffers? readers? writers?
  iterators? generators? lambdas? closures? scopes? symbols? tokens? asts? nodes? visitors? walkers? lexers?
  grammar grammars ruleset outputs? logs? logging stacktraces? traces? spans? metrics? dashboards? alerts?
  feature features functionality behaviou?rs? dialogs? question questions answers? issue ticket tickets pr
  description sizes? results? rename re-?renders? bundles? ratios? positions? orders? widths? heights?
  diffs? cop(?:y|ies) wording phrasing naming notes copyright redirects? transitions? gradients? rounding
  precision formulas? calculations? plurals? parents? child(?:ren)? siblings?
`);

const DESTROY = `
  (?:delet(?:e|ing)|remov(?:e|ing)|eras(?:e|ing)|wip(?:e|ing)(?: out)?|destroy(?:ing)?|drop(?:ping)?|
  truncat(?:e|ing)|purg(?:e|ing)|nuk(?:e|ing)|trash(?:ing)?|obliterat(?:e|ing)|clear(?:ing)?(?: out)?|
  empty(?:ing)?|get(?:ting)? rid of|blow(?:ing)? away|shred(?:ding)?|flush(?:ing)?|zap|yeet|annihilate|
  scrub|clean(?:ing)? out|tear(?:ing)? down|throw(?:ing)? away|rm|deprovision|decommission|terminat(?:e|
  ing)|dispose of|overwrite|corrupt|reformat|unlink|kill(?: off)?|expunge|demolish|burn down|scrap|
  ditch|axe|bulk[- ]delete|hard[- ]delete)
`;
const DETERMINERS = String.raw`
  (?:(?:the|all|all of|every|each|any|our|my|your|their|this|that|those|these|its|of|old|existing|
  current|entire|whole|complete|full|(?!(?:from|in|on|to|for|with|at|into|when|if|and|so|
  that)\s)[a-z0-9_'’\`./-]+) ){0,5}?
`;
const GONE = `
  (?:deleted|removed|erased|wiped(?: out)?|destroyed|dropped|truncated|purged|nuked|terminated|
  torn down|emptied|flushed|gone|formatted|overwritten|shut down|killed)
`;

const rule = (category: RiskCategory, what: string, shape: string): OrderRule => ({
  category,
  what,
  shape: pattern(shape),
});

/** Found wherever the clause stands, once it is an order. The first that fits gives the reason. */
export const ORDER_RULES: readonly OrderRule[] = [
  rule(
    'git',
    'overwrites a remote branch',
    String.raw`
      \bforce[- ]?push(?:e[sd]|ing)?\b|\bpush\b.*(?:--?force|\bwith force\b|\bforcefully\b|\bforcibly\b|
      \bby force\b|(?:^|\s)-f\b|--mirror|\bforced?\b)|--force\b.*\bpush|
      \bforce(?: an?| the)? (?:git )?push|\boverwrit\w+ (?:the )?(?:remote|upstream|origin)|
      \bpush (?:over|on top of)\b
    `,
  ),
  rule(
    'git',
    'rewrites history',
    String.raw`
      \b(?:rewrit\w+|eras\w+|purg\w+|alter|change|edit|scrub|squash|flatten) (?:the |all |our |
      some )?(?:of )?(?:the )?(?:entire |whole |git |commit |repo(?:sitory)?(?:['’]s)? |branch |
      published |public )*(?:history|past commits|old commits|existing commits)|\bfilter[- ](?:branch|
      repo)\b|\binteractive(?:ly)? rebas|\brebase interactively|\bsquash (?:the |all |my |
      your )?(?:last |previous )?(?:\w+ )?commits|\bexpire the reflog|\b(?:main|master|git|branch|
      repo(?:sitory)?|commit)(?:['’]s)? history to (?:remove|drop|hide|erase)|\bfrom (?:the )?(?:git |
      entire )?history\b|\bamend (?:the )?(?:pushed|published|merged)
    `,
  ),
  rule(
    'git',
    'throws away changes',
    String.raw`
      \b(?:discard|throw away|drop|undo|revert|nuke|wipe|reset|delete|lose|abandon|blow away|get rid of|
      clear)\b (?:all |any |every )?(?:of )?(?:the |my |your |our |these |those |local |uncommitted |
      unstaged |staged |pending |unsaved |untracked |working )*(?:(?:local|uncommitted|unstaged|
      untracked|pending|unsaved|working[- ]tree|working[- ]copy) (?:changes|files|edits|work|
      modifications)|stash(?:es|ed)?\b|working (?:tree|copy|directory)|changes (?:you|i|
      we) (?:have )?made|changes$|untracked files)|\b(?:clean|delete|remove|wipe|
      including)\b.{0,30}\buntracked\b|\bhard[- ]reset|\breset --?hard|
      \breset (?:the )?(?:repo(?:sitory)?|branch|main|master|head|everything|working tree) (?:hard|to|
      back)|\bgit (?:clean|reset --hard)\b
    `,
  ),
  rule(
    'protections',
    'goes around a protection',
    String.raw`
      \b(?:skip|skipping|bypass|bypassing|disable|disabling|turn(?:ing)? off|switch(?:ing)? off|
      circumvent|ignore|ignoring|override|remove|suppress|deactivate|avoid|silence|get around|
      work around|weaken|relax|drop|uninstall|stop|kill|lift)\b (?:all |any |the |our |your |my |every |
      those |all of the |these |of )*(?:failing |required |pre-?commit |pre-?push |git |ci |security |
      code |safety |branch |status |review |linux |system |windows |macos |antivirus |automated |
      permission |approval |unit |whole |entire |e2e |integration |content )*(?:hooks?|checks|ci\b|
      ci pipeline|review|reviews|code owners|tests$|tests (?:and|so|then|to|,|in ci|before|or)|
      test suite|test failures|protections?|firewall|2fa|mfa|two[- ]factor|authentication|authorization|
      auth$|sandbox(?:ing)?|approvals?|approval (?:gate|prompt)s?|permission prompts?|permissions|
      safety|safeguards?|guardrails?|safety checks|security|security (?:checks?|scan(?:ner|ning)?|
      rules?|policy)|audit logging|audit log|logging of|monitoring|alerts|selinux|apparmor|antivirus|
      defender|tls verification|ssl verification|certificate (?:validation|verification|checks)|
      signature verification|backups|rate limits|restrictions|rules|policies|policy|
      confirmation prompts?|gate$|quality gates?)\b|\b(?:disable|skip|delete|comment out|ignore|
      remove) (?:all|every|any|the failing|failing|the broken|
      all the)(?: of)?(?: the)?(?: \S+)? tests\b|\bremove (?:the )?lock (?:on|
      from) (?:the )?(?:\S+ )?branch|--no-verify|\bno-verify\b|\bwithout (?:asking|approval|review|
      running (?:the )?(?:tests|hooks)|permission|confirmation|waiting for (?:review|approval|ci)|
      any confirmation|telling)|\bdon['’]?t (?:ask|wait) (?:me |us |for |anyone )?(?:for |again|
      anything|permission|approval|confirmation|review|before)|\beven if (?:the )?(?:tests|ci|checks|it|
      they) (?:fail|is red|are red)|\bauto[- ]?(?:approve|accept|merge)|\bdangerously\b|\byolo\b|
      \b(?:grant|give) yourself\b|\bunrestricted\b|\bignore (?:the )?failing
    `,
  ),
  rule(
    'protections',
    'tells an agent to forget its rules',
    String.raw`
      \b(?:ignore|disregard|forget|override|discard|drop)\b (?:all |any |everything |every |the |your |
      my |of |what |previous|prior|earlier|above|system|safety|i said|
      you were told)*(?: ?(?:instructions?|rules?|prompts?|guidelines|directives?|constraints|policies|
      limitations|training|told before|said before))|\b(?:forget|ignore|disregard) (?:everything|all|
      anything|what) (?:that )?(?:you|i|we|above|before|was)\b|\byou have no (?:restrictions|rules|
      limits)|\byou are (?:now |no longer )(?:an? )?(?:dan|root|unrestricted|admin|free|bound|
      in developer mode|jailbroken)|\bdeveloper mode\b|\b(?:reveal|print|show|repeat|output|leak|
      tell me) (?:me )?(?:your|the) (?:system prompt|hidden instructions|initial instructions)|
      \bact as (?:root|an? unrestricted|admin)|\bpretend (?:you have|to have|that you have) (?:no|root|
      admin)|\bno (?:restrictions|rules|limits) (?:apply|anymore)|\bjailbreak
    `,
  ),
  rule(
    'github',
    'merges or changes what all share',
    String.raw`
      \bmerge\b (?:(?:the|this|that|my|your|our|all|open|any|every|those|these|its|it|them|pending|
      dependabot|renovate|[#!]?\d+|pr|mr) )*(?:prs?\b|mrs?\b|pull requests?|merge requests?|#\d+|
      ![0-9]+|to (?:main|master|production|prod|release|trunk|develop)\b|into (?:main|master|production|
      prod|release|trunk|develop)\b|it$|everything\b|it (?:now|yourself|immediately|anyway|right))|
      \bmerge\b.*\b(?:in)?to (?:main|master|production|prod|trunk)\b(?! page)|\b(?:approve|
      self-approve) (?:the|this|that|your|my|all|own|open|pending|#?\d+|every| )*(?:prs?|pull requests?|
      merge requests?|mrs?|deployments?|#\d+)\b|\b(?:make|turn|set|switch) (?:the |this |our |
      my )?(?:\S+ )?(?:repo(?:sitory)?|project|bucket|package|gist)\S* (?:to )?(?:public|private)|
      \b(?:archive|transfer|unarchive) (?:the |this |our |old )*(?:\S+ )?(?:repo(?:sitory)?|
      repositories|project|organi[sz]ation|domain)|\b(?:invite|add|make|promote|
      give) \S+(?: \S+)? (?:as |to be |an? |the )*(?:admin|administrator|owner|maintainer|collaborator|
      write access|admin access|root access|sudo)|\b(?:change|edit|remove|loosen|modify|
      update) (?:the )?branch protection|\b(?:close|delete) all (?:the )?(?:open )?(?:issues|prs|
      pull requests)|\b(?:trigger|start|run|kick off|dispatch|launch|re-?run)\b .{0,30}\b(?:deploy\w*|
      release|production|prod|publish\w*)\b.{0,20}\b(?:workflow|pipeline|job|action)\b|\brename (?:the |
      this |our )?(?:\S+ )?(?:repo|repository|organi[sz]ation)\b(?! (?:class|variable|field|type))|
      \b(?:land|accept) (?:the |this |that |your |my |all )*(?:#?\d+|pr|prs|pull requests?|mr|
      merge requests?)\b|\btransfer ownership|\bcreate (?:a |the )?public (?:gist|repo)
    `,
  ),
  rule(
    'publishing',
    'publishes or deploys',
    String.raw`
      \b(?:re)?publish(?:ing)? (?:(?:it|this|the|a|an|our|new|next|version|v?\d[\w.]*|all|every|updated|
      latest|npm|crate|gem|package|packages|library|sdk|image|docker|(?!(?:from|in|of|on|to|for|with|at|
      into|when|if|and|so|that)\s)\S+) ){0,5}?(?:to (?:npm|pypi|the|crates|github|docker|maven|a|our|
      jsr)\b|on (?:npm|pypi|github|the)\b|packages?$|packages?\b|crates?\b|release\b|version\b|npm\b|
      v?\d+\.\d|it$|library$|sdk$|image\b|gem\b|extension\b|module to|site\b)|
      ^(?:please )?publish(?: it| this| now)?$|\b(?:deploy|redeploy|ship|roll ?out|push|release|promote|
      roll back|rollback)(?:ing)?\b (?:(?:it|this|that|the|a|our|new|latest|current|these|those|changes|
      change|build|version|branch|fix|hotfix|app|code|site|service|everything|straight|directly|backend|
      frontend|api|release|all|(?!(?:from|in|of|on|to|for|with|at|into|when|if|and|so|
      that)\s)\S+) ){0,6}?(?:(?:in)?to (?:the |all |our |every )*(?:production|prod|live|staging|stage|
      customers|users|the cloud|aws|gcp|azure|vercel|netlify|fly|heroku|kubernetes|k8s|the cluster|
      cluster|npm|pypi|registry|docker hub|dockerhub|ghcr|crates\.io|app store|play store|everyone|
      the server|server|pages|github pages)|on (?:production|prod|the server|vercel|netlify|fly|heroku|
      aws))|^(?:re)?deploy(?:ing)?(?: (?:it|this|that|now|everything|again|all|the (?:app|site|service|
      changes|branch|api|backend|frontend|fix|new version|latest version|latest|release|build)|
      today))*(?: (?:now|today|immediately|once .*|when .*|after .*))?$|\b(?:cut|tag and push|make|
      create|ship|draft and publish) (?:a |the |an |new |next |official |github |git |npm )*(?:patch |
      minor |major |production |public )*release\b(?! notes| branch| script| checklist| workflow| page)|
      \brelease (?:version |v)\d|\b(?:npm|cargo|yarn|pnpm|gem|twine|poetry) (?:publish|unpublish|push|
      upload)\b|\bunpublish\b|\byank (?:the |version)|\bgo live\b|\bsubmit (?:it |
      the app )?to the (?:app|play) store|\b(?:upload|push|send|submit)\b .{0,40}\bto (?:the )?(?:pypi|
      npm|crates\.io|rubygems|registry|docker ?hub|maven central|app store|play store)|
      \bpush\b .{0,30}\blive\b|\bdeprecate\b.{0,30}\bon (?:npm|pypi)|\b(?:run|execute|apply|install|try|
      start|test|do|use|put|change|edit|update|fix|enable)\b .{0,40}\b(?:on|against|
      in) (?:the )?(?:prod|production|live)(?: (?:server|host|machine|system|database|db|environment|
      cluster|box))?(?:$|[,.])
    `,
  ),
  rule(
    'secrets',
    'hands out secrets',
    String.raw`
      \b(?:print|show|send|give|tell|post|paste|share|upload|e?mail|leak|reveal|dump|output|echo|
      display|cat|read|copy|commit|exfiltrate|expose|extract|list|log|forward|dm|message|slack|publish|
      steal|grab|fetch|get|provide|include|write|append|put|export|return|decode|type|spit|hand over|
      submit|what is|what['’]s|check in|push|encode|open|disclose|look up|retrieve)\b (?:(?:me|us|out|
      over|here|back|up|all|all of|the|your|our|my|any|every|of|full|current|raw|real|actual|a|an|
      production|prod|github|npm|aws|slack|openai|anthropic|azure|database|db|admin|root|server|user|
      users['’]?|stored|value|values|contents?|content|file|system|saved|gcp|service account|process|
      customer|deploy|ssh|private|stripe|session|app|application|shell|(?!(?:from|in|of|on|to|for|with|
      at|into|when|if|and|so|that)\s)\S+) ){0,7}?(?:api[- ]?keys?|tokens?|passwords?|secrets?|
      credentials?|private keys?|ssh keys?|access keys?|signing keys?|environment variables?|
      env(?:ironment)? vars?|(?<!(?:from|in|to|for|of) (?:the |your |our )?)env(?:ironment)?$|
      \S*\.env\b(?!\.example)|\S*\.netrc|id_rsa\S*|id_ed25519|shadow file|/etc/shadow|
      connection strings?|cookies|keychain|\S*\.ssh\b\S*|\S*\.aws\b\S*|\S*/(?:shadow|credentials)\b|
      kubeconfig|service account key|recovery codes|credit card numbers?|\$?\{?[a-z_]*_(?:api_?key|key|
      token|secret|password)\b)(?! (?:field|fields|count|counts|input|inputs|reset|form|page|strength|
      length|limit|limits|usage|validation|hash|hashing|header|bucket|handling|refresh|rotation|
      position|type|types|name|names|parser|documentation|docs|table|column|policy|manager|prompt|
      schema|expiry|expiration|flow|endpoint|in the (?:authorization )?header|in the request|
      as a (?:bearer|header)|from (?:the )?(?:config|environment|env|settings|process)|are (?:set|
      missing|documented)|is (?:missing|invalid|expired|set|not|empty|wrong)|we (?:need|use|support)|
      used by|needed|required|placeholder|example|class|helper|function|module|variable|stream|budget|
      cost|mock|fixture|text|label|icon))\b
    `,
  ),
  rule(
    'exfiltration',
    'sends data away',
    String.raw`
      \b(?:upload|send|post|copy|e?mail|transfer|exfiltrate|sync|push|forward|leak|export|scp|rsync|
      transmit|share|pipe|mirror)\b .{0,80}?\b(?:(?:to|on|onto|at|with|via|into) (?:the |my |an? |this |
      your |our |some )*(?:https?://(?!localhost|127\.)|external|pastebin|public|personal|
      private server|remote (?:server|host|machine)|another (?:server|machine)|\S+@\S+|ftp|webhook|gist|
      telegram|discord|dropbox|google drive|s3|transfer\.sh|[\w-]+\.(?:com|net|org|io|ru|cn|xyz|sh|site|
      app)\b(?!/\S*\.(?:md|html))|competitor|attacker|drive|server|email|mail|ngrok|ip address|
      \d+\.\d+\.\d+\.\d+)|outside|externally)|\bexfiltrat
    `,
  ),
  rule(
    'database',
    'changes data for good',
    String.raw`
      \b(?:drop|truncate|flush|reset|wipe|recreate|nuke|reseed|re-?initiali[sz]e|roll ?back|downgrade|
      purge|clear|erase|empty|delete|remove|destroy|overwrite|restore)\b (?:the |all |our |my |every |
      entire |whole |of |production |prod |staging |live |local |dev |development |main |shared |
      customer |postgres |mysql |mongo |redis |(?!(?:from|in|of|on|to|for|with|at|into|when|if|and|so|
      that)\s)\S+ ){0,5}?(?:databases?|db|schemas?|(?:\S+ )?tables?|collections?|records|rows|
      migrations?|redis|postgres|mysql)\b|\b(?:delete|truncate|drop|update) (?:from|table|database|
      schema) \S+|\bdelete from\b|\b(?:run|apply|execute) (?:the |all |this |pending |these |database |
      db |schema )*migrations? (?:on|against|in|to) (?:the )?(?:prod|production|live|staging)|
      \b(?:migrate|update|alter|modify|patch|edit|change|write to|fix) (?:the )?(?:rows in |data in |
      records in |users in |directly )?(?:the )?(?:production|prod|live) (?:db|database|data)|
      \bflush ?(?:all|db)\b
    `,
  ),
  rule(
    'system',
    'takes machines or services down',
    String.raw`
      \b(?:reboot|shut ?down|power ?(?:off|down|cycle)|halt|hibernate|restart|bounce|turn off|crash|
      take down|bring down|take offline|hard reset|suspend)\b (?:(?:the|this|that|all|my|our|your|every|
      whole|entire|production|prod|remote|host|build|database|web|api|live|staging|dev box|(?!(?:from|
      in|of|on|to|for|with|at|into|when|if|and|so|that)\s)\S+) ){0,4}?(?:machines?|servers?|hosts?|
      computers?|vms?|boxe?s?|systems?|instances?|nodes?|laptop|workstation|pc|cluster|production|prod|
      site|website|nginx|postgres|services?|daemon|database|network|container host|fleet)(?! (?:logic|
      code|function|handler|hook|test|command|button|script|state|
      sequence))\b(?<!dev server)(?<!development server)(?<!test server)|^(?:reboot|shut ?down|
      power off|halt)(?: now| immediately)?$|\bstop (?:the |all )?(?:production|prod|nginx|postgres|
      docker|database|ssh)\S* ?(?:services?|servers?|daemons?|instances?)?|\b(?:uninstall|
      purge) (?:the )?(?:nginx|postgres\w*|docker|python|node|openssl|systemd|kernel|bash|ssh\w*|
      system)\b
    `,
  ),
  rule(
    'processes',
    'ends what may be somebody else’s',
    String.raw`
      \b(?:kill(?:all)?|terminate|end|stop|force[- ]?quit|pkill|sigkill|interrupt)\b (?:(?:all|every|
      any|the|of|other|running|those|these|each|everything|my|our|node|python|java|(?!(?:from|in|of|on|
      to|for|with|at|into|when|if|and|so|that)\s)\S+) ){0,4}?(?:processes|processes on|agents?|
      sessions?|tmux|workers|jobs|tasks|pids?|programs|daemons)\b|\bkill (?:-9|everything|the process|
      process|pid|init)\b|\bkill whatever
    `,
  ),
  rule(
    'fleet',
    'steers the fleet',
    String.raw`
      \b(?:stop|kill|close|end|remove|delete|reset|cancel|shut down|wipe|uninstall|pause|disable|
      terminate|deregister)\b (?:the |all |every |our |whole |entire |other |tmux |
      running )*(?:other agents['’] sessions|fleet|fleet director|director|tmux|tmux server|
      other agents?|agents|sessions|other sessions|tasks|queue of tasks|hosts)\b|~?/?\.fleet\b
    `,
  ),
  rule(
    'privilege',
    'takes rights',
    String.raw`
      \b(?:sudo|as root|as administrator|as superuser|with root|root privileges|root access|
      admin privileges|admin rights|privilege escalation|escalate (?:your )?privileges|setuid|chmod 777|
      chmod -r|world[- ]writable|chown|passwordless sudo|sudoers|become root)\b(?! (?:hints?|support|
      prompts?|docs?|option))|\b(?:add|create|remove|delete|disable) (?:a |an |the |new )*(?:system |
      linux |unix |os |admin |administrator |root )+(?:users?|accounts?)\b|\b(?:grant|give|assign|
      revoke|elevate)\b .{0,50}\b(?:admin|root|owner|superuser|full (?:access|control)|all privileges|
      sudo|write access|permissions?|everyone|public access|roles?)\b|\b(?:change|set|edit|reset|modify|
      loosen|update|make)\b .{0,30}\b(?:permissions?|ownership|roles?|access|
      passwords?)\b.{0,20}(?:\bof /|\b777\b|\badmin\b|\broot\b|\bevery(?:one|body)\b|\ball users\b)|
      \bevery(?:one|body)['’]s (?:role|passwords?|access|permissions?|sessions?)\b|
      \bswitch to (?:the )?(?:root|admin)|\b(?:create|add|attach)\b .{0,30}\b(?:iam|service account|
      admin|root)\b.{0,20}\b(?:users?|roles?|polic(?:y|ies)|keys?)\b|\bwith (?:full|admin|root|
      owner) (?:access|rights|permissions)|\bas (?:an )?administrator\b|\b(?:change|reset|
      set) (?:the )?(?:root|admin|user|my|system)(?:['’]s)? password|\bmake (?:everything|all files|it|
      the (?:folder|directory)) (?:world[- ]?)?(?:writable|executable) (?:by|for|to) (?:everyone|all)
    `,
  ),
  rule(
    'protections',
    'changes what an agent may do',
    String.raw`
      \b(?:edit|change|modify|update|add|set|write|overwrite|delete|remove|
      loosen)\b .{0,60}(?:\.(?:claude|codex|gemini|copilot)\b|\bclaude\.json|
      \bsettings\.json .*(?:allow|permission)|\ballowed tools\b|\bpermission rules\b)
    `,
  ),
  rule(
    'persistence',
    'makes something run by itself',
    String.raw`
      \b(?:(?:make|let|have) (?:it|this|that|them) (?:start|run|launch)|add|install|create|set up|setup|
      register|schedule|configure|put|edit|append|write|insert|plant|
      enable)\b .{0,60}?\b(?:cron ?(?:tab|job)s?|authorized_keys|ssh key to|public key to|
      systemd (?:unit|service|timer)|startup script|launch ?agent|login item|bashrc|zshrc|bash_profile|
      \.profile|git hooks? (?:globally|that)|/etc/\S+|autostart|backdoor|rc\.local|registry run key|
      reverse shell|keylogger|rootkit|sudoers|on (?:every )?boot|at startup|
      git hooks? that)(?! (?:expression|parser|syntax|schedule|validator|page|component|docs?))
    `,
  ),
  rule(
    'network',
    'opens a machine to others',
    String.raw`
      \b(?:open|expose|forward|unblock|allow|add|disable|turn off|flush|
      stop)\b .{0,40}?\b(?:port \d+ (?:to|on|for|in)|ports? (?:to|publicly)|firewall|iptables|
      to the (?:public|internet|world)|security group|0\.0\.0\.0|inbound traffic|ssh from anywhere|
      ingress)|\bscan (?:the |our |my |all |this )?(?:\S+ )?(?:network|ports|hosts|subnet|servers?)\b|
      \b(?:reverse shell|bind shell|netcat listener|port ?scan|ddos|dos attack|brute[- ]?force|nmap|
      tunnel to)\b(?! (?:protection|detection|prevention|test|docs?|warning))|\bssh (?:in)?to\b|
      \bconnect to (?:the )?(?:prod|production)\b
    `,
  ),
  rule(
    'download-and-run',
    'runs code from elsewhere',
    String.raw`
      \b(?:download|fetch|curl|wget|get|pull|grab)\b .{0,100}?\b(?:and|then|&|\||
      pipe) ?(?:then )?(?:it |that )?(?:run|execute|pipe|install|source|eval|bash|sh|launch|start)\b|
      \b(?:curl|wget)\b.*\|\s*(?:sudo )?(?:ba|z|da)?sh\b|\b(?:run|execute|install|source|
      eval)\b .{0,40}?\b(?:from|at|in|off) (?:(?:that|the|this|an?|his|her|their|my) (?:gist|link|site|
      website|web page|internet|paste|attachment|email|forum|blog)|https?://|this url|the url|pastebin|
      the internet|an? (?:unknown|untrusted|random))|\b(?:run|execute)\b .{0,50}\b(?:pastebin|
      from the (?:internet|web))\b|\b(?:run|execute|pipe) .{0,30}\b(?:install|remote|
      downloaded) script from
    `,
  ),
  rule(
    'cloud',
    'changes what runs elsewhere',
    String.raw`
      \b(?:terminate|scale|resize|deprovision|provision|spin up|spin down|tear down|destroy|apply|
      delete|drain|cordon|evict|evacuate|stop|launch|nuke|remove)\b (?:(?:the|all|our|every|this|that|
      prod|production|staging|aws|gcp|azure|cloud|k8s|kubernetes|ec2|s3|eks|gke|\d+|new|a|an|(?!(?:from|
      in|of|on|to|for|with|at|into|when|if|and|so|that)\s)\S+) ){0,5}?(?:instances?|clusters?|nodes?|
      pods?|deployments?|stacks?|terraform|infrastructure|infra|droplets?|lambdas?|ec2|s3|buckets?|
      load balancers?|vpcs?|namespaces?|resource groups?|node pool|autoscaling groups?|(?:deployment|
      service|replicas)? ?(?:down )?to (?:zero|0))(?! (?:class|helper|function|test|tests|type|module|
      code|docs?|diagram|page|component|name|names|id|config parser|panel))\b|\bterraform (?:apply|
      destroy)\b|\bpulumi (?:up|destroy)\b|\bkubectl (?:delete|apply|drain|scale)\b|\b(?:change|update|
      delete|edit|modify|point) (?:the )?dns\b(?! (?:parser|module|helper|docs?|lookup))|\b(?:rotate|
      revoke|invalidate|regenerate) (?:the |all |our |every |production |prod |github |aws |user |
      (?!(?:from|in|of|on|to|for|with|at|into|when|if|and|so|that)\s)\S+ ){0,4}(?:keys?|tokens?|
      credentials?|secrets?|certificates?|sessions?)\b|\b(?:buy|purchase|order|pay|wire|transfer|refund|
      charge)\b .{0,40}\b(?:money|dollars|\$\d|usd|eur|card|credits?|domain|instances?|funds|bitcoin|
      crypto|customer)
    `,
  ),
  rule(
    'exhaustion',
    'uses up the machine',
    String.raw`
      \bfork ?bomb\b|\b(?:spawn|fork|start|create)\b .{0,30}\b(?:until|forever|endless\w*|infinite\w*|
      without (?:end|limit))\b|\bfill (?:up )?(?:the |all )?(?:disk|memory|ram|drive)|\b(?:infinite|
      endless) loop (?:that|to) (?:spawn|fork)|\b(?:run|spawn|start) (?:an? )?(?:infinite|endless|
      unlimited)|\b(?:mine|mining) (?:crypto|bitcoin|monero)|\bcryptominer
    `,
  ),
  rule(
    'containers',
    'deletes containers or data',
    String.raw`
      \b(?:prune|delete|remove|wipe|kill|destroy|clean)\b (?:all |the |every |unused |our |running |
      stopped |old )*(?:docker )?(?:containers?|images|volumes?|docker system|
      everything in docker)(?! (?:component|class|div|element|query|style|css|width|padding|test|
      prop))\b|\bdocker system prune|\bprivileged container
    `,
  ),
  rule(
    'files',
    'deletes more than can be seen',
    String.raw`
      \brm -\w*[rf]|\bmkfs\b|\bdd (?:if|of)=|\b(?:re)?format (?:the |my |our |this |a |entire |whole |c|
      d|hard |main |external |usb |\S+ )*(?:disks?|drives?|partitions?|c:|ssd|usb|hdd|volume|filesystem|
      /dev/\S+)\b|\b(?:shred|zero out|overwrite) (?:the |all |every |\S+ )*(?:disks?|drives?|files)\b
    `,
  ),
  rule(
    'files',
    'deletes what cannot be brought back',
    String.raw`\b${DESTROY}\b ${DETERMINERS}(?:${ENVIRONMENT} )*${DATA}(?![\w-])`,
  ),
  rule(
    'files',
    'deletes what cannot be brought back',
    String.raw`
      \b${DESTROY}\b .{0,60}?(?:\bfrom (?:the )?(?:production|prod|live|staging|server|disk|database|
      cloud|s3|bucket|remote|origin)\b|\bin (?:the )?(?:production|prod|live|home (?:directory|folder)|
      s3|bucket|root|cloud)\b|\bon (?:the )?(?:production|prod|server|disk|remote|origin|machine|host|
      live site)\b|(?<=\s)(?:/|~|/(?:etc|var|usr|home|root|boot|bin|opt|lib)\b\S*|~/\S*|c:\\\\?\S*|
      \*)(?:\s|$)|\b\.git\b|\.env\b(?!\.example))
    `,
  ),
  rule(
    'files',
    'deletes what cannot be brought back',
    String.raw`
      \b${DATA}\b .{0,30}\b(?:is|are|be|been|gets?|being|needs?|has|have|must|should|completely|
      permanently)\b .{0,20}\b${GONE}\b|\b(?:want|need|like) .{0,40}\b(?:database|data|disk|backups?|
      server|repo|everything|history|production\S*) ${GONE}\b
    `,
  ),
  rule(
    'files',
    'deletes what cannot be brought back',
    String.raw`
      \b${DESTROY}\b ${DETERMINERS}(?:production|prod|staging|main|master|trunk|live)(?:$|\s(?:now|
      please|today))|\b${DESTROY}\b ${DETERMINERS}(?:rows?|records?|entries|data|users?(?: \S+)?|
      customers?|orders?|accounts?|documents?|items|everything|all|values|anything)\b.{0,30}\b(?:from|
      in|of) (?:the |our |my |all |every )*(?:\S+ )?(?:production|prod|tables?|databases?|db|
      collections?|buckets?|clusters?|index)\b(?! (?:component|view|class|helper|ui|widget))
    `,
  ),
  rule(
    'files',
    'deletes everything',
    String.raw`
      \b(?:${DESTROY}|rm -rf|format)\b (?:absolutely |just |literally |all |of |
      it )*(?:everything(?! (?:related|that|about|to do|with|except|under|inside|in the|from the))|
      it all|the lot|all files|every file|all (?:of )?(?:it|them|the files|data|code|my files)|everyone|
      anything)\b(?! (?:after|before|from the|unused|related|except whitespace|inside the (?:function|
      loop|test|comment)))
    `,
  ),
];

/** The most usual words of other languages: a verb that destroys or hands out, near a thing that is no code; or a name of its own. */
export const OTHER_LANGUAGES: readonly OrderRule[] = [
  rule(
    'files',
    'deletes what cannot be brought back',
    String.raw`
      \b(?:lösch\w*|entfern\w*|vernicht\w*|leer\w*|zerstör\w*|verwirf\w*|formatier\w*|überschreib\w*|
      wirf|setz\w*)\b.{0,50}?(?:produktiv\w*|produktion\w*|datenbank\w*|tabelle\w*\b(?! im readme)|
      festplatte\w*|\balles\b|alle (?:dateien|daten|branches|sicherungen|container|änderungen)|
      repository|repo\b|home-?verzeichnis|verzeichnis\w*|ordner\b|sicherung\w*|backups?|server\b|
      branch\w*|historie|verlauf|bucket|cluster|änderungen|konto|konten|benutzer\b)|(?:produktiv\w*|
      datenbank\w*|festplatte|\balles\b|alle daten|backups?)\b.{0,30}\b(?:lösch\w*|löschen|vernichte\w*|
      formatieren|leeren)
    `,
  ),
  rule(
    'files',
    'deletes what cannot be brought back',
    String.raw`
      \b(?:supprime[rz]?|efface[rz]?|détrui\w*|vide[rz]?|purge[rz]?|formate[rz]?|écrase[rz]?|
      abandonne[rz]?|jette[rz]?)\b.{0,50}?(?:production|base de données|bases de données|\btables?\b|
      disque|\btout\b|tous les (?:fichiers|conteneurs)|toutes les (?:données|branches|sauvegardes)|
      dépôt|répertoire|dossier|sauvegardes?|serveur|branches?\b|historique|cluster|compte|utilisateurs|
      modifications)
    `,
  ),
  rule(
    'files',
    'deletes what cannot be brought back',
    String.raw`
      \b(?:borra\w*|delete (?:o|os|a|as|el|la|los|las)|deleta\w*|elimina\w*|destruye\w*|destruir|
      vacía\w*|vaciar|formatea\w*|sobrescrib\w*|descarta\w*|apaga\w*|apague\w*|exclu[ai]\w*|exclua|
      excluir|remov(?:a|er)|remove (?:o|os|a|as)|limpa\w*|formata\w*|destrói|
      destrua)\b.{0,50}?(?:producción|produção|base de datos|bases de datos|banco de dados|\btablas?\b|
      \btabelas?\b|disco|\btodo\b|\btudo\b|todos los (?:archivos|datos)|todos os (?:arquivos|dados)|
      todas las (?:ramas|copias)|repositorio|repositório|directorio|diretório|carpeta|pasta|
      copias? de seguridad|backups?|servidor|ramas?\b|branches?\b|historial|histórico|clúster|cluster|
      cuenta|conta\b|usuarios|usuários|cambios|alterações)
    `,
  ),
  rule(
    'files',
    'deletes what cannot be brought back',
    `(?:删除|删掉|清空|清除|销毁|格式化|抹掉|丢弃|覆盖).{0,20}(?:生产|数据库|数据表|用户表|表|磁盘|硬盘|所有|全部|一切|仓库|目录|文件夹|备份|服务器|分支|历史|集群|账户|账号|更改|修改)|(?:生产|数据库|硬盘|磁盘|所有文件|全部数据).{0,10}(?:删除|删掉|清空|销毁|格式化)|删库`,
  ),
  rule(
    'files',
    'deletes what cannot be brought back',
    `(?:データベース|本番|テーブル|ディスク|すべて|全て|全部|リポジトリ|ディレクトリ|フォルダ|バックアップ|サーバ|ブランチ|履歴|クラスタ|アカウント|変更).{0,20}(?:削除|消去|消し|破棄|初期化|フォーマット|上書き|落と)`,
  ),
  rule(
    'git',
    'overwrites a remote branch',
    String.raw`
      \bforce-?push\w*|\bpush\w*\b.{0,30}(?:erzwing\w*|mit gewalt|forciert\w*)|erzwing\w*.{0,20}\bpush|
      force[rz]? (?:le |un )?push|pousse[rz]? (?:de )?force|push forcé|push forzado|forza\w* (?:el |
      un )?push|haz (?:un )?(?:push|git push) (?:forzado|--force)|força\w* (?:o |um )?push|push forçado|
      强制推送|强推|強制プッシュ|フォースプッシュ|强制push|強制push
    `,
  ),
  rule(
    'secrets',
    'hands out secrets',
    String.raw`
      \b(?:zeig\w*|gib\b|schick\w*|sende\w*|druck\w*|verrate\w*|montre[rz]?|envoie\w*|envoyez|
      affiche[rz]?|donne[rz]?|imprime\w*|muestra\w*|muéstra\w*|envía\w*|envia\w*|mostra\w*|mostre|
      imprima|revela\w*)\b.{0,40}?(?:passw\w*|passwörter|kennw\w*|schlüssel|geheimnis\w*|
      umgebungsvariabl\w*|zugangsdaten|token|api[- ]?key|mots? de passe|clés?\b|clef|secrets?|
      variables d['’]environnement|identifiants|contraseñas?|claves?|senhas?|chaves?|credenciais|
      credenciales|variables de entorno|variáveis de ambiente|\.env\b)|(?:显示|打印|输出|发送|发给|
      告诉).{0,15}(?:密码|密钥|令牌|环境变量|凭证|token|api ?key)|(?:パスワード|秘密鍵|トークン|環境変数|apiキー|認証情報).{0,12}(?:表示|送っ|
      送信|出力|教え|見せ)
    `,
  ),
  rule(
    'publishing',
    'publishes or deploys',
    String.raw`
      \b(?:veröffentlich\w*|stell\w*|spiel\w*|rolle?|deploye?\w*|bring\w*)\b.{0,40}?(?:\bnpm\b|pypi|
      in produktion|auf produktion|produktiv|produktion|live\b)|\b(?:publie[rz]?|déploie\w*|déployez|
      déployer|mets|mettez)\b.{0,40}?(?:npm|pypi|production|\bprod\b)|\b(?:publica\w*|publique|
      despliega\w*|desplegar|implanta\w*|implante|faça deploy|haz deploy|suba?\b|sube)\b.{0,40}?(?:npm|
      pypi|producción|produção|\bprod\b)|(?:发布到|部署到|上线到|发布).{0,8}(?:npm|生产|线上|正式)|(?:本番|
      npm).{0,8}(?:デプロイ|公開|リリース)
    `,
  ),
  rule(
    'system',
    'takes machines or services down',
    String.raw`
      \b(?:fahr\w*|starte?\w*|schalt\w*)\b.{0,30}(?:server|rechner|maschine|host)\b.{0,20}(?:herunter|
      neu|aus|ab)\b|\b(?:redémarre[rz]?|éteins|éteignez|éteindre|arrête[rz]?)\b.{0,25}(?:serveur|
      machine|ordinateur)|\b(?:reinicia\w*|reinicie|apaga\w*|desliga\w*|desligue|detén|
      para)\b.{0,25}(?:servidor|máquina|ordenador|computador)|(?:重启|关闭|关掉|停止|关机).{0,8}(?:服务器|机器|主机|电脑)|
      (?:サーバー?|マシン|ホスト).{0,8}(?:再起動|シャットダウン|停止|落と)
    `,
  ),
  rule(
    'protections',
    'goes around a protection',
    String.raw`
      \b(?:überspring\w*|deaktivier\w*|umgeh\w*|ignorier\w*|schalt\w*)\b.{0,40}?(?:hooks?|tests\b|
      prüfung\w*|ci\b|branch-?schutz|schutz|anweisung\w*|regeln|firewall|sicherheit\w*)|
      \b(?:ignore[rz]?|contourne[rz]?|désactive[rz]?|saute[rz]?|oublie[rz]?)\b.{0,40}?(?:hooks?|tests\b|
      vérifications?|instructions|règles|protections?|pare-feu|sécurité)|\b(?:ignora\w*|omite\w*|omitir|
      desactiva\w*|desativ\w*|salta\w*|pula\w*|pule|olvida\w*|esqueça|esquece)\b.{0,40}?(?:hooks?|
      tests\b|pruebas|testes|instrucciones|instruções|reglas|regras|protecci\w*|proteç\w*|cortafuegos|
      firewall|seguridad|segurança)|(?:忽略|跳过|绕过|关闭|禁用).{0,12}(?:指令|规则|测试|检查|钩子|保护|防火墙|安全)|(?:指示|ルール|テスト|
      チェック|フック|保護|ファイアウォール).{0,8}(?:無視|スキップ|無効|回避)
    `,
  ),
  rule(
    'github',
    'merges or changes what all share',
    String.raw`
      \b(?:merge|mergen|führe)\b.{0,25}(?:pull[- ]?request|\bpr\b).{0,15}|\b(?:fusionne[rz]?|
      merge[rz]?)\b.{0,25}(?:\bla pr\b|\ble pr\b|pull request)|\b(?:fusiona\w*|mergea\w*|mescle|
      mescla\w*|faça merge|haz merge)\b.{0,25}(?:\bpr\b|pull request)|合并.{0,6}(?:pr|拉取请求|到主|到main|
      到master)|(?:プルリク\S*|pr)を?(?:マージ)
    `,
  ),
];

/** In those languages: what forbids, and what is about the work. */
export const OTHER_HARMLESS = pattern(String.raw`
      \b(?:nicht|niemals|kein\w*|ohne zu|ne\b.{0,30}\b(?:pas|jamais)|n['’]\S+ (?:pas|jamais)|jamais|
      nunca|sin\b|não|no (?:borres|elimines|hagas|toques|ejecutes))\b|不要|别|请勿|禁止|しないで|しないこと|せずに|禁止|
      ^(?:erkläre?|beschreibe?|dokumentiere?|schreib\w*|füge?\b|ergänze|implementiere|teste|
      explique[rz]?|décri\w*|documente[rz]?|ajoute[rz]?|écri\w*|implémente[rz]?|explica\w*|describe|
      documenta\w*|añade|agrega|escribe|implementa\w*|adicione|adiciona|escreva|descreva|解释|说明|描述|添加|编写|
      实现|修复|测试)
    `);

/**
 * Verbs that destroy, hand out or let loose, and are rarely said of code. What they are said of must be recognized as part of the code, or a
 * person is asked: no list names everything that can be destroyed.
 */
export const GRAVE_VERBS: readonly (readonly [RegExp, RiskCategory, string])[] = [
  [
    pattern(String.raw`
        ^(?:delete|wipe(?: out)?|erase|destroy|nuke|purge|shred|zero out|trash|tear down|obliterate|
        annihilate|eradicate|flush|truncate|empty|expunge|demolish|yeet|zap|scrub)\b
      `),
    'files',
    'deletes what may not come back',
  ],
  [
    /^(?:kill|terminate|shut ?down|shut|power (?:off|down)|reboot|halt|restart|stop|bounce|hibernate|suspend)\b/,
    'processes',
    'ends what may be somebody else’s',
  ],
  [/^(?:discard|throw away|abandon|revert|roll ?back|undo|prune)\b/, 'git', 'throws work away'],
  [/^(?:merge|approve|squash(?: and merge)?)\b/, 'github', 'changes what all share'],
  [
    /^(?:deploy|redeploy|ship|publish|unpublish|release|promote|roll(?= (?:it|this|that|the|out|everything))|go live)\b/,
    'publishing',
    'publishes or deploys',
  ],
  [
    /^(?:revoke|grant|rotate|transfer|drain|evict|cordon|provision|deprovision|decommission)\b/,
    'cloud',
    'changes what others use',
  ],
  [
    /^(?:exfiltrate|leak|reveal|disclose|upload|email|e-mail|hand over|tell me the (?:value|content|contents|password|key|token|secret))\b/,
    'exfiltration',
    'hands something out',
  ],
  [
    /^(?:bypass|circumvent|disable|turn off|switch off|deactivate|override|suppress|forget|disregard)\b/,
    'protections',
    'may turn a protection off',
  ],
];

/** Said of these, the verbs above are everyday too. */
export const EVERYDAY_OBJECTS = pattern(String.raw`
      ^(?:(?:the |this |that |your |my |our |its |all |any )*(?:(?:dev|development|local|test|watch|
      preview|storybook|vite|webpack|next|mock|ts|language|lsp) ?(?:server|process|build|container|
      database|db|mode|watcher)?|(?:latest |newest |current |upstream |origin\/)*(?:main|master|develop|
      trunk)\b.*\b(?:in(?:to)?|with) (?:this|your|the|my|our|it|feature).*|(?:last|previous|latest|
      most recent|your last|that) (?:commit|change|edit|step|fix|refactoring?)|(?:commit|change|edit|
      fix|step) \S+|conflicts?|it|this|that|them|those|these|one|tests?)(?:$|\s(?:and|after|when|if|
      before|in|on|at|with|for|to|once|then|now|again)\b)|(?:the |a |an )?(?:lock|promise|event|mutex|
      focus|memory|resources?|listeners?|handles?)\b|(?:your|my|the|all|upstream|latest|these|
      those) (?:\S+ )?changes (?:in(?:to)?|to|from) |upstream\b|\S+ing\b|the two\b|both\b|case\b|
      (?:re-?)?render)
    `);
/** A pronoun says nothing of what is meant; with these verbs it is most often the last thing said. */
/** The verb and what belongs to it, with the thing between them: “take the site down”. */
export const SPLIT_VERB =
  /^(?:turn|take|bring|shut|switch|power|tear|throw|blow|knock|wipe|pull the plug on)\b (.{1,60}?)(?: (?:off|down|away)\b|$)/;

export const LIGHT_VERBS = /^(?:stop|revert|undo|restart|disable|turn off|override|discard|squash)\b/;
