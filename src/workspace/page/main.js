import { renderBlocks, renderImage } from './blocks.js';
import { createComposer } from './composer.js';
import { act, avatar, clock, dateOfTs, day, el, keepAtEnd, patchList } from './dom.js';
import { openGithubTab } from './github.js';
import { emoji, link, renderMrkdwn } from './markup.js';
import { openModalStack } from './modal.js';

const $ = (selector) => document.querySelector(selector);
const GROUP_WITHIN_SECONDS = 300;
const EXPECT_ANSWER_MS = 20_000;
const ROOM_FOR_THREAD_PX = 900;

/** What the server said, by key, so that hearing a thing twice changes nothing. */
const known = {
  snapshot: null,
  conversations: new Map(),
  messages: new Map(),
  ephemerals: new Map(),
  home: null,
};
/** What this page alone knows. */
const mine = {
  person: sessionStorage.getItem('person') ?? '',
  thread: null,
  drafts: new Map(),
  unread: new Set(),
  roots: new Set(),
  expecting: null,
  shownHome: null,
  highlighted: null,
};

const names = {
  user: (id) =>
    id === known.snapshot?.bot.id
      ? known.snapshot.bot.name
      : id === 'USLACKBOT'
        ? 'Slackbot'
        : known.snapshot?.people.find((person) => person.id === id)?.name,
  channel: (id) => known.conversations.get(id)?.name,
};

/** Until the page is told what there is, it cannot say who speaks and where. */
const firstSnapshot = Promise.withResolvers();

const modals = openModalStack({ person: () => mine.person, context: contextOf });

function contextOf(place, drafts) {
  return {
    names,
    place,
    people: known.snapshot.people,
    conversations: [...known.conversations.values()],
    inputs: (blockId, actionId, initial) => {
      drafts[blockId] ??= {};
      if (drafts[blockId][actionId] === undefined) drafts[blockId][actionId] = initial;
      return drafts[blockId][actionId];
    },
    keep: (blockId, actionId, input) => {
      drafts[blockId] ??= {};
      drafts[blockId][actionId] = input;
    },
    press: (blockId, element, input) => {
      expectAnswer();
      return act({
        kind: 'press',
        person: mine.person,
        place,
        blockId,
        actionId: element.action_id,
        input,
        inputs: drafts,
      });
    },
    suggest: async (blockId, element, query) =>
      (
        await act({
          kind: 'suggest',
          person: mine.person,
          place,
          blockId,
          actionId: element.action_id,
          query,
        })
      ).options ?? [],
  };
}

function draftsAt(key) {
  if (!mine.drafts.has(key)) mine.drafts.set(key, {});
  return mine.drafts.get(key);
}

// The address says what is shown: #C1, #C1/<ts> with its thread, #home, #github.
function route() {
  const [place = '', ts = null] = decodeURIComponent(location.hash.slice(1)).split('/');
  if (place === 'home' || (place === 'github' && known.snapshot.github)) return { place, ts: null };
  const id = known.conversations.has(place) ? place : [...known.conversations.keys()][0];
  return { place: id, ts };
}

function go(hash) {
  if (location.hash === hash) show();
  else location.hash = hash;
}

// —— the stream ——

let source = null;

function connect() {
  source?.close();
  source = new EventSource(`/workspace/page/stream?as=${encodeURIComponent(mine.person)}`);
  source.onopen = () => ($('#connection').textContent = '');
  source.onerror = () => ($('#connection').textContent = 'The line is down; trying again…');
  source.onmessage = (event) => hear(JSON.parse(event.data));
}

const keyOf = (message) => `${message.channel}/${message.ts}`;

function hear(news) {
  switch (news.kind) {
    case 'snapshot': {
      known.snapshot = news;
      mine.person = news.person;
      known.conversations = new Map(news.conversations.map((entry) => [entry.id, entry]));
      known.messages = new Map(news.messages.map((message) => [keyOf(message), message]));
      known.ephemerals = new Map(news.ephemerals.map((entry) => [entry.ts, entry]));
      known.home = news.home;
      drawSide();
      show();
      modals.show(news.modals);
      firstSnapshot.resolve();
      return;
    }
    case 'message': {
      const { message } = news;
      const isNew = !known.messages.has(keyOf(message));
      known.messages.set(keyOf(message), message);
      if (isNew) noticeNew(message);
      drawMessages();
      return;
    }
    case 'gone':
      known.messages.delete(`${news.channel}/${news.ts}`);
      drawMessages();
      return;
    case 'ephemeral':
      known.ephemerals.set(news.ephemeral.ts, news.ephemeral);
      drawMessages();
      return;
    case 'ephemeral-gone':
      known.ephemerals.delete(news.ts);
      drawMessages();
      return;
    case 'modals':
      modals.show(news.modals);
      return;
    case 'home':
      known.home = news.home;
      if (route().place === 'home') drawHome();
      return;
    case 'conversation':
      known.conversations.set(news.conversation.id, news.conversation);
      drawSide();
      drawHead();
      return;
  }
}

function expectAnswer() {
  mine.expecting = { channel: route().place, until: Date.now() + EXPECT_ANSWER_MS };
}

/** The first thing the bot posts after this person asked for something is theirs: its thread opens by itself. */
function noticeNew(message) {
  const isBot = message.user === known.snapshot.bot.id;
  const { place } = route();
  if (message.channel !== place && message.threadTs === null && message.user !== mine.person) {
    mine.unread.add(message.channel);
    drawSide();
  }
  if (message.threadTs === null) {
    const { expecting } = mine;
    const isAnswer =
      isBot && expecting !== null && expecting.channel === message.channel && Date.now() < expecting.until;
    if (isAnswer) mine.expecting = null;
    if (isAnswer || message.user === mine.person) mine.roots.add(keyOf(message));
    return;
  }
  const root = `${message.channel}/${message.threadTs}`;
  const mayOpen = isBot && mine.thread === null && message.channel === place && mine.roots.has(root);
  if (mayOpen && window.innerWidth >= ROOM_FOR_THREAD_PX)
    openThread(message.channel, message.threadTs, false);
}

// —— the list on the left ——

function drawSide() {
  const { snapshot } = known;
  $('#team').textContent = snapshot.team.name;
  const { place } = route();
  const entry = (hash, label, mark) => {
    const id = hash.slice(1);
    const isUnread = mine.unread.has(id);
    return el(
      'li',
      null,
      el(
        'a',
        {
          href: hash,
          'aria-current': place === id ? 'page' : null,
          class: isUnread ? 'unread' : null,
          data: { focus: id },
        },
        el('span', { class: 'mark', 'aria-hidden': 'true' }, mark),
        label,
        isUnread ? el('span', { class: 'unseen' }, ' (new messages)') : null,
      ),
    );
  };
  const channels = [...known.conversations.values()];
  const lists = [
    el('li', { class: 'side-title' }, 'Channels'),
    ...channels.filter((one) => one.kind === 'channel').map((one) => entry(`#${one.id}`, one.name, '#')),
    el('li', { class: 'side-title' }, snapshot.bot.name),
    entry('#home', 'Home', '⌂'),
    ...channels.filter((one) => one.kind === 'direct').map((one) => entry(`#${one.id}`, 'Messages', '✉')),
    ...(snapshot.github
      ? [
          el('li', { class: 'side-title' }, 'GitHub (emulated)'),
          entry('#github', `${snapshot.github.owner}/${snapshot.github.repository}`, '⎇'),
        ]
      : []),
  ];
  $('#places').replaceChildren(...lists);
  const select = $('#person');
  select.replaceChildren(
    ...snapshot.people.map((person) =>
      el('option', { value: person.id, selected: person.id === mine.person }, person.name),
    ),
  );
  $('#about').textContent = snapshot.people.find((person) => person.id === mine.person)?.about ?? '';
}

// —— the middle ——

const composer = createComposer({
  id: 'composer',
  label: 'Message',
  placeholder: 'Write a message, or / for a command',
  source: () => ({ commands: known.snapshot?.commands ?? [], names: everybody() }),
  send: (text) => say(text, null),
});
const reply = createComposer({
  id: 'reply',
  label: 'Reply',
  placeholder: 'Reply…',
  source: () => ({ commands: [], names: everybody() }),
  send: (text) => say(text, mine.thread.ts),
});
$('#compose').append(composer.node);
$('#thread-compose').append(reply.node);

/** Who can be mentioned; nobody until the page was told who there is. */
function everybody() {
  const { snapshot } = known;
  return snapshot === null ? [] : [snapshot.bot.name, ...snapshot.people.map((person) => person.name)];
}

async function say(text, threadTs) {
  await firstSnapshot.promise;
  const channel = threadTs === null ? route().place : mine.thread.channel;
  if (threadTs === null) expectAnswer();
  const outcome = await act({ kind: 'say', person: mine.person, channel, threadTs, text });
  const box = $(threadTs === null ? '#content' : '#thread-content');
  box.scrollTop = box.scrollHeight;
  return outcome.kind === 'done';
}

function show() {
  if (known.snapshot === null) return;
  const { place, ts } = route();
  $('#side').classList.remove('open');
  mine.unread.delete(place);
  if (mine.thread !== null && mine.thread.channel !== place) closeThread();
  drawSide();
  drawHead();
  const isConversation = known.conversations.has(place);
  $('#compose').hidden = !isConversation;
  const content = $('#content');
  if (content.dataset.shown !== place) {
    content.dataset.shown = place;
    content.replaceChildren();
    if (isConversation)
      content.append(
        el('ol', {
          class: 'messages',
          role: 'log',
          'aria-label': `Messages in ${known.conversations.get(place).name}`,
        }),
      );
    if (place === 'github') openGithubTab(content, known.snapshot.github);
    if (place === 'home') {
      content.append(el('div', { id: 'home' }));
      mine.shownHome = null;
      drawHome();
      act({ kind: 'open-home', person: mine.person, tab: 'home' });
    }
    if (known.conversations.get(place)?.kind === 'direct')
      act({ kind: 'open-home', person: mine.person, tab: 'messages' });
    drawMessages();
    content.scrollTop = content.scrollHeight;
  } else drawMessages();
  if (ts !== null && mine.highlighted !== ts) pointAt(place, ts);
}

/** A link to a message: its thread opens when it has one, and the message shows itself. */
function pointAt(channel, ts) {
  const message = known.messages.get(`${channel}/${ts}`);
  if (message === undefined) return;
  mine.highlighted = ts;
  const root = message.threadTs ?? message.ts;
  if (message.threadTs !== null || repliesTo(channel, root).length > 0) openThread(channel, root, false);
  const node = document.querySelector(`[data-key="${CSS.escape(`m-${channel}/${ts}`)}"]`);
  node?.scrollIntoView({ block: 'center' });
  node?.classList.add('pointed-at');
}

function drawHead() {
  const { place } = route();
  const conversation = known.conversations.get(place);
  const titles = { home: `${known.snapshot.bot.name}: Home`, github: 'GitHub (emulated)' };
  const title =
    titles[place] ?? (conversation.kind === 'direct' ? known.snapshot.bot.name : `# ${conversation.name}`);
  $('#title').textContent = title;
  document.title = `${title} · ${known.snapshot.team.name}`;
  $('#subtitle').textContent =
    conversation === undefined
      ? ''
      : conversation.kind === 'direct'
        ? 'Direct messages with the bot'
        : conversation.hasBot
          ? `${known.snapshot.bot.name} is here`
          : `${known.snapshot.bot.name} is not here: /invite @${known.snapshot.bot.name}`;
}

function drawHome() {
  const box = $('#home');
  const { home } = known;
  if (box === null || (home !== null && mine.shownHome === home.hash)) return;
  mine.shownHome = home?.hash ?? null;
  if (home === null)
    box.replaceChildren(el('p', { class: 'quiet empty' }, 'The bot has not published a home page yet.'));
  else
    box.replaceChildren(
      ...renderBlocks(home.blocks, contextOf({ kind: 'view', viewId: home.id }, draftsAt(home.id))),
    );
}

function repliesTo(channel, ts) {
  return [...known.messages.values()]
    .filter((message) => message.channel === channel && message.threadTs === ts)
    .toSorted(byTs);
}

const byTs = (a, b) => Number(a.ts) - Number(b.ts) || (a.ts < b.ts ? -1 : 1);

function drawMessages() {
  const { place } = route();
  const list = $('#content > .messages');
  if (list !== null) {
    const top = [...known.messages.values()].filter(
      (message) => message.channel === place && (message.threadTs === null || message.isBroadcast),
    );
    const own = [...known.ephemerals.values()].filter(
      (entry) => entry.channel === place && entry.threadTs === null,
    );
    keepAtEnd($('#content'), () => patchList(list, [welcome(place), ...items([...top, ...own], false)]));
  }
  if (mine.thread !== null) drawThread();
}

function welcome(place) {
  const { bot, commands } = known.snapshot;
  const { kind, name, hasBot } = known.conversations.get(place);
  const tries = hasBot ? commands.flatMap((entry) => entry.examples) : [`/invite @${bot.name}`];
  return {
    key: 'welcome',
    signature: JSON.stringify([place, hasBot]),
    build: () =>
      el(
        'li',
        { class: 'welcome' },
        el('h2', null, kind === 'direct' ? `You and ${bot.name}` : `This is where #${name} begins`),
        el(
          'p',
          { class: 'quiet' },
          hasBot ? 'To begin with, try ' : `${bot.name} does not belong to this channel. Try `,
          tries.flatMap((text, index) => [
            index === 0 ? '' : ' or ',
            el('button', { type: 'button', class: 'try', onclick: () => composer.write(text) }, text),
          ]),
        ),
      ),
  };
}

function drawThread() {
  const { channel, ts } = mine.thread;
  const root = known.messages.get(`${channel}/${ts}`);
  const replies = repliesTo(channel, ts);
  const own = [...known.ephemerals.values()].filter(
    (entry) => entry.channel === channel && entry.threadTs === ts,
  );
  const box = $('#thread-content');
  if (box.dataset.shown !== `${channel}/${ts}`) {
    box.dataset.shown = `${channel}/${ts}`;
    box.replaceChildren(el('ol', { class: 'messages', role: 'log', 'aria-label': 'Messages of the thread' }));
  }
  $('#thread-place').textContent =
    known.conversations.get(channel)?.kind === 'channel' ? `# ${names.channel(channel)}` : '';
  const all = [...(root === undefined ? [] : [root]), ...replies, ...own];
  keepAtEnd(box, () => patchList(box.firstElementChild, items(all, true)));
}

/** The entries of a list: a line for each new day, and messages of one author close together without their name. */
function items(entries, isThread) {
  const list = [];
  let before = null;
  for (const entry of entries.toSorted(byTs)) {
    const date = dateOfTs(entry.ts);
    const isEphemeral = 'to' in entry;
    if (!isThread && (before === null || dateOfTs(before.ts).toDateString() !== date.toDateString())) {
      list.push({
        key: `day-${date.toDateString()}`,
        signature: '',
        build: () => el('li', { class: 'day' }, el('span', null, day(date))),
      });
      before = null;
    }
    const isGrouped =
      !isEphemeral &&
      before !== null &&
      !('to' in before) &&
      (isThread || (isPlain(entry) && isPlain(before))) &&
      before.user === entry.user &&
      Number(entry.ts) - Number(before.ts) < GROUP_WITHIN_SECONDS &&
      !(isThread && before.threadTs === null);
    const replies = isThread || isEphemeral ? [] : repliesTo(entry.channel, entry.ts);
    const conversation = known.conversations.get(entry.channel);
    list.push({
      key: isEphemeral ? `e-${entry.ts}` : `m-${entry.channel}/${entry.ts}`,
      signature: JSON.stringify([
        entry,
        isGrouped,
        replies.length,
        replies.at(-1)?.ts,
        mine.person,
        conversation?.hasBot,
      ]),
      build: () =>
        isEphemeral ? renderEphemeral(entry) : renderMessage(entry, { isGrouped, replies, isThread }),
    });
    before = entry;
  }
  return list;
}

function isPlain(message) {
  return message.blocks.length === 0 && message.files.length === 0;
}

function renderMessage(message, { isGrouped, replies, isThread }) {
  const isBot = message.user === known.snapshot.bot.id;
  const name = names.user(message.user) ?? message.user;
  const date = dateOfTs(message.ts);
  const at = contextOf(
    { kind: 'message', channel: message.channel, ts: message.ts },
    draftsAt(keyOf(message)),
  );
  const time = el(
    'a',
    { class: 'time', href: `#${message.channel}/${message.ts}`, title: date.toLocaleString() },
    clock(date),
  );
  const isReplyInChannel = !isThread && message.threadTs !== null;
  return el(
    'li',
    { class: isGrouped ? 'message grouped' : 'message' },
    isGrouped ? el('span', { class: 'gutter' }, time) : avatar(message.user, name, isBot),
    el(
      'div',
      { class: 'body' },
      isGrouped
        ? el('span', { class: 'unseen' }, `${name}: `)
        : el(
            'div',
            { class: 'who' },
            el('strong', null, name),
            isBot ? el('span', { class: 'app' }, 'APP') : null,
            time,
          ),
      isReplyInChannel
        ? el(
            'button',
            {
              type: 'button',
              class: 'link quiet',
              onclick: () => openThread(message.channel, message.threadTs, true),
            },
            'replied to a thread',
          )
        : null,
      renderContent(message, at),
      message.editedTs === null ? null : el('span', { class: 'quiet edited' }, '(edited)'),
      message.files.map(renderFile),
      renderReactions(message),
      replies.length === 0 ? null : renderReplies(message, replies),
    ),
    isThread
      ? null
      : el(
          'div',
          { class: 'tools' },
          el(
            'button',
            {
              type: 'button',
              class: 'plain',
              title: 'Reply in thread',
              'aria-label': 'Reply in thread',
              data: { focus: 'reply' },
              onclick: () => openThread(message.channel, message.threadTs ?? message.ts, true),
            },
            'Reply',
          ),
        ),
  );
}

function renderContent(message, at) {
  if (message.blocks.length > 0) return el('div', { class: 'blocks' }, renderBlocks(message.blocks, at));
  return [
    message.text === '' ? null : el('div', { class: 'text' }, renderMrkdwn(message.text, names)),
    (message.attachments ?? []).map((attachment) =>
      el(
        'div',
        { class: 'attachment' },
        attachment.pretext ? el('div', { class: 'text' }, renderMrkdwn(attachment.pretext, names)) : null,
        attachment.title
          ? el(
              'strong',
              null,
              attachment.title_link ? link(attachment.title_link, attachment.title) : attachment.title,
            )
          : null,
        attachment.blocks
          ? renderBlocks(attachment.blocks, at)
          : attachment.text
            ? el('div', { class: 'text' }, renderMrkdwn(attachment.text, names))
            : null,
      ),
    ),
  ];
}

function renderFile(file) {
  if (file.mimetype.startsWith('image/')) {
    return el(
      'figure',
      { class: 'block' },
      el('figcaption', { class: 'quiet' }, file.title),
      renderImage({ image_url: file.url_private, alt_text: file.alt_txt || file.title }, 'large'),
    );
  }
  return el('p', { class: 'file' }, link(file.url_private, `📄 ${file.title}`));
}

function renderReactions(message) {
  if (message.reactions.length === 0) return null;
  return el(
    'div',
    { class: 'reactions' },
    message.reactions.map((reaction) =>
      el(
        'button',
        {
          type: 'button',
          class: reaction.users.includes(mine.person) ? 'reaction own' : 'reaction',
          title: reaction.users.map((id) => names.user(id) ?? id).join(', '),
          'aria-label': `${reaction.name}, ${reaction.users.length}`,
          data: { focus: `react-${reaction.name}` },
          onclick: () =>
            act({
              kind: 'react',
              person: mine.person,
              channel: message.channel,
              ts: message.ts,
              name: reaction.name,
            }),
        },
        `${emoji(reaction.name)} ${reaction.users.length}`,
      ),
    ),
  );
}

function renderReplies(message, replies) {
  const users = [...new Set(replies.map((entry) => entry.user))].slice(0, 3);
  return el(
    'button',
    {
      type: 'button',
      class: 'replies',
      data: { focus: 'replies' },
      onclick: () => openThread(message.channel, message.ts, true),
    },
    users.map((id) => avatar(id, names.user(id) ?? id, id === known.snapshot.bot.id)),
    el('strong', null, replies.length === 1 ? '1 reply' : `${replies.length} replies`),
    el('span', { class: 'quiet' }, `last at ${clock(dateOfTs(replies.at(-1).ts))}`),
  );
}

function renderEphemeral(entry) {
  const isBot = entry.from === 'bot';
  const name = isBot ? known.snapshot.bot.name : 'Slackbot';
  const at = contextOf(
    { kind: 'message', channel: entry.channel, ts: entry.ts },
    draftsAt(`${entry.channel}/${entry.ts}`),
  );
  return el(
    'li',
    { class: 'message ephemeral' },
    avatar(isBot ? known.snapshot.bot.id : 'USLACKBOT', name, true),
    el(
      'div',
      { class: 'body' },
      el(
        'div',
        { class: 'only-you' },
        el('span', null, 'Only visible to you'),
        el(
          'button',
          {
            type: 'button',
            class: 'link',
            onclick: () => act({ kind: 'dismiss', person: mine.person, ts: entry.ts }),
          },
          'Dismiss',
        ),
      ),
      el(
        'div',
        { class: 'who' },
        el('strong', null, name),
        isBot ? el('span', { class: 'app' }, 'APP') : null,
        el('span', { class: 'time' }, clock(dateOfTs(entry.ts))),
      ),
      renderContent(entry, at),
    ),
  );
}

// —— the thread on the right ——

function openThread(channel, ts, takesFocus) {
  mine.thread = { channel, ts };
  $('#thread').hidden = false;
  document.body.classList.add('has-thread');
  drawThread();
  $('#thread-content').scrollTop = $('#thread-content').scrollHeight;
  if (takesFocus) reply.focus();
}

function closeThread() {
  if (mine.thread === null) return;
  mine.roots.delete(`${mine.thread.channel}/${mine.thread.ts}`);
  mine.thread = null;
  mine.highlighted = null;
  $('#thread').hidden = true;
  delete $('#thread-content').dataset.shown;
  $('#thread-content').replaceChildren();
  document.body.classList.remove('has-thread');
  if (/\//.test(location.hash)) history.replaceState(null, '', `#${route().place}`);
}

$('#close-thread').addEventListener('click', () => {
  closeThread();
  composer.focus();
});
$('#thread').addEventListener('keydown', (event) => {
  if (event.key !== 'Escape') return;
  closeThread();
  composer.focus();
});
$('#open-side').addEventListener('click', () => {
  $('#side').classList.add('open');
  $('#side a')?.focus();
});
$('#close-side').addEventListener('click', () => {
  $('#side').classList.remove('open');
  $('#open-side').focus();
});
$('#places').addEventListener('click', (event) => {
  const place = event.target.closest('a');
  if (place !== null) setTimeout(() => go(place.getAttribute('href')));
});
$('#person').addEventListener('change', (event) => {
  mine.person = event.target.value;
  sessionStorage.setItem('person', mine.person);
  mine.drafts.clear();
  mine.roots.clear();
  closeThread();
  delete $('#content').dataset.shown;
  connect();
});
window.addEventListener('hashchange', () => {
  mine.highlighted = null;
  show();
});

connect();
