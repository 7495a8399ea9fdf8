import { type Host, ok, type Result } from '../domain/index.ts';
import type { Connection } from './connection.ts';
import { type HostFailure, refuse } from './host-failure.ts';
import type { ShellScript } from './shell.ts';

export type WorkToSave = { readonly worktree: string; readonly branch: string; readonly message: string };

/** `files`: how many were not committed. `isPushed`: the remote has it; if not, only the host. */
export type SavedWork = { readonly branch: string; readonly files: number; readonly isPushed: boolean };

export async function saveWork(
  host: Host,
  connection: Connection,
  { worktree, branch, message }: WorkToSave,
  signal: AbortSignal,
): Promise<Result<SavedWork, HostFailure>> {
  const saved = await connection.run({ ...SAVE, words: [worktree, branch, message] }, signal);
  if (!saved.ok) return saved;
  const [name, files, pushed] = saved.value.trimEnd().split('\n');
  if (name === undefined || files === undefined || !/^\d+$/.test(files.trim())) {
    return refuse(host, 'git did not say what it saved');
  }
  return ok({ branch: name, files: Number(files), isPushed: pushed === 'pushed' });
}

const PUSH_LIMIT_S = 60;

/**
 * The commit is made beside the index, so that a merge under way, a lock or an agent's half-staged files stand in nobody's way. No hook
 * of the repository runs. The branch takes it where it is checked out and nothing is under way; elsewhere a branch of its own does.
 * What git ignores is not saved.
 */
const SAVE: Omit<ShellScript, 'words'> = {
  script: `
branch=$2 message=$3
command -v git >/dev/null || exit 127
cd -- "$1" || exit
GIT_TERMINAL_PROMPT=0
export GIT_TERMINAL_PROMPT
git() { command git -c core.hooksPath=/dev/null -c gc.auto=0 -c maintenance.auto=false -c commit.gpgSign=false "$@"; }
head=$(git rev-parse -q --verify HEAD) || { echo "$1 holds no commit" >&2; exit 1; }
git config user.email >/dev/null || {
  GIT_AUTHOR_NAME='Fleet Director' GIT_AUTHOR_EMAIL=fleet-director@localhost
  GIT_COMMITTER_NAME=$GIT_AUTHOR_NAME GIT_COMMITTER_EMAIL=$GIT_AUTHOR_EMAIL
  export GIT_AUTHOR_NAME GIT_AUTHOR_EMAIL GIT_COMMITTER_NAME GIT_COMMITTER_EMAIL
}

index=$(git rev-parse --git-path fleet-saved-index)
rm -f "$index"
cp "$(git rev-parse --git-path index)" "$index" 2>/dev/null
whole=$(GIT_INDEX_FILE=$index; export GIT_INDEX_FILE; git add -A . && git write-tree)
rm -f "$index"
[ -n "$whole" ] || exit 1

commit=$head files=0
if [ "$whole" != "$(git rev-parse "$head^{tree}")" ]; then
  files=$(git diff --name-only -z "$head" "$whole" | tr -dc '\\0' | wc -c)
  commit=$(git commit-tree "$whole" -p "$head" -m "$message") || exit
fi

target=$branch
if [ "$(git symbolic-ref -q HEAD)" = "refs/heads/$branch" ] && ! git rev-parse -q --verify MERGE_HEAD >/dev/null; then
  git update-ref -m "$message" HEAD "$commit" "$head" && git reset -q || exit
elif ! git merge-base --is-ancestor "$commit" "refs/heads/$branch" 2>/dev/null; then
  target=$branch-saved-$(date -u +%Y%m%d%H%M%S)
  git update-ref "refs/heads/$target" "$commit" || exit
fi

limited() {
  if timeout --foreground 1 true 2>/dev/null; then timeout --foreground ${PUSH_LIMIT_S} "$@"; else "$@"; fi
}
pushed=kept
if [ -n "$(git for-each-ref --contains "$commit" refs/remotes/origin)" ]; then pushed=pushed
elif limited git -c core.hooksPath=/dev/null push -q origin "$commit:refs/heads/$target" >/dev/null 2>&1; then pushed=pushed
fi
printf '%s\\n' "$target" "$files" "$pushed"`,
  stdin: '',
  program: 'git',
  limitMs: 150_000,
};
