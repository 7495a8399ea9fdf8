import { act, clock, el, patchList } from './dom.js';
import { renderMarkdown } from './markup.js';

const REFRESH_MS = 2_000;

/** The tab of the emulated repository: issues with their conversation, and pull requests. Refreshes while it is seen. */
export function openGithubTab(box, { owner, repository, label }) {
  const problem = el('p', { class: 'error', role: 'status' });
  const issues = el('ul', { class: 'gh-list', 'aria-live': 'polite' });
  const pulls = el('ul', { class: 'gh-list', 'aria-live': 'polite' });
  const title = el('input', {
    id: 'gh-title',
    required: true,
    maxlength: 256,
    placeholder: 'Fix the flaky login test',
  });
  const body = el('textarea', {
    id: 'gh-body',
    rows: 3,
    placeholder: 'What should be done, and how it shows that it is done',
  });
  const open = new Set();

  async function create(event) {
    event.preventDefault();
    const outcome = await act({ kind: 'create-issue', title: title.value, body: body.value });
    if (outcome.kind !== 'done') return;
    title.value = '';
    body.value = '';
    await refresh();
  }

  async function refresh() {
    if (!box.isConnected || document.hidden) return;
    try {
      const response = await fetch('/workspace/page/github');
      const answer = await response.json();
      problem.textContent = answer.problem ?? '';
      if (!response.ok) return;
      patchList(
        issues,
        listed(answer.issues, (issue) => renderIssue(issue), 'No issues yet. Create one above.'),
      );
      patchList(
        pulls,
        listed(answer.pullRequests, (pull) => renderPull(pull), 'No pull requests yet.'),
      );
    } catch {
      problem.textContent = 'The emulated GitHub cannot be reached.';
    }
  }

  function listed(entries, render, nothing) {
    if (entries.length === 0)
      return [{ key: 'nothing', signature: '', build: () => el('li', { class: 'quiet' }, nothing) }];
    return entries.map((entry) => ({
      key: String(entry.number),
      signature: JSON.stringify(entry),
      build: () => render(entry),
    }));
  }

  function renderIssue(issue) {
    const hasLabel = issue.labels.includes(label);
    const change = hasLabel ? 'remove-label' : 'add-label';
    const reply = el('textarea', {
      rows: 1,
      'aria-label': `Comment on issue ${issue.number}`,
      placeholder: 'Comment',
    });
    const details = el(
      'details',
      {
        open: open.has(issue.number),
        ontoggle: () => (details.open ? open.add(issue.number) : open.delete(issue.number)),
      },
      el(
        'summary',
        { data: { focus: 'summary' } },
        issue.comments.length === 1 ? '1 comment' : `${issue.comments.length} comments`,
      ),
      issue.body
        ? renderComment({ author: issue.author, body: issue.body, createdAt: issue.createdAt })
        : null,
      issue.comments.map(renderComment),
      el(
        'form',
        {
          class: 'composer-row',
          onsubmit: async (event) => {
            event.preventDefault();
            const outcome = await act({ kind: 'comment', number: issue.number, body: reply.value });
            if (outcome.kind === 'done') await refresh();
          },
        },
        reply,
        el('button', { type: 'submit', class: 'button' }, 'Comment'),
      ),
    );
    return el(
      'li',
      { class: 'gh-row' },
      el(
        'div',
        { class: 'gh-row-head' },
        el('span', { class: `state ${issue.state}` }, issue.state),
        el(
          'a',
          { href: `/github/${owner}/${repository}/issues/${issue.number}` },
          el('strong', null, issue.title),
        ),
        el('span', { class: 'quiet' }, `#${issue.number}`),
        issue.labels.map((name) => el('span', { class: 'tag' }, name)),
        el(
          'button',
          {
            type: 'button',
            class: hasLabel ? 'button' : 'button primary',
            data: { focus: 'label' },
            onclick: async () => {
              await act({ kind: change, number: issue.number, label });
              await refresh();
            },
          },
          hasLabel ? `Remove “${label}”` : `Label “${label}”`,
        ),
      ),
      details,
    );
  }

  function renderPull(pull) {
    return el(
      'li',
      { class: 'gh-row' },
      el(
        'div',
        { class: 'gh-row-head' },
        el('span', { class: `state ${pull.state}` }, pull.state),
        el(
          'a',
          { href: `/github/${owner}/${repository}/pull/${pull.number}` },
          el('strong', null, pull.title),
        ),
        el('span', { class: 'quiet' }, `#${pull.number} `),
        el('code', null, `${pull.branch} → ${pull.base}`),
      ),
    );
  }

  box.replaceChildren(
    el(
      'div',
      { class: 'gh' },
      el(
        'p',
        { class: 'quiet' },
        'An emulator stands in for GitHub here. Its webhooks reach the bot as the real ones would.',
      ),
      problem,
      el(
        'form',
        { class: 'gh-new card', onsubmit: create },
        el('label', { for: 'gh-title' }, 'New issue'),
        title,
        el('label', { for: 'gh-body', class: 'unseen' }, 'Description'),
        body,
        el('button', { type: 'submit', class: 'button primary' }, 'Create issue'),
      ),
      el('h2', null, 'Issues'),
      issues,
      el('h2', null, 'Pull requests'),
      pulls,
    ),
  );
  refresh();
  const timer = setInterval(
    () => (box.querySelector('.gh') === null ? clearInterval(timer) : refresh()),
    REFRESH_MS,
  );
}

function renderComment(comment) {
  return el(
    'article',
    { class: 'gh-comment' },
    el(
      'header',
      null,
      el('b', null, comment.author),
      ' ',
      el('time', { class: 'quiet' }, clock(new Date(comment.createdAt))),
    ),
    el('div', { class: 'text markdown' }, renderMarkdown(comment.body)),
  );
}
