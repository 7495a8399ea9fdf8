import type { WorkspaceComment, WorkspaceGithub, WorkspaceIssue, WorkspacePullRequest } from './ports.ts';

/**
 * The page of one issue or pull request, readable without a script; `null` when there is no such thing here.
 * `path` as in a browser's address: `/github/:owner/:repository/pull/:number` or `…/issues/:number`.
 */
export async function renderGithubPage(github: WorkspaceGithub, path: string): Promise<string | null> {
  const [owner, repository, kind, last] = path.slice('/github/'.length).split('/');
  const number = Number(last);
  if (owner !== github.owner || repository !== github.repository || !Number.isInteger(number)) return null;
  if (kind === 'issues') {
    const issue = await github.issue(number);
    return issue === null ? null : renderIssue(github, issue);
  }
  if (kind === 'pull') {
    const found = await github.pullRequest(number);
    return found === null ? null : renderPullRequest(github, found.pullRequest, found.diff);
  }
  return null;
}

function renderIssue(github: WorkspaceGithub, issue: WorkspaceIssue): string {
  const labels = issue.labels.map((label) => `<span class="tag">${inHtml(label)}</span>`).join(' ');
  return page(
    github,
    `${issue.title} #${issue.number}`,
    `${state(issue.state)} <span>Issue opened by <b>${inHtml(issue.author)}</b></span> ${labels}`,
    conversation(issue.author, issue.body, issue.comments),
  );
}

function renderPullRequest(github: WorkspaceGithub, pull: WorkspacePullRequest, diff: string): string {
  return page(
    github,
    `${pull.title} #${pull.number}`,
    `${state(pull.state)} <span><b>${inHtml(pull.author)}</b> wants to merge <code>${inHtml(pull.branch)}</code> into <code>${inHtml(pull.base)}</code></span>`,
    `${conversation(pull.author, pull.body, pull.comments)}
     <h2>Changes</h2>
     ${diff === '' ? '<p class="quiet">No difference to the base.</p>' : renderDiff(diff)}`,
  );
}

function conversation(author: string, body: string, comments: readonly WorkspaceComment[]): string {
  const first =
    body === '' ? '<p class="quiet">No description.</p>' : `<div data-markdown>${inHtml(body)}</div>`;
  return [
    `<article class="gh-comment"><header><b>${inHtml(author)}</b></header>${first}</article>`,
    ...comments.map(
      (comment) =>
        `<article class="gh-comment"><header><b>${inHtml(comment.author)}</b> <time datetime="${comment.createdAt.toISOString()}">${comment.createdAt.toISOString().slice(0, 16).replace('T', ' ')}</time></header><div data-markdown>${inHtml(comment.body)}</div></article>`,
    ),
  ].join('\n');
}

function renderDiff(diff: string): string {
  const lines = diff.split('\n').map((line) => `<span class="${kindOfLine(line)}">${inHtml(line)}\n</span>`);
  return `<pre class="diff" tabindex="0" aria-label="Changes in unified format">${lines.join('')}</pre>`;
}

function kindOfLine(line: string): string {
  if (
    line.startsWith('diff ') ||
    line.startsWith('+++') ||
    line.startsWith('---') ||
    line.startsWith('index ')
  ) {
    return 'file';
  }
  if (line.startsWith('@@')) return 'place';
  if (line.startsWith('+')) return 'added';
  return line.startsWith('-') ? 'removed' : 'same';
}

function state(word: WorkspacePullRequest['state']): string {
  return `<span class="state ${word}">${word}</span>`;
}

function page(github: WorkspaceGithub, title: string, lead: string, content: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${inHtml(title)}</title>
<link rel="icon" href="/workspace/page/icon.svg">
<link rel="stylesheet" href="/workspace/page/style.css">
<script type="module" src="/workspace/page/github-page.js"></script>
</head>
<body class="gh-page">
<p class="notice-line">This is a local stand-in for GitHub. <a href="/#github">Back to the workspace</a></p>
<main>
<p class="quiet">${inHtml(github.owner)} / <b>${inHtml(github.repository)}</b></p>
<h1>${inHtml(title)}</h1>
<p class="gh-lead">${lead}</p>
${content}
</main>
</body>
</html>
`;
}

function inHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
