import { confirmWith } from './confirm.js';
import { el } from './dom.js';
import { renderText } from './markup.js';

/**
 * One element a person acts on. `field` is given for the element of an input block: its id, what describes it, and
 * whether a change is told to the bot at once.
 */
export function renderElement(element, blockId, at, field = null) {
  const held = at.inputs(blockId, element.action_id, initialInput(element));
  const common = {
    id: field?.id,
    'aria-describedby': field?.describedBy,
    'aria-invalid': field?.isWrong ? 'true' : null,
    'aria-label':
      field === null ? (element.placeholder?.text ?? element.accessibility_label ?? element.action_id) : null,
    data: { focus: `${blockId}/${element.action_id}` },
    autofocus: element.focus_on_load,
  };
  const keep = (input) => {
    at.keep(blockId, element.action_id, input);
    if (field === null || field.dispatches) return tell(input);
  };
  const tell = async (input) => {
    if (element.confirm && !(await confirmWith(element.confirm, at))) return;
    await at.press(blockId, element, input);
  };

  switch (element.type) {
    case 'button':
    case 'icon_button':
    case 'workflow_button':
      return renderButton(element, common, () => tell(element.value ?? null), at);
    case 'feedback_buttons':
      return [element.positive_button, element.negative_button].map((button) =>
        renderButton(
          button,
          { data: { focus: `${common.data.focus}/${button.value}` } },
          () => tell(button.value),
          at,
        ),
      );
    case 'overflow':
      return renderOverflow(element, common, tell, at);
    case 'plain_text_input':
    case 'email_text_input':
    case 'url_text_input':
    case 'number_input':
    case 'rich_text_input':
      return renderTyped(element, common, held, keep, at, blockId, field);
    case 'static_select':
      return renderSelect(common, held, keep, placeholderOf(element), groupsOf(element));
    case 'users_select':
      return renderSelect(common, held, keep, placeholderOf(element), [{ options: peopleOptions(at) }]);
    case 'channels_select':
    case 'conversations_select':
      return renderSelect(common, held, keep, placeholderOf(element), [{ options: channelOptions(at) }]);
    case 'multi_static_select':
      return renderMany(
        held,
        keep,
        groupsOf(element).flatMap((group) => group.options),
        'checkbox',
        common,
      );
    case 'multi_users_select':
      return renderMany(held, keep, peopleOptions(at), 'checkbox', common);
    case 'multi_channels_select':
    case 'multi_conversations_select':
      return renderMany(held, keep, channelOptions(at), 'checkbox', common);
    case 'checkboxes':
      return renderMany(held, keep, optionsOf(element), 'checkbox', common);
    case 'radio_buttons':
      return renderMany(held, keep, optionsOf(element), 'radio', common);
    case 'external_select':
    case 'multi_external_select':
      return renderExternal(element, blockId, common, held, keep, at);
    case 'datepicker':
      return el('input', {
        ...common,
        type: 'date',
        value: held ?? '',
        onchange: (event) => keep(event.target.value || null),
      });
    case 'timepicker':
      return el('input', {
        ...common,
        type: 'time',
        value: held ?? '',
        onchange: (event) => keep(event.target.value || null),
      });
    case 'datetimepicker':
      return el('input', {
        ...common,
        type: 'datetime-local',
        value: held === null ? '' : localMinute(Number(held)),
        onchange: (event) =>
          keep(
            event.target.value === ''
              ? null
              : String(Math.floor(new Date(event.target.value).getTime() / 1000)),
          ),
      });
    default:
      return el('p', { class: 'quiet' }, `(“${element.type}” cannot be used in this page)`);
  }
}

function renderButton(element, common, press, at) {
  const label = element.accessibility_label ?? null;
  const node = el(
    element.url ? 'a' : 'button',
    {
      ...common,
      class: `button ${element.style ?? ''}`,
      'aria-label': label,
      ...(element.url
        ? { href: safeAddress(element.url), target: '_blank', rel: 'noopener noreferrer' }
        : { type: 'button' }),
      onclick: async () => {
        if (element.url) return press();
        node.disabled = true;
        node.classList.add('busy');
        await press();
        node.disabled = false;
        node.classList.remove('busy');
      },
    },
    renderText(element.text, at),
  );
  return node;
}

function safeAddress(address) {
  return /^https?:\/\//i.test(address) ? address : '#';
}

function renderOverflow(element, common, tell, at) {
  const box = el(
    'details',
    { class: 'overflow' },
    el('summary', { ...common, 'aria-label': 'More actions', class: 'button' }, '⋯'),
    el(
      'div',
      { class: 'menu' },
      element.options.map((option) =>
        el(
          'button',
          {
            type: 'button',
            class: 'plain',
            onclick: () => {
              box.open = false;
              tell(option.value);
            },
          },
          renderText(option.text, at),
        ),
      ),
    ),
  );
  box.addEventListener('focusout', (event) => {
    if (!box.contains(event.relatedTarget)) box.open = false;
  });
  return box;
}

const INPUT_TYPES = { email_text_input: 'email', url_text_input: 'url', number_input: 'number' };

function renderTyped(element, common, held, keep, at, blockId, field) {
  const isLong = element.multiline || element.type === 'rich_text_input';
  return el(isLong ? 'textarea' : 'input', {
    ...common,
    ...(isLong ? { rows: 4 } : { type: INPUT_TYPES[element.type] ?? 'text' }),
    ...(element.type === 'number_input'
      ? { step: element.is_decimal_allowed ? 'any' : '1', min: element.min_value, max: element.max_value }
      : {}),
    placeholder: element.placeholder?.text,
    minlength: element.min_length,
    maxlength: element.max_length ?? 3000,
    'aria-required': field?.isRequired ? 'true' : null,
    value: held ?? '',
    oninput: (event) =>
      at.keep(blockId, element.action_id, event.target.value === '' ? null : event.target.value),
    onkeydown: (event) => {
      if (event.key !== 'Enter' || isLong || !field?.dispatches) return;
      event.preventDefault();
      keep(event.target.value);
    },
  });
}

function renderSelect(common, held, keep, placeholder, groups) {
  const options = (list) =>
    list.map((option) =>
      el('option', { value: option.value, selected: option.value === held }, option.label),
    );
  return el(
    'select',
    { ...common, onchange: (event) => keep(event.target.value === '' ? null : event.target.value) },
    el('option', { value: '', selected: held === null }, placeholder),
    groups.map((group) =>
      group.label ? el('optgroup', { label: group.label }, options(group.options)) : options(group.options),
    ),
  );
}

function renderMany(held, keep, options, type, common) {
  const chosen = new Set(Array.isArray(held) ? held : held === null ? [] : [held]);
  const name = `${common.data.focus}-${Math.random()}`;
  return el(
    'div',
    {
      class: 'choices',
      id: common.id,
      role: type === 'radio' ? 'radiogroup' : 'group',
      'aria-label': common['aria-label'],
    },
    options.map((option) =>
      el(
        'label',
        { class: 'choice' },
        el('input', {
          type,
          name,
          checked: chosen.has(option.value),
          data: { focus: `${common.data.focus}/${option.value}` },
          onchange: (event) => {
            if (type === 'radio') return keep(option.value);
            if (event.target.checked) chosen.add(option.value);
            else chosen.delete(option.value);
            keep(options.map((entry) => entry.value).filter((value) => chosen.has(value)));
          },
        }),
        el(
          'span',
          null,
          option.label,
          option.description ? el('span', { class: 'quiet' }, ` ${option.description}`) : null,
        ),
      ),
    ),
  );
}

function renderExternal(element, blockId, common, held, keep, at) {
  const isMany = element.type === 'multi_external_select';
  const listId = `list-${blockId}-${element.action_id}`;
  const list = el('datalist', { id: listId });
  const ask = async (query) => {
    if (query.length < (element.min_query_length ?? 3)) return;
    const options = await at.suggest(blockId, element, query);
    list.replaceChildren(...options.map((option) => el('option', { value: option.value }, option.text.text)));
  };
  return el(
    'div',
    null,
    el('input', {
      ...common,
      type: 'text',
      list: listId,
      value: Array.isArray(held) ? held.join(', ') : (held ?? ''),
      placeholder: placeholderOf(element),
      oninput: (event) => ask(event.target.value),
      onchange: (event) => {
        const { value } = event.target;
        keep(
          isMany
            ? value
                .split(',')
                .map((part) => part.trim())
                .filter((part) => part !== '')
            : value || null,
        );
      },
    }),
    list,
  );
}

function placeholderOf(element) {
  return element.placeholder?.text ?? 'Choose…';
}

function optionsOf(element) {
  return (element.options ?? []).map((option) => ({
    value: option.value,
    label: option.text.text,
    description: option.description?.text,
  }));
}

function groupsOf(element) {
  if (element.options) return [{ options: optionsOf(element) }];
  return (element.option_groups ?? []).map((group) => ({
    label: group.label.text,
    options: optionsOf(group),
  }));
}

function peopleOptions(at) {
  return at.people.map((person) => ({ value: person.id, label: person.name }));
}

function channelOptions(at) {
  return at.conversations.map((entry) => ({
    value: entry.id,
    label: entry.kind === 'direct' ? entry.name : `#${entry.name}`,
  }));
}

/** What an element holds before anybody touches it; the server reads the same fields. */
export function initialInput(element) {
  if (element.initial_option) return element.initial_option.value;
  if (element.initial_options) return element.initial_options.map((option) => option.value);
  const chosen = element.initial_users ?? element.initial_channels ?? element.initial_conversations;
  if (chosen) return chosen;
  const single =
    element.initial_value ??
    element.initial_user ??
    element.initial_channel ??
    element.initial_conversation ??
    element.initial_date ??
    element.initial_time ??
    element.initial_date_time;
  return single === undefined || typeof single === 'object' ? null : String(single);
}

function localMinute(seconds) {
  const date = new Date(seconds * 1000);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
