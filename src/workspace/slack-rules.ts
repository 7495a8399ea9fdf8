import { type Fields, fieldsAt, fieldsListAt, isFields, listAt, textAt } from './json.ts';

/** Why Slack would not take something: its error code, and one line per mistake as Slack words them. */
export type Refusal = { readonly error: string; readonly details: readonly string[] };

export type MessageContent = {
  readonly text: string | null;
  /** `null`: not given. An empty list: given, and empty. */
  readonly blocks: readonly unknown[] | null;
  readonly attachments: readonly unknown[];
  readonly hasFiles: boolean;
};

/** Limits of docs.slack.dev/reference/block-kit and of the Web API methods, unless another source is named. */
export const SLACK_LIMITS = {
  messageTextChars: 40_000,
  updateTextChars: 4_000,
  messageBlocks: 50,
  viewBlocks: 100,
  viewTitleChars: 24,
  privateMetadataChars: 3_000,
  markdownChars: 12_000,
  /** Not documented by Slack; measured by a reporter: github.com/slackapi/bolt-js/issues/2509. */
  messageBlocksChars: 13_200,
} as const;

export function refuseMessage(
  content: MessageContent,
  maxTextChars: number = SLACK_LIMITS.messageTextChars,
): Refusal | null {
  const blocks = content.blocks ?? [];
  const hasText = content.text !== null && content.text !== '';
  if (!hasText && blocks.length === 0 && content.attachments.length === 0 && !content.hasFiles) {
    return { error: 'no_text', details: [] };
  }
  if ((content.text ?? '').length > maxTextChars) return { error: 'msg_too_long', details: [] };
  return refuseBlocks(blocks, 'message');
}

export function refuseView(view: unknown): Refusal | null {
  const found: Problem[] = [];
  viewShape(view, '/view', found);
  if (found.length > 0) return refusal('invalid_arguments', found);
  const blocks = listAt(view, 'blocks');
  const kind = textAt(view, 'type') === 'home' ? 'home' : 'modal';
  const wrongBlocks = refuseBlocks(blocks, kind);
  if (wrongBlocks !== null) return { ...wrongBlocks, error: 'invalid_arguments' };
  const asks = fieldsListAt(view, 'blocks').some((block) => block.type === 'input');
  if (kind === 'modal' && asks && fieldsAt(view, 'submit') === null) {
    return refusal('invalid_arguments', [
      { at: '/view', what: '`submit` is required when an `input` block is in `blocks`' },
    ]);
  }
  return null;
}

export type Surface = 'message' | 'modal' | 'home';

export function refuseBlocks(blocks: readonly unknown[], surface: Surface): Refusal | null {
  const found: Problem[] = [];
  const maxBlocks = surface === 'message' ? SLACK_LIMITS.messageBlocks : SLACK_LIMITS.viewBlocks;
  list(block(surface), { min: 0, max: maxBlocks })(blocks, '/blocks', found);
  found.push(...repeatedIds(blocks));
  if (found.length > 0) return refusal('invalid_blocks', found);
  if (surface === 'message' && textCharsIn(blocks) > SLACK_LIMITS.messageBlocksChars) {
    return { error: 'msg_blocks_too_long', details: [] };
  }
  return null;
}

type Problem = { readonly at: string; readonly what: string };
type Check = (value: unknown, at: string, found: Problem[]) => void;
type Checks = Readonly<Record<string, Check>>;

function refusal(error: string, found: readonly Problem[]): Refusal {
  return { error, details: found.map(({ at, what }) => `${what} [json-pointer:${at}]`) };
}

function string(max: number, min = 1): Check {
  return (value, at, found) => {
    if (typeof value !== 'string') found.push({ at, what: 'must be a string' });
    else if (value.length > max) found.push({ at, what: `must be less than ${max + 1} characters` });
    else if (value.length < min) found.push({ at, what: `must be more than ${min - 1} characters` });
  };
}

function number(min = -Infinity, max = Infinity): Check {
  return (value, at, found) => {
    if (typeof value !== 'number') found.push({ at, what: 'must be a number' });
    else if (value < min || value > max) found.push({ at, what: `must be between ${min} and ${max}` });
  };
}

const flag: Check = (value, at, found) => {
  if (typeof value !== 'boolean') found.push({ at, what: 'must be a boolean' });
};

const anything: Check = () => {};

function oneOf(...words: readonly string[]): Check {
  return (value, at, found) => {
    if (typeof value !== 'string' || !words.includes(value)) {
      found.push({ at, what: `must be one of: ${words.join(', ')}` });
    }
  };
}

function list(item: Check, { min, max }: { min: number; max: number }): Check {
  return (value, at, found) => {
    if (!Array.isArray(value)) return void found.push({ at, what: 'must be an array' });
    if (value.length > max) found.push({ at, what: `no more than ${max} items allowed` });
    if (value.length < min) found.push({ at, what: `must provide at least ${min} items` });
    for (const [index, entry] of value.entries()) item(entry, `${at}/${index}`, found);
  };
}

/** An object with exactly these fields, besides `type`. */
function shape(required: Checks, optional: Checks = {}): Check {
  return (value, at, found) => {
    if (!isFields(value)) return void found.push({ at, what: 'must be an object' });
    for (const [key, check] of Object.entries(required)) {
      if (value[key] === undefined) found.push({ at, what: `missing required field: ${key}` });
      else check(value[key], `${at}/${key}`, found);
    }
    for (const [key, check] of Object.entries(optional)) {
      if (value[key] !== undefined) check(value[key], `${at}/${key}`, found);
    }
    for (const key of Object.keys(value)) {
      if (key !== 'type' && required[key] === undefined && optional[key] === undefined) {
        found.push({ at, what: `invalid additional property: ${key}` });
      }
    }
  };
}

function byType(checks: Checks): Check {
  return (value, at, found) => {
    if (!isFields(value)) return void found.push({ at, what: 'must be an object' });
    if (typeof value.type !== 'string') return void found.push({ at, what: 'missing required field: type' });
    const check = Object.hasOwn(checks, value.type) ? checks[value.type] : undefined;
    if (check === undefined) found.push({ at: `${at}/type`, what: `unsupported type: ${value.type}` });
    else check(value, at, found);
  };
}

function both(...checks: readonly Check[]): Check {
  return (value, at, found) => {
    for (const check of checks) check(value, at, found);
  };
}

/** At least one of these fields; with `exactly`, no more than one. */
function someOf(keys: readonly string[], exactly = false): Check {
  return (value, at, found) => {
    const given = isFields(value) ? keys.filter((key) => value[key] !== undefined) : [];
    if (given.length === 0) found.push({ at, what: `must provide one of: ${keys.join(', ')}` });
    if (exactly && given.length > 1) found.push({ at, what: `must provide only one of: ${keys.join(', ')}` });
  };
}

function plain(max: number): Check {
  return byType({ plain_text: shape({ text: string(max) }, { emoji: flag }) });
}

function mrkdwn(max: number): Check {
  return byType({ mrkdwn: shape({ text: string(max) }, { verbatim: flag }) });
}

function anyText(max: number): Check {
  return byType({
    plain_text: shape({ text: string(max) }, { emoji: flag }),
    mrkdwn: shape({ text: string(max) }, { verbatim: flag }),
  });
}

const url = string(3_000);
const id = string(255);

const confirm = shape(
  { text: anyText(300) },
  { title: plain(100), confirm: plain(30), deny: plain(30), style: oneOf('primary', 'danger') },
);

const slackFile = both(someOf(['id', 'url'], true), shape({}, { id: string(255), url }));

const imageElement = both(
  someOf(['image_url', 'slack_file'], true),
  shape({ alt_text: string(2_000) }, { image_url: url, slack_file: slackFile }),
);

function option(text: Check): Check {
  return shape({ text, value: string(150) }, { description: anyText(75), url });
}

const choices = {
  options: list(option(plain(75)), { min: 1, max: 100 }),
  option_groups: list(shape({ label: plain(75), options: list(option(plain(75)), { min: 1, max: 100 }) }), {
    min: 1,
    max: 100,
  }),
};

const acting = { action_id: id, confirm };
const typing = { action_id: id, focus_on_load: flag, placeholder: plain(150) };
const choosing = { ...acting, focus_on_load: flag, placeholder: plain(150) };
const dispatching = {
  ...typing,
  dispatch_action_config: shape(
    {},
    {
      trigger_actions_on: list(oneOf('on_enter_pressed', 'on_character_entered'), { min: 1, max: 2 }),
    },
  ),
};
const maxSelected = { max_selected_items: number(1) };
const conversationFilter = shape(
  {},
  {
    include: list(oneOf('im', 'mpim', 'private', 'public'), { min: 1, max: 4 }),
    exclude_external_shared_channels: flag,
    exclude_bot_users: flag,
  },
);

const button = shape(
  { text: plain(75) },
  {
    ...acting,
    value: string(2_000),
    url,
    style: oneOf('primary', 'danger'),
    accessibility_label: string(75),
  },
);

const selects: Checks = {
  static_select: both(
    someOf(['options', 'option_groups'], true),
    shape({}, { ...choosing, ...choices, initial_option: option(plain(75)) }),
  ),
  multi_static_select: both(
    someOf(['options', 'option_groups'], true),
    shape(
      {},
      {
        ...choosing,
        ...choices,
        ...maxSelected,
        initial_options: list(option(plain(75)), { min: 1, max: 100 }),
      },
    ),
  ),
  external_select: shape({}, { ...choosing, initial_option: option(plain(75)), min_query_length: number(0) }),
  multi_external_select: shape(
    {},
    {
      ...choosing,
      ...maxSelected,
      initial_options: list(option(plain(75)), { min: 1, max: 100 }),
      min_query_length: number(0),
    },
  ),
  users_select: shape({}, { ...choosing, initial_user: id }),
  multi_users_select: shape(
    {},
    { ...choosing, ...maxSelected, initial_users: list(id, { min: 1, max: 100 }) },
  ),
  conversations_select: shape(
    {},
    {
      ...choosing,
      initial_conversation: id,
      default_to_current_conversation: flag,
      response_url_enabled: flag,
      filter: conversationFilter,
    },
  ),
  multi_conversations_select: shape(
    {},
    {
      ...choosing,
      ...maxSelected,
      initial_conversations: list(id, { min: 1, max: 100 }),
      default_to_current_conversation: flag,
      filter: conversationFilter,
    },
  ),
  channels_select: shape({}, { ...choosing, initial_channel: id, response_url_enabled: flag }),
  multi_channels_select: shape(
    {},
    { ...choosing, ...maxSelected, initial_channels: list(id, { min: 1, max: 100 }) },
  ),
};

const pickers: Checks = {
  datepicker: shape({}, { ...choosing, initial_date: string(10) }),
  timepicker: shape({}, { ...choosing, initial_time: string(5), timezone: string(64) }),
};

const toggles: Checks = {
  checkboxes: shape(
    { options: list(option(anyText(75)), { min: 1, max: 10 }) },
    { ...acting, focus_on_load: flag, initial_options: list(option(anyText(75)), { min: 1, max: 10 }) },
  ),
  radio_buttons: shape(
    { options: list(option(anyText(75)), { min: 1, max: 10 }) },
    { ...acting, focus_on_load: flag, initial_option: option(anyText(75)) },
  ),
};

const overflow = shape({ options: list(option(plain(75)), { min: 1, max: 5 }) }, acting);
const datetimepicker = shape({}, { ...acting, focus_on_load: flag, initial_date_time: number(0) });

const pressable: Checks = {
  button,
  overflow,
  ...selects,
  ...pickers,
  ...toggles,
};

const richTextInput = shape(
  {},
  { ...dispatching, initial_value: anything, min_lines: number(1), max_lines: number(1) },
);

const actionElements: Checks = {
  ...pressable,
  datetimepicker,
  rich_text_input: richTextInput,
};

const inputElements: Checks = {
  ...selects,
  ...pickers,
  ...toggles,
  datetimepicker,
  rich_text_input: richTextInput,
  plain_text_input: shape(
    {},
    {
      ...dispatching,
      initial_value: string(3_000, 0),
      multiline: flag,
      min_length: number(0, 3_000),
      max_length: number(1, 3_000),
    },
  ),
  email_text_input: shape({}, { ...dispatching, initial_value: string(3_000, 0) }),
  url_text_input: shape({}, { ...dispatching, initial_value: string(3_000, 0) }),
  number_input: shape(
    { is_decimal_allowed: flag },
    { ...dispatching, initial_value: string(64), min_value: string(64), max_value: string(64) },
  ),
  file_input: shape(
    {},
    { action_id: id, filetypes: list(string(20), { min: 1, max: 100 }), max_files: number(1, 10) },
  ),
};

const richStyle = shape(
  {},
  {
    bold: flag,
    italic: flag,
    strike: flag,
    code: flag,
    underline: flag,
    highlight: flag,
    client_highlight: flag,
    unlink: flag,
  },
);
const richElement = byType({
  text: shape({ text: string(SLACK_LIMITS.messageTextChars, 0) }, { style: richStyle }),
  link: shape({ url }, { text: string(3_000, 0), unsafe: flag, style: richStyle }),
  emoji: shape({ name: string(255) }, { unicode: string(64), url, skin_tone: number(), style: richStyle }),
  user: shape({ user_id: id }, { style: richStyle }),
  usergroup: shape({ usergroup_id: id }, { style: richStyle }),
  channel: shape({ channel_id: id }, { style: richStyle }),
  team: shape({ team_id: id }, { style: richStyle }),
  broadcast: shape({ range: oneOf('here', 'channel', 'everyone') }, { style: richStyle }),
  color: shape({ value: string(32) }, { style: richStyle }),
  date: shape(
    { timestamp: number(0), format: string(255) },
    { url, fallback: string(255), style: richStyle },
  ),
});
const richElements = list(richElement, { min: 0, max: 1_000 });
const border = { border: number(0, 1) };
const richSection = shape({ elements: richElements });
const richTextFields: Checks = {
  elements: list(
    byType({
      rich_text_section: richSection,
      rich_text_list: shape(
        {
          elements: list(byType({ rich_text_section: richSection }), { min: 1, max: 1_000 }),
          style: oneOf('bullet', 'ordered'),
        },
        { indent: number(0, 8), offset: number(0), ...border },
      ),
      rich_text_quote: shape({ elements: richElements }, border),
      rich_text_preformatted: shape({ elements: richElements }, { ...border, language: string(64) }),
    }),
    { min: 1, max: 1_000 },
  ),
};
const richText = shape(richTextFields, { block_id: id });

const tableRows = list(
  list(
    byType({
      raw_text: shape({ text: string(3_000) }),
      raw_number: shape({ value: number(), text: string(255) }),
      rich_text: richText,
    }),
    { min: 1, max: 20 },
  ),
  { min: 1, max: 100 },
);

const card = both(
  someOf(['hero_image', 'title', 'actions', 'body']),
  shape(
    {},
    {
      block_id: id,
      hero_image: imageElement,
      icon: imageElement,
      title: mrkdwn(150),
      subtitle: mrkdwn(150),
      body: mrkdwn(200),
      actions: list(byType({ button }), { min: 1, max: 3 }),
    },
  ),
);

const taskCard = shape(
  {
    task_id: id,
    title: string(3_000),
    status: oneOf('pending', 'in_progress', 'complete', 'error'),
  },
  {
    block_id: id,
    details: richText,
    output: richText,
    sources: list(shape({ url, text: string(3_000) }), { min: 0, max: 100 }),
  },
);

const feedback = shape({ text: plain(75), value: string(2_000) }, { accessibility_label: string(75) });

const simpleBlocks: Checks = {
  actions: shape({ elements: list(byType(actionElements), { min: 1, max: 25 }) }, { block_id: id }),
  context: shape(
    {
      elements: list(
        byType({
          image: imageElement,
          plain_text: shape({ text: string(3_000) }, { emoji: flag }),
          mrkdwn: shape({ text: string(3_000) }, { verbatim: flag }),
        }),
        { min: 1, max: 10 },
      ),
    },
    { block_id: id },
  ),
  divider: shape({}, { block_id: id }),
  header: shape({ text: plain(150) }, { block_id: id, level: number(1, 4) }),
  image: both(
    someOf(['image_url', 'slack_file'], true),
    shape(
      { alt_text: string(2_000) },
      { block_id: id, image_url: url, slack_file: slackFile, title: plain(2_000) },
    ),
  ),
  input: shape(
    { label: plain(2_000), element: byType(inputElements) },
    { block_id: id, hint: plain(2_000), optional: flag, dispatch_action: flag },
  ),
  rich_text: richText,
  section: both(
    someOf(['text', 'fields']),
    shape(
      {},
      {
        block_id: id,
        text: anyText(3_000),
        fields: list(anyText(2_000), { min: 1, max: 10 }),
        accessory: byType({ ...pressable, image: imageElement }),
        expand: flag,
      },
    ),
  ),
  table: shape(
    { rows: tableRows },
    {
      block_id: id,
      column_settings: list(shape({}, { align: oneOf('left', 'center', 'right'), is_wrapped: flag }), {
        min: 0,
        max: 20,
      }),
    },
  ),
};

const blocks: Checks = {
  ...simpleBlocks,
  alert: shape(
    { text: anyText(3_000) },
    { block_id: id, level: oneOf('default', 'info', 'warning', 'error', 'success') },
  ),
  card,
  carousel: shape({ elements: list(byType({ card }), { min: 1, max: 10 }) }, { block_id: id }),
  container: both(
    someOf(['title', 'rich_text_title']),
    shape(
      { child_blocks: list(byType(simpleBlocks), { min: 1, max: 10 }) },
      {
        block_id: id,
        title: plain(150),
        rich_text_title: richText,
        subtitle: anyText(150),
        width: oneOf('narrow', 'standard', 'wide', 'full'),
        icon: imageElement,
        is_collapsible: flag,
        default_collapsed: flag,
        has_header_divider: flag,
      },
    ),
  ),
  context_actions: shape(
    {
      elements: list(
        byType({
          feedback_buttons: shape(
            { positive_button: feedback, negative_button: feedback },
            { action_id: id },
          ),
          icon_button: shape(
            { icon: oneOf('trash'), text: plain(75) },
            {
              ...acting,
              accessibility_label: string(75),
              value: string(2_000),
              visible_to_user_ids: list(id, { min: 1, max: 100 }),
            },
          ),
        }),
        { min: 1, max: 5 },
      ),
    },
    { block_id: id },
  ),
  data_table: shape(
    { rows: tableRows, caption: string(3_000) },
    { block_id: id, page_size: number(1, 100), row_header_column_index: number(0, 19) },
  ),
  plan: shape(
    { title: string(3_000) },
    { block_id: id, tasks: list(byType({ task_card: taskCard }), { min: 0, max: 100 }) },
  ),
  task_card: taskCard,
};

const markdown = shape({ text: string(SLACK_LIMITS.markdownChars) }, { block_id: id });

/** `file` and `video` are left out on purpose: an app may not post the one and needs an extra scope for the other. */
function block(surface: Surface): Check {
  return byType(surface === 'message' ? { ...blocks, markdown } : blocks);
}

const viewFields: Checks = {
  callback_id: string(255, 0),
  private_metadata: string(SLACK_LIMITS.privateMetadataChars, 0),
  external_id: string(255, 0),
  clear_on_close: flag,
  notify_on_close: flag,
};

/** Only that it is a list: what is in it is checked apart, so that the places in the answer read `/blocks/…`. */
const viewBlocks = list(anything, { min: 0, max: Number.MAX_SAFE_INTEGER });

const viewShape = byType({
  modal: shape(
    { title: plain(SLACK_LIMITS.viewTitleChars), blocks: viewBlocks },
    {
      ...viewFields,
      submit: plain(SLACK_LIMITS.viewTitleChars),
      close: plain(SLACK_LIMITS.viewTitleChars),
      submit_disabled: flag,
    },
  ),
  home: shape({ blocks: viewBlocks }, viewFields),
});

/** A block id may stand once in a message or view, an action id once in its block. */
function repeatedIds(blocks: readonly unknown[]): Problem[] {
  const found: Problem[] = [];
  const blockIds = new Set<string>();
  for (const [index, entry] of blocks.entries()) {
    const at = `/blocks/${index}`;
    const blockId = textAt(entry, 'block_id');
    if (blockId !== null) {
      if (blockIds.has(blockId)) found.push({ at, what: `\`block_id\` "${blockId}" already exists` });
      blockIds.add(blockId);
    }
    const actionIds = new Set<string>();
    for (const element of interactiveElements(entry)) {
      const actionId = textAt(element, 'action_id');
      if (actionId === null) continue;
      if (actionIds.has(actionId)) found.push({ at, what: `\`action_id\` "${actionId}" already exists` });
      actionIds.add(actionId);
    }
  }
  return found;
}

/** The elements of a block that a person can press, pick or fill in. */
export function interactiveElements(block: unknown): readonly Fields[] {
  const inside = [
    ...fieldsListAt(block, 'elements').flatMap((element) =>
      element.type === 'card' ? interactiveElements(element) : [element],
    ),
    ...fieldsListAt(block, 'actions'),
    ...fieldsListAt(block, 'child_blocks').flatMap(interactiveElements),
    fieldsAt(block, 'accessory'),
    fieldsAt(block, 'element'),
  ];
  return inside.filter((element) => element !== null).filter(isInteractive);
}

export function isInteractive(element: Fields): boolean {
  return Object.hasOwn(anyInteractive, String(element.type));
}

const anyInteractive: Checks = {
  ...actionElements,
  ...inputElements,
  feedback_buttons: anything,
  icon_button: anything,
};

function textCharsIn(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, entry) => sum + textCharsIn(entry), 0);
  if (!isFields(value)) return 0;
  let sum = 0;
  for (const [key, inner] of Object.entries(value)) {
    sum += key === 'text' && typeof inner === 'string' ? inner.length : textCharsIn(inner);
  }
  return sum;
}
