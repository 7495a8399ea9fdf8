import { type Host, ok, parseRepo, type Result } from '../domain/index.ts';
import type { Connection } from './connection.ts';
import { type HostFailure, refuse } from './host-failure.ts';
import type { ShellScript } from './shell.ts';

/** What a task's workspace is made of. */
export type WorkspaceRequest = {
  readonly repo: string;
  readonly cloneUrl: string;
  readonly defaultBranch: string;
  readonly branch: string;
};

export async function prepareWorkspace(
  host: Host,
  connection: Connection,
  { repo, cloneUrl, defaultBranch, branch }: WorkspaceRequest,
  signal: AbortSignal,
): Promise<Result<string, HostFailure>> {
  const name = parseRepo(repo);
  if (!name.ok) return refuse(host, `${repo} is not the name of a repository`);
  const folder = branch.replaceAll('/', '-');
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(folder))
    return refuse(host, `${branch} cannot be a folder's name`);
  const words = [name.value, `${name.value}/${folder}`, cloneUrl, defaultBranch, branch];
  const prepared = await connection.run({ ...PREPARE, words }, signal);
  return prepared.ok ? ok(prepared.value.trimEnd().split('\n').at(-1) ?? '') : prepared;
}

const LOCK_LIMIT_S = 240;
const GIT_LIMIT_S = 240;

/**
 * One bare repository per repo holds the remote's branches under refs/remotes/origin only, so that no fetch moves a worktree's branch.
 *
 * What is found at the worktree's place: a worktree of this repository stays as it is; an empty folder is taken; anything else is
 * moved aside, never deleted. Work of the same branch goes on: the local branch if there is one, else the remote's if it has commits
 * that the default branch lacks, else the default branch.
 *
 * The lock is the kernel's where flock(1) exists, so it ends with the process that holds it; git's own background work is off because
 * it would hold it for longer. Elsewhere it is a link that names its process.
 *
 * A script on another machine does not end with the connection. So standard input stays open, and its end, before the script's own,
 * means that nobody waits any more: the script ends itself and what it started.
 */
const PREPARE: Omit<ShellScript, 'words'> = {
  script: `
repo="$HOME/.fleet/repos/$1" tree="$HOME/.fleet/worktrees/$2" url=$3 base=$4 branch=$5
command -v git >/dev/null || exit 127
GIT_TERMINAL_PROMPT=0
export GIT_TERMINAL_PROMPT
umask 077
mkdir -p "\${repo%/*}" "\${tree%/*}" || exit

exec 3<&0 </dev/null
(read -r _ <&3; kill -s TERM -- "-$$") &
watcher=$! unlock=:
trap 'kill "$watcher" 2>/dev/null; eval "$unlock"' EXIT

if command -v flock >/dev/null; then
  exec 9>>"$repo.lock" || exit
  flock -w ${LOCK_LIMIT_S} 9 || { echo "another workspace of $1 is being prepared for too long" >&2; exit 75; }
else
  waited=0
  until ln -s "$$" "$repo.locked" 2>/dev/null; do
    holder=$(readlink "$repo.locked")
    if [ -n "$holder" ] && ! kill -0 "$holder" 2>/dev/null; then rm -f "$repo.locked"; continue; fi
    [ "$waited" -lt ${LOCK_LIMIT_S} ] || { echo "another workspace of $1 is being prepared for too long" >&2; exit 75; }
    sleep 1
    waited=$((waited + 1))
  done
  unlock='rm -f "$repo.locked"'
fi

git() { command git -c gc.auto=0 -c maintenance.auto=false "$@"; }
limited() {
  if timeout --foreground 1 true 2>/dev/null; then
    timeout --foreground ${GIT_LIMIT_S} git -c gc.auto=0 -c maintenance.auto=false "$@"
  else
    git "$@"
  fi
}
absolute() { (cd "$1" 2>/dev/null && pwd -P); }
is_ours() {
  [ -e "$tree/.git" ] || return 1
  common=$(cd "$tree" && git rev-parse --git-common-dir 2>/dev/null) || return 1
  top=$(cd "$tree" && git rev-parse --show-toplevel 2>/dev/null) || return 1
  [ "$(cd "$tree" && absolute "$common")" = "$(absolute "$repo")" ] && [ "$(absolute "$top")" = "$(absolute "$tree")" ]
}

if is_ours; then printf '%s\\n' "$tree"; exit 0; fi

if ! git -C "$repo" rev-parse --git-dir >/dev/null 2>&1; then
  if [ -e "$repo" ]; then mv "$repo" "$repo.aside-$(date +%Y%m%d%H%M%S)-$$" || exit; fi
  rm -rf "$repo.new"
  git init -q --bare "$repo.new" && git -C "$repo.new" remote add -- origin "$url" && mv "$repo.new" "$repo" || exit
fi
git -C "$repo" config remote.origin.url "$url" || exit
limited -C "$repo" fetch -q --prune origin '+refs/heads/*:refs/remotes/origin/*' || exit

if [ -e "$tree" ] || [ -L "$tree" ]; then
  rmdir "$tree" 2>/dev/null || mv "$tree" "$tree.aside-$(date +%Y%m%d%H%M%S)-$$" || exit
fi
git -C "$repo" worktree prune || exit

if git -C "$repo" show-ref -q --verify "refs/heads/$branch"; then
  git -C "$repo" worktree add -q "$tree" "$branch" >/dev/null || exit
else
  from="refs/remotes/origin/$base"
  if git -C "$repo" show-ref -q --verify "refs/remotes/origin/$branch" &&
    ! git -C "$repo" merge-base --is-ancestor "refs/remotes/origin/$branch" "$from"; then
    from="refs/remotes/origin/$branch"
  fi
  git -C "$repo" worktree add -q --no-track -b "$branch" "$tree" "$from" >/dev/null || exit
fi
printf '%s\\n' "$tree"`,
  stdin: null,
  program: 'git',
  // git(1) talks to servers, which may be slow; the waiting for another preparation counts as well.
  limitMs: 300_000,
};
