import { el } from './dom.js';
import { renderElement } from './elements.js';
import { emoji, link, renderMarkdown, renderText } from './markup.js';

/**
 * Block Kit as elements. `at` is where the blocks stand:
 * `{ names, place, inputs, errors, press(blockId, element, input), suggest(…), people, conversations }`.
 */
export function renderBlocks(blocks, at) {
  return blocks.map((block) => renderBlock(block, at));
}

function renderBlock(block, at) {
  switch (block.type) {
    case 'header':
      return el('p', { class: 'block header', role: 'heading', 'aria-level': 3 }, renderText(block.text, at));
    case 'section':
      return renderSection(block, at);
    case 'context':
      return el(
        'div',
        { class: 'block context' },
        block.elements.map((element) =>
          element.type === 'image'
            ? renderImage(element, 'small')
            : el('span', null, renderText(element, at)),
        ),
      );
    case 'divider':
      return el('hr', { class: 'block' });
    case 'actions':
    case 'context_actions':
      return el(
        'div',
        { class: 'block actions' },
        block.elements.map((element) => renderElement(element, block.block_id, at)),
      );
    case 'image':
      return el(
        'figure',
        { class: 'block' },
        block.title ? el('figcaption', null, renderText(block.title, at)) : null,
        renderImage(block, 'large'),
      );
    case 'rich_text':
      return el('div', { class: 'block text' }, renderRichText(block, at));
    case 'markdown':
      return el('div', { class: 'block text markdown' }, renderMarkdown(block.text));
    case 'table':
    case 'data_table':
      return renderTable(block, at);
    case 'input':
      return renderInput(block, at);
    case 'alert':
      return el(
        'div',
        { class: `block alert ${block.level ?? 'default'}`, role: 'note' },
        el('div', { class: 'text' }, renderText(block.text, at)),
      );
    case 'card':
      return renderCard(block, at);
    case 'carousel':
      return el(
        'div',
        { class: 'block carousel', tabindex: 0 },
        block.elements.map((card) => renderCard(card, at)),
      );
    case 'container':
      return renderContainer(block, at);
    case 'plan':
      return el(
        'div',
        { class: 'block card' },
        el('strong', null, block.title),
        (block.tasks ?? []).map((task) => renderTask(task, at)),
      );
    case 'task_card':
      return el('div', { class: 'block card' }, renderTask(block, at));
    default:
      return el(
        'p',
        { class: 'block quiet' },
        `(a block of type “${block.type}”, which this page does not show)`,
      );
  }
}

function renderSection(block, at) {
  const isPicture = block.accessory?.type === 'image';
  return el(
    'div',
    { class: 'block section' },
    el(
      'div',
      { class: 'section-body' },
      block.text ? el('div', { class: 'text' }, renderText(block.text, at)) : null,
      block.fields
        ? el(
            'div',
            { class: 'fields' },
            block.fields.map((field) => el('div', { class: 'text' }, renderText(field, at))),
          )
        : null,
    ),
    block.accessory
      ? el(
          'div',
          { class: 'accessory' },
          isPicture
            ? renderImage(block.accessory, 'medium')
            : renderElement(block.accessory, block.block_id, at),
        )
      : null,
  );
}

function renderInput(block, at) {
  const error = at.errors?.[block.block_id];
  const id = `input-${block.block_id}`;
  const notes = [block.hint ? `${id}-hint` : '', error ? `${id}-error` : ''].join(' ').trim();
  const isGroup = ['checkboxes', 'radio_buttons'].includes(block.element.type);
  const label = [
    renderText(block.label, at),
    block.optional ? el('span', { class: 'quiet' }, ' (optional)') : null,
  ];
  return el(
    isGroup ? 'fieldset' : 'div',
    { class: error ? 'block input wrong' : 'block input' },
    isGroup ? el('legend', null, label) : el('label', { for: id }, label),
    renderElement(block.element, block.block_id, at, {
      id,
      describedBy: notes === '' ? null : notes,
      isRequired: !block.optional,
      isWrong: error !== undefined,
      dispatches: block.dispatch_action === true,
    }),
    error ? el('p', { class: 'error', id: `${id}-error` }, error) : null,
    block.hint ? el('p', { class: 'quiet hint', id: `${id}-hint` }, renderText(block.hint, at)) : null,
  );
}

function renderCard(card, at) {
  return el(
    'div',
    { class: 'block card' },
    card.hero_image ? renderImage(card.hero_image, 'large') : null,
    el(
      'div',
      { class: 'card-head' },
      card.icon ? renderImage(card.icon, 'small') : null,
      el(
        'div',
        null,
        card.title ? el('strong', null, renderText(card.title, at)) : null,
        card.subtitle ? el('div', { class: 'quiet' }, renderText(card.subtitle, at)) : null,
      ),
    ),
    card.body ? el('div', { class: 'text' }, renderText(card.body, at)) : null,
    card.actions
      ? el(
          'div',
          { class: 'actions' },
          card.actions.map((button) => renderElement(button, card.block_id, at)),
        )
      : null,
  );
}

function renderContainer(block, at) {
  const title = block.rich_text_title
    ? renderRichText(block.rich_text_title, at)
    : renderText(block.title, at);
  const head = [
    el('strong', null, title),
    block.subtitle ? el('span', { class: 'quiet' }, ' ', renderText(block.subtitle, at)) : null,
  ];
  const body = renderBlocks(block.child_blocks, at);
  if (!block.is_collapsible) return el('div', { class: 'block card' }, el('div', null, head), body);
  return el(
    'details',
    { class: 'block card', open: !block.default_collapsed },
    el('summary', null, head),
    body,
  );
}

const TASK_MARKS = { pending: '○', in_progress: '◐', complete: '✓', error: '✕' };

function renderTask(task, at) {
  const body = [
    task.details ? renderRichText(task.details, at) : [],
    task.output ? renderRichText(task.output, at) : [],
    (task.sources ?? []).map((source) => el('div', null, link(source.url, source.text))),
  ].flat();
  const head = [
    el('span', { class: `mark ${task.status}` }, TASK_MARKS[task.status] ?? '○'),
    ' ',
    task.title,
    el('span', { class: 'unseen' }, ` (${task.status})`),
  ];
  return body.length === 0
    ? el('div', { class: 'task' }, head)
    : el('details', { class: 'task' }, el('summary', null, head), el('div', { class: 'text' }, body));
}

function renderTable(block, at) {
  const alignOf = (index) =>
    block.column_settings?.[index]?.align ??
    (block.rows.slice(1).every((row) => row[index]?.type === 'raw_number') ? 'right' : 'left');
  const [head = [], ...body] = block.rows;
  const headerColumn = block.type === 'data_table' ? (block.row_header_column_index ?? 0) : -1;
  const cell = (content, index, tag) =>
    el(
      tag,
      { class: alignOf(index), scope: tag === 'th' ? 'col' : null },
      content.type === 'rich_text' ? renderRichText(content, at) : content.text,
    );
  return el(
    'div',
    { class: 'block table-box', tabindex: 0 },
    el(
      'table',
      null,
      block.caption ? el('caption', null, block.caption) : null,
      el(
        'thead',
        null,
        el(
          'tr',
          null,
          head.map((content, index) => cell(content, index, 'th')),
        ),
      ),
      el(
        'tbody',
        null,
        body.map((row) =>
          el(
            'tr',
            null,
            row.map((content, index) =>
              index === headerColumn
                ? el(
                    'th',
                    { class: alignOf(index), scope: 'row' },
                    content.type === 'rich_text' ? renderRichText(content, at) : content.text,
                  )
                : cell(content, index, 'td'),
            ),
          ),
        ),
      ),
    ),
  );
}

/** A picture of this server is shown; one of another is named and linked, and nothing is fetched from there. */
export function renderImage(image, size) {
  const address =
    image.image_url ??
    image.slack_file?.url ??
    (image.slack_file?.id ? `/workspace/files/${encodeURIComponent(image.slack_file.id)}` : '');
  const isHere =
    URL.canParse(address, location.href) && new URL(address, location.href).origin === location.origin;
  if (isHere)
    return el('img', { class: `picture ${size}`, src: address, alt: image.alt_text, loading: 'lazy' });
  return el(
    'span',
    { class: 'picture-elsewhere' },
    '🖼 ',
    link(address, image.alt_text),
    size === 'small' ? null : el('span', { class: 'quiet' }, ' (a picture from elsewhere, not loaded)'),
  );
}

function renderRichText(block, at) {
  return block.elements.map((element) => {
    switch (element.type) {
      case 'rich_text_section':
        return el(
          'div',
          { class: 'rich' },
          element.elements.map((part) => renderRichPart(part, at)),
        );
      case 'rich_text_list': {
        const list = el(element.style === 'ordered' ? 'ol' : 'ul', {
          class: `indent-${element.indent ?? 0}`,
          start: element.offset ? element.offset + 1 : null,
        });
        for (const item of element.elements)
          list.append(
            el(
              'li',
              null,
              item.elements.map((part) => renderRichPart(part, at)),
            ),
          );
        return list;
      }
      case 'rich_text_quote':
        return el(
          'blockquote',
          { class: 'rich' },
          element.elements.map((part) => renderRichPart(part, at)),
        );
      case 'rich_text_preformatted':
        return el(
          'pre',
          { tabindex: 0, class: 'from-end' },
          el(
            'span',
            null,
            element.elements.map((part) => part.text ?? part.url ?? ''),
          ),
        );
      default:
        return [];
    }
  });
}

function renderRichPart(part, at) {
  const content = richContent(part, at);
  const { bold, italic, strike, code, underline } = part.style ?? {};
  let node = content;
  if (code) node = el('code', null, node);
  if (strike) node = el('s', null, node);
  if (underline) node = el('u', null, node);
  if (italic) node = el('em', null, node);
  if (bold) node = el('strong', null, node);
  return node;
}

function richContent(part, at) {
  switch (part.type) {
    case 'text':
      return part.text;
    case 'link':
      return link(part.url, part.text ?? part.url);
    case 'emoji':
      return emoji(part.name);
    case 'user':
      return el('span', { class: 'mention' }, `@${at.names.user(part.user_id) ?? part.user_id}`);
    case 'channel':
      return el(
        'a',
        { class: 'mention', href: `#${part.channel_id}` },
        `#${at.names.channel(part.channel_id) ?? part.channel_id}`,
      );
    case 'usergroup':
      return el('span', { class: 'mention' }, `@${part.usergroup_id}`);
    case 'broadcast':
      return el('span', { class: 'mention' }, `@${part.range}`);
    case 'date':
      return el('time', null, part.fallback ?? new Date(part.timestamp * 1000).toLocaleString());
    case 'color':
      return el('code', null, part.value);
    default:
      return '';
  }
}
