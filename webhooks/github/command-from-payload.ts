import { z } from 'zod';
import type { Identity, Request } from '../../src/commands/index.ts';
import { cleanTitle, type Delivery, githubLogin, parseRepo, type RepoName } from '../../src/domain/index.ts';
import type { HANDLED_EVENTS } from './events.ts';

export type PayloadRules = {
  /** The label that gives an issue to the fleet. Case does not count on GitHub. */
  readonly label: string;
  /** The label that makes an issue one of the project's objectives. */
  readonly objectiveLabel: string;
  /** Logins of bots whose labels count like a person's, such as `triage[bot]`. */
  readonly allowedBots: readonly string[];
  /** Fleet Director's own login; what it did itself asks for nothing. Null: not known. */
  readonly ownLogin: string | null;
};

/** What a stored delivery asks for; most ask for nothing, and `why` says so for the log. */
export type Reading =
  | { readonly kind: 'request'; readonly request: Request }
  | { readonly kind: 'ignored'; readonly why: string };

const person = z.object({ login: z.string().min(1), type: z.string() });
const repository = z.object({ full_name: z.string() });
const label = z.object({ name: z.string() });

const issueEvent = z.object({
  issue: z.object({
    number: z.number().int().positive(),
    title: z.string(),
    body: z.string().nullable(),
    html_url: z.url(),
    state: z.enum(['open', 'closed']),
    updated_at: z.iso.datetime({ offset: true }),
    labels: z.array(label),
    // GitHub counts pull requests as issues; only those carry one of these.
    pull_request: z.unknown().optional(),
    head: z.unknown().optional(),
  }),
  /** Only with `labeled` and `unlabeled`. */
  label: label.nullish(),
  repository,
  sender: person,
});
type IssueEvent = z.infer<typeof issueEvent>;

const pullRequestEvent = z.object({
  pull_request: z.object({
    number: z.number().int().positive(),
    title: z.string(),
    html_url: z.url(),
    // Null when the fork it came from is gone.
    head: z.object({ ref: z.string(), repo: repository.nullable() }),
  }),
  repository,
  sender: person,
});

const paths = z.array(z.string());
const pushEvent = z.object({
  ref: z.string(),
  // GitHub tells of 2048 commits at most.
  commits: z.array(z.object({ added: paths, removed: paths, modified: paths })),
  repository,
  sender: person,
});

export function commandFromPayload(delivery: Delivery, rules: PayloadRules): Reading {
  switch (delivery.kind) {
    case 'issues.labeled':
    case 'issues.opened':
    case 'issues.unlabeled':
    case 'issues.edited':
    case 'issues.closed':
    case 'issues.reopened':
    case 'issues.deleted':
    case 'issues.transferred': {
      const parsed = issueEvent.safeParse(delivery.payload);
      return parsed.success
        ? fromIssue(delivery.kind, parsed.data, rules)
        : unreadable(delivery, parsed.error);
    }
    case 'pull_request.opened':
    case 'pull_request.reopened':
    case 'pull_request.ready_for_review': {
      const parsed = pullRequestEvent.safeParse(delivery.payload);
      return parsed.success ? fromPullRequest(parsed.data) : unreadable(delivery, parsed.error);
    }
    case 'push': {
      const parsed = pushEvent.safeParse(delivery.payload);
      return parsed.success ? fromPush(parsed.data) : unreadable(delivery, parsed.error);
    }
    default:
      return ignored(`${delivery.kind} is nothing Fleet Director acts on`);
  }
}

type IssueKind = `issues.${(typeof HANDLED_EVENTS)['issues']['actions'][number]}`;

function fromIssue(kind: IssueKind, event: IssueEvent, rules: PayloadRules): Reading {
  const { issue, label: changed, repository: inRepo } = event;
  const repo = parseRepo(inRepo.full_name);
  if (!repo.ok) return ignored(`${inRepo.full_name} is no repository name`);
  if (issue.pull_request !== undefined || issue.head !== undefined) return ignored('it is a pull request');
  const has = (name: string) => issue.labels.some((each) => isLabel(each.name, name));
  const isAbout = (name: string) => isLabel(changed?.name ?? '', name);
  switch (kind) {
    case 'issues.labeled':
    case 'issues.unlabeled':
      if (isAbout(rules.label)) return taskOf(kind, event, repo.value, rules);
      if (isAbout(rules.objectiveLabel)) return objectiveOf(kind, event, repo.value);
      return ignored(`it is not about the label ${rules.label}, nor about ${rules.objectiveLabel}`);
    case 'issues.opened':
      // With the label of objectives beside it, GitHub tells of each label once more.
      if (has(rules.label)) return taskOf(kind, event, repo.value, rules);
      if (has(rules.objectiveLabel)) return objectiveOf(kind, event, repo.value);
      return ignored(`it does not have the label ${rules.label}, nor ${rules.objectiveLabel}`);
    default:
      if (has(rules.objectiveLabel)) return objectiveOf(kind, event, repo.value);
      return ignored(`it does not have the label ${rules.objectiveLabel}`);
  }
}

function taskOf(
  kind: 'issues.labeled' | 'issues.opened' | 'issues.unlabeled',
  { issue, sender }: IssueEvent,
  repo: RepoName,
  rules: PayloadRules,
): Reading {
  const bot = botFault(sender, rules);
  if (bot !== null) return ignored(bot);
  const from = identityOf(sender);
  const place = { kind: 'issue', repo, issue: issue.number } as const;
  if (kind === 'issues.unlabeled') {
    return asks({ from, place, ask: { kind: 'issue-unlabelled', repo, issue: issue.number } });
  }
  if (issue.state === 'closed') return ignored('the issue is closed');
  return asks({
    from,
    place,
    ask: {
      kind: 'issue-labelled',
      repo,
      issue: issue.number,
      title: issue.title.trim(),
      body: plainBody(issue.body ?? ''),
      url: issue.html_url,
    },
  });
}

/** Whoever changed it, also a bot: it is what the issue is now. */
function objectiveOf(kind: IssueKind, { issue, sender }: IssueEvent, repo: RepoName): Reading {
  const isOne = kind !== 'issues.unlabeled' && kind !== 'issues.deleted' && kind !== 'issues.transferred';
  return asks({
    from: identityOf(sender),
    // Nobody reads an answer to it.
    place: { kind: 'shell' },
    ask: {
      kind: 'objective-told',
      repo,
      objective: {
        issue: issue.number,
        title: cleanTitle(issue.title),
        url: issue.html_url,
        state: isOne ? issue.state : 'dropped',
        changedAt: new Date(issue.updated_at),
      },
    },
  });
}

function fromPullRequest({
  pull_request: pullRequest,
  repository: { full_name },
  sender,
}: z.infer<typeof pullRequestEvent>): Reading {
  const repo = parseRepo(full_name);
  if (!repo.ok) return ignored(`${full_name} is no repository name`);
  // Anyone may name a branch of a fork like one of the fleet's.
  if (!isSameRepo(pullRequest.head.repo?.full_name, repo.value)) return ignored('its branch is in a fork');
  return asks({
    from: identityOf(sender),
    place: { kind: 'issue', repo: repo.value, issue: pullRequest.number },
    ask: {
      kind: 'pull-request-opened',
      repo: repo.value,
      branch: pullRequest.head.ref,
      pullRequest: { url: pullRequest.html_url, number: pullRequest.number, title: pullRequest.title },
    },
  });
}

const BRANCH = 'refs/heads/';

function fromPush({ ref, commits, repository: { full_name }, sender }: z.infer<typeof pushEvent>): Reading {
  const repo = parseRepo(full_name);
  if (!repo.ok) return ignored(`${full_name} is no repository name`);
  if (!ref.startsWith(BRANCH)) return ignored('it is no branch');
  const files = new Set(
    commits.flatMap(({ added, removed, modified }) => [...added, ...removed, ...modified]),
  );
  return asks({
    from: identityOf(sender),
    // Nobody reads an answer to a push.
    place: { kind: 'shell' },
    ask: {
      kind: 'branch-pushed',
      repo: repo.value,
      branch: ref.slice(BRANCH.length),
      files: [...files],
    },
  });
}

function botFault(sender: z.infer<typeof person>, rules: PayloadRules): string | null {
  if (rules.ownLogin !== null && isLabel(sender.login, rules.ownLogin)) return 'Fleet Director did it itself';
  if (sender.type !== 'Bot' || rules.allowedBots.some((login) => isLabel(login, sender.login))) return null;
  return `${sender.login} is a bot that may not give work`;
}

/** GitHub keeps the case of labels and logins and ignores it when it compares them. */
function isLabel(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

function isSameRepo(one: string | undefined, other: RepoName): boolean {
  return one?.toLowerCase() === other.toLowerCase();
}

function identityOf(sender: z.infer<typeof person>): Identity {
  return { source: 'github', externalId: githubLogin(sender.login), name: sender.login };
}

/** GitHub sends Windows line ends, and templates leave comments that nobody sees on the page. */
function plainBody(body: string): string {
  return body
    .replace(/\r\n?/g, '\n')
    .replace(/<!--[\s\S]*?-->/g, '')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

function asks(request: Request): Reading {
  return { kind: 'request', request };
}

function ignored(why: string): Reading {
  return { kind: 'ignored', why };
}

function unreadable(delivery: Delivery, error: z.ZodError): Reading {
  const paths = error.issues.map((issue) => issue.path.join('.')).join(', ');
  return ignored(`${delivery.kind} is not shaped as GitHub documents it (${paths})`);
}
