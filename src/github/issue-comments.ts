import { type Card, err, type IssuePlace, ok, type Result, type Thread } from '../domain/index.ts';
import { COMMENT_MAX, renderComment } from './card-markdown.ts';
import type { GithubClient, RepositoryClient, Self } from './client.ts';
import { faultOf, type GithubFault } from './fault.ts';

/** Why a comment was not written. `retry`: later it may be; `refused`: never, `why` says what to do in one sentence. */
export type CommentFailure =
  | { readonly kind: 'retry'; readonly afterMs: number; readonly why: string }
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'message-gone' };

type Place = Pick<Thread, 'issue'>;
type Message = { readonly card: Card; readonly marker: string; readonly parent: string | null };

/** The one comment of an issue in which a task is told, written once and edited in place. */
export interface IssueSurface {
  post(thread: Place, message: Message): Promise<Result<{ readonly messageId: string }, CommentFailure>>;
  edit(thread: Place, messageId: string, card: Card, marker: string): Promise<Result<void, CommentFailure>>;
  find(thread: Place, marker: string, parent: string | null): Promise<Result<string | null, CommentFailure>>;
  /** Says something beside the threads, once for each marker. */
  tell(issue: IssuePlace, card: Card, marker: string): Promise<Result<void, CommentFailure>>;
}

const RETRY_AFTER_MS = 30_000;
const COMMENTS_PER_PAGE = 100;
/** What a reply is called here: it is no message of its own, the comment above tells all of it. */
const FOLDED = 'folded-into-the-comment';

export function createIssueSurface(client: GithubClient, redact: (text: string) => string): IssueSurface {
  const surface: IssueSurface = {
    async post(thread, { card, marker, parent }) {
      if (parent !== null) return ok({ messageId: FOLDED });
      return within(client, thread, async ({ octokit, owner, repo }, place) => {
        const issue = { owner, repo, issue_number: place.issue };
        const body = bodyOf(card, marker, redact);
        try {
          // A second try after a lost answer would write a second comment, so it is looked for instead.
          const { data } = await octokit.rest.issues.createComment({
            ...issue,
            body,
            request: { retries: 0 },
          });
          return ok({ messageId: String(data.id) });
        } catch (cause) {
          const fault = expected(cause);
          if (fault.kind !== 'unreachable') return err(await whyNot(octokit, issue, place, fault));
          const found = await surface.find(thread, marker, null);
          if (found.ok && found.value !== null) return ok({ messageId: found.value });
          return err(retryLater(fault));
        }
      });
    },

    async edit(thread, messageId, card, marker) {
      if (messageId === FOLDED) return ok(undefined);
      return within(client, thread, async ({ octokit, owner, repo }, place) => {
        try {
          await octokit.rest.issues.updateComment({
            owner,
            repo,
            comment_id: Number(messageId),
            body: bodyOf(card, marker, redact),
          });
          return ok(undefined);
        } catch (cause) {
          const fault = expected(cause);
          const issue = { owner, repo, issue_number: place.issue };
          if (fault.kind === 'answered' && fault.status === 404 && (await canSee(octokit, issue))) {
            return err({ kind: 'message-gone' });
          }
          return err(await whyNot(octokit, issue, place, fault));
        }
      });
    },

    async find(thread, marker, parent) {
      if (parent !== null) return ok(null);
      const self = await client.self();
      if (!self.ok) return err(translate(self.error, 'this installation'));
      return within(client, thread, async ({ octokit, owner, repo }, place) => {
        const issue = { owner, repo, issue_number: place.issue };
        try {
          const pages = octokit.paginate.iterator(octokit.rest.issues.listComments, {
            ...issue,
            per_page: COMMENTS_PER_PAGE,
          });
          for await (const page of pages) {
            const ours = page.data.find(
              (comment) => isBy(self.value, comment) && (comment.body ?? '').startsWith(invisible(marker)),
            );
            if (ours !== undefined) return ok(String(ours.id));
          }
          return ok(null);
        } catch (cause) {
          return err(await whyNot(octokit, issue, place, expected(cause)));
        }
      });
    },

    async tell(issue, card, marker) {
      const found = await surface.find({ issue }, marker, null);
      if (!found.ok) return found;
      if (found.value !== null) return ok(undefined);
      const posted = await surface.post({ issue }, { card, marker, parent: null });
      return posted.ok ? ok(undefined) : posted;
    },
  };
  return surface;
}

type IssueAddress = { readonly owner: string; readonly repo: string; readonly issue_number: number };

async function within<T>(
  client: GithubClient,
  thread: Place,
  work: (repository: RepositoryClient, place: IssuePlace) => Promise<Result<T, CommentFailure>>,
): Promise<Result<T, CommentFailure>> {
  if (thread.issue === null) return err({ kind: 'refused', why: 'This thread belongs to no GitHub issue.' });
  const repository = await client.forRepository(thread.issue.repo);
  if (!repository.ok) return err(translate(repository.error, thread.issue.repo));
  return work(repository.value, thread.issue);
}

function bodyOf(card: Card, marker: string, redact: (text: string) => string): string {
  const head = `${invisible(marker)}\n`;
  return `${head}${renderComment(card, redact, COMMENT_MAX - head.length)}`;
}

/** HTML comments are not shown. Two hyphens would end one. */
function invisible(marker: string): string {
  return `<!-- fleet-director:${encodeURIComponent(marker).replaceAll('-', '%2D')} -->`;
}

function isBy(
  self: Self,
  comment: {
    readonly user: { readonly login: string } | null;
    readonly performed_via_github_app?: { readonly id?: number } | null | undefined;
  },
): boolean {
  if (self.appId !== null && comment.performed_via_github_app?.id === self.appId) return true;
  return comment.user?.login === self.login;
}

function expected(cause: unknown): GithubFault {
  const fault = faultOf(cause);
  if (fault === null) throw cause;
  return fault;
}

async function canSee(octokit: RepositoryClient['octokit'], issue: IssueAddress): Promise<boolean> {
  return (await lookAt(octokit, issue)) !== null;
}

async function lookAt(
  octokit: RepositoryClient['octokit'],
  issue: IssueAddress,
): Promise<{ readonly locked: boolean } | null> {
  try {
    const { data } = await octokit.rest.issues.get(issue);
    return { locked: data.locked };
  } catch (cause) {
    expected(cause);
    return null;
  }
}

/** A 403 says nothing of its reason, so the issue is looked at. */
async function whyNot(
  octokit: RepositoryClient['octokit'],
  issue: IssueAddress,
  place: IssuePlace,
  fault: GithubFault,
): Promise<CommentFailure> {
  if (fault.kind === 'answered' && fault.status === 403 && (await lookAt(octokit, issue))?.locked === true) {
    return {
      kind: 'refused',
      why: `The conversation of ${place.repo}#${place.issue} is locked: unlock it, or let Fleet Director write to the repository.`,
    };
  }
  return translate(fault, place.repo);
}

function translate(fault: GithubFault, where: string): CommentFailure {
  switch (fault.kind) {
    case 'unreachable':
      return retryLater(fault);
    case 'limited':
      return {
        kind: 'retry',
        afterMs: fault.afterMs,
        why: 'GitHub asks to wait: its rate limit is used up.',
      };
    case 'answered':
      return { kind: 'refused', why: sentenceFor(fault.status, where) };
  }
}

function retryLater(fault: { readonly detail: string }): CommentFailure {
  return { kind: 'retry', afterMs: RETRY_AFTER_MS, why: `GitHub did not answer: ${fault.detail}` };
}

function sentenceFor(status: number, where: string): string {
  switch (status) {
    case 401:
      return 'GitHub does not accept the credentials: renew GITHUB_TOKEN, or GITHUB_APP_ID and GITHUB_PRIVATE_KEY, and start again.';
    case 403:
      return `GitHub lets Fleet Director not write comments in ${where}: give it the permission “Issues: read and write”.`;
    case 404:
      return `GitHub shows Fleet Director no such issue in ${where}: install the GitHub App there, or use a token that may see it.`;
    case 410:
      return `Issues are turned off or this one was deleted in ${where}: turn them on in the repository's settings.`;
    case 422:
      return `GitHub refuses the comment in ${where} as invalid: look whether the account of Fleet Director is flagged or blocked there.`;
    default:
      return `GitHub answered ${status} for ${where}: look at the log and at githubstatus.com.`;
  }
}
