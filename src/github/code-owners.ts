import { err, githubLogin, ok, type RepoName, type Result } from '../domain/index.ts';
import type { GithubClient, RepositoryClient } from './client.ts';
import { faultOf, type GithubFault } from './fault.ts';

/** Who owns the code of a repository, by login. An error is one sentence that says what to do. */
export type CodeOwners = { of(repo: RepoName): Promise<Result<readonly string[], string>> };

/** The first that is there counts. Source: docs.github.com, "About code owners". */
const PLACES = ['.github/CODEOWNERS', 'CODEOWNERS', 'docs/CODEOWNERS'] as const;
/** Somebody who left may answer for so long. */
const REMEMBER_FOR_MS = 5 * 60_000;
const TEAM_MAX = 100;

export function createCodeOwners(client: GithubClient, now: () => Date): CodeOwners {
  const known = new Map<RepoName, { readonly owners: readonly string[]; readonly readAt: Date }>();

  async function read(name: RepoName): Promise<Result<readonly string[], string>> {
    const repository = await client.forRepository(name);
    if (!repository.ok) return err(sentenceOf(name, repository.error));
    try {
      const written = await firstFile(repository.value);
      if (written === null) {
        return err(
          `${name} has no CODEOWNERS file, and only code owners may answer this. Add one, or change the rules.`,
        );
      }
      const { logins, teams } = ownersIn(written);
      const members = await Promise.all(teams.map((team) => membersOf(repository.value, team)));
      return ok([...new Set([...logins, ...members.flat()])]);
    } catch (cause) {
      const fault = faultOf(cause);
      if (fault === null) throw cause;
      return err(sentenceOf(name, fault));
    }
  }

  return {
    async of(name) {
      const before = known.get(name);
      if (before !== undefined && now().getTime() - before.readAt.getTime() < REMEMBER_FOR_MS) {
        return ok(before.owners);
      }
      const owners = await read(name);
      if (owners.ok) known.set(name, { owners: owners.value, readAt: now() });
      return owners;
    },
  };
}

type Team = { readonly org: string; readonly slug: string };

/** Everybody a CODEOWNERS file names, for whatever part. An address of mail names nobody who could be told apart here. */
export function ownersIn(written: string): {
  readonly logins: readonly string[];
  readonly teams: readonly Team[];
} {
  const names = written
    .split('\n')
    .map((line) => line.replace(/#.*$/, '').trim())
    .flatMap((line) => line.split(/\s+/).slice(1))
    .filter((word) => word.startsWith('@'))
    .map((word) => githubLogin(word.slice(1)));
  return {
    logins: names.filter((name) => !name.includes('/')),
    teams: names.flatMap((name) => {
      const [org, slug] = name.split('/');
      return org === undefined || slug === undefined ? [] : [{ org, slug }];
    }),
  };
}

async function firstFile({ octokit, owner, repo }: RepositoryClient): Promise<string | null> {
  for (const path of PLACES) {
    try {
      const { data } = await octokit.rest.repos.getContent({ owner, repo, path });
      if (!Array.isArray(data) && data.type === 'file') {
        return Buffer.from(data.content, 'base64').toString('utf8');
      }
    } catch (cause) {
      const fault = faultOf(cause);
      if (fault?.kind !== 'answered' || fault.status !== 404) throw cause;
    }
  }
  return null;
}

/** A team that may not be read has no members: whoever is in it is refused with the sentence of the others. */
async function membersOf({ octokit }: RepositoryClient, { org, slug }: Team): Promise<readonly string[]> {
  try {
    const { data } = await octokit.rest.teams.listMembersInOrg({ org, team_slug: slug, per_page: TEAM_MAX });
    return data.map(({ login }) => githubLogin(login));
  } catch (cause) {
    const fault = faultOf(cause);
    if (fault?.kind !== 'answered') throw cause;
    return [];
  }
}

function sentenceOf(repo: RepoName, fault: GithubFault): string {
  switch (fault.kind) {
    case 'unreachable':
      return 'GitHub does not answer, and it knows the code owners who may answer this. Try again in a minute.';
    case 'limited':
      return `GitHub's rate limit is used up: try again in ${Math.ceil(fault.afterMs / 60_000)} min.`;
    case 'answered':
      return `GitHub does not show me the code owners of ${repo} (${fault.status}). Give the app read access to its contents.`;
  }
}
