import { createAppAuth } from '@octokit/auth-app';
import { retry } from '@octokit/plugin-retry';
import { throttling } from '@octokit/plugin-throttling';
import { Octokit } from '@octokit/rest';
import { err, type Log, ok, type RepoName, type Result } from '../domain/index.ts';
import { faultOf, type GithubFault } from './fault.ts';

export type GithubAuth =
  | { readonly kind: 'app'; readonly appId: number; readonly privateKey: string }
  | { readonly kind: 'token'; readonly token: string };

export type GithubOptions = {
  /** Null: github.com. Enterprise Server: `https://HOST/api/v3`. */
  readonly apiUrl: string | null;
  readonly auth: GithubAuth;
  readonly log: Log;
};

/** Who Fleet Director is on GitHub. `appId` is null when it goes by a person's or a machine user's token. */
export type Self = { readonly login: string; readonly appId: number | null };

/** One repository with the client that may touch it, and its name in the two parts the API wants. */
export type RepositoryClient = { readonly octokit: Octokit; readonly owner: string; readonly repo: string };

export interface GithubClient {
  /** An app gets a token that is good for this one repository. */
  forRepository(name: RepoName): Promise<Result<RepositoryClient, GithubFault>>;
  self(): Promise<Result<Self, GithubFault>>;
}

const REQUEST_TIMEOUT_MS = 20_000;
/** A limit that lifts later than this is told to the caller, who has other things to do meanwhile. */
const WAIT_AT_MOST_SECONDS = 20;
const RETRIES_PER_REQUEST = 2;
const USER_AGENT = 'fleet-director';

const LimitedOctokit = Octokit.plugin(throttling, retry);

/**
 * All clients of one process wait in the same queues: GitHub counts writes per account, whatever they are for.
 * Source: docs.github.com, "Rate limits for the REST API" (80 writes a minute that make content, 100 requests at once).
 */
export function createGithubClient({ apiUrl, auth, log }: GithubOptions): GithubClient {
  const open = (authentication: Partial<ConstructorParameters<typeof Octokit>[0]>): Octokit =>
    new LimitedOctokit({
      ...authentication,
      ...(apiUrl === null ? {} : { baseUrl: apiUrl.replace(/\/$/, '') }),
      userAgent: USER_AGENT,
      request: { fetch: fetchWithin(REQUEST_TIMEOUT_MS) },
      retry: { retries: RETRIES_PER_REQUEST },
      throttle: {
        id: apiUrl ?? 'github.com',
        onRateLimit: (afterSeconds, _request, _octokit, retryCount) =>
          retryCount === 0 && afterSeconds <= WAIT_AT_MOST_SECONDS,
        onSecondaryRateLimit: (afterSeconds, _request, _octokit, retryCount) =>
          retryCount === 0 && afterSeconds <= WAIT_AT_MOST_SECONDS,
      },
      log: {
        debug: () => undefined,
        info: () => undefined,
        warn: (message: string) => log.info({ part: 'github' }, message),
        // Whoever asked is told, and says what it means.
        error: (message: string) => log.info({ part: 'github' }, message),
      },
    });
  return auth.kind === 'token' ? tokenClient(open({ auth: auth.token })) : appClient(auth, open);
}

function tokenClient(octokit: Octokit): GithubClient {
  const self = once(async () => {
    const { data } = await octokit.rest.users.getAuthenticated();
    return { login: data.login, appId: null };
  });
  return {
    forRepository: async (name) => ok({ octokit, ...partsOf(name) }),
    self,
  };
}

function appClient(
  { appId, privateKey }: { readonly appId: number; readonly privateKey: string },
  open: (authentication: Partial<ConstructorParameters<typeof Octokit>[0]>) => Octokit,
): GithubClient {
  const asApp = open({ authStrategy: createAppAuth, auth: { appId, privateKey } });
  const installations = new Map<string, number>();
  const byRepository = new Map<RepoName, { readonly token: string; readonly octokit: Octokit }>();

  async function installationOf(owner: string, repo: string): Promise<number> {
    const known = installations.get(`${owner}/${repo}`);
    if (known !== undefined) return known;
    const { data } = await asApp.rest.apps.getRepoInstallation({ owner, repo });
    installations.set(`${owner}/${repo}`, data.id);
    return data.id;
  }

  async function tokenFor(owner: string, repo: string): Promise<string> {
    const answer: unknown = await asApp.auth({
      type: 'installation',
      installationId: await installationOf(owner, repo),
      repositoryNames: [repo],
    });
    return parseToken(answer);
  }

  return {
    async forRepository(name) {
      const { owner, repo } = partsOf(name);
      try {
        const token = await tokenFor(owner, repo);
        const known = byRepository.get(name);
        const octokit = known?.token === token ? known.octokit : open({ auth: token });
        byRepository.set(name, { token, octokit });
        return ok({ octokit, owner, repo });
      } catch (cause) {
        // The app may have been installed anew, under another number.
        installations.delete(`${owner}/${repo}`);
        const fault = faultOf(cause);
        if (fault === null) throw cause;
        return err(fault);
      }
    },
    self: once(async () => {
      const { data } = await asApp.rest.apps.getAuthenticated();
      return { login: `${data?.slug ?? ''}[bot]`, appId };
    }),
  };
}

/** Asks until it is answered, then never again: who we are does not change while the process lives. */
function once(ask: () => Promise<Self>): () => Promise<Result<Self, GithubFault>> {
  let answered: Self | null = null;
  return async () => {
    if (answered !== null) return ok(answered);
    try {
      answered = await ask();
      return ok(answered);
    } catch (cause) {
      const fault = faultOf(cause);
      if (fault === null) throw cause;
      return err(fault);
    }
  };
}

function partsOf(name: RepoName): { owner: string; repo: string } {
  const [owner = '', repo = ''] = name.split('/');
  return { owner, repo };
}

function parseToken(answer: unknown): string {
  if (
    typeof answer === 'object' &&
    answer !== null &&
    'token' in answer &&
    typeof answer.token === 'string'
  ) {
    return answer.token;
  }
  throw new Error('GitHub gave no installation token');
}

function fetchWithin(timeoutMs: number): typeof fetch {
  return (input, init) => {
    const limit = AbortSignal.timeout(timeoutMs);
    const signal = init?.signal ? AbortSignal.any([init.signal, limit]) : limit;
    return fetch(input, { ...init, signal });
  };
}
