import type { InputBlock, ModalView, PlainTextOption } from '@slack/types';
import type { AddForm } from '../../commands/index.ts';
import { PRIORITIES } from '../../domain/index.ts';
import { type FormPlace, privateMetadata } from '../form-place.ts';
import { ADD_FORM } from '../registration.ts';
import { cutLabel } from './mrkdwn.ts';

// docs.slack.dev/reference/block-kit: a select has 100 options, an option's text 75 characters, a text input 3000.
const OPTIONS_MAX = 100;
const OPTION_TEXT_MAX = 75;
const BRIEF_MAX = 3000;

/** The add form. A field's block and action carry its name, by which it is read when it comes back. Null: no project to pick. */
export function addFormView(form: AddForm, place: FormPlace): ModalView | null {
  const projects = form.projects.slice(0, OPTIONS_MAX).map(({ id, repo }) => option(repo, id));
  if (projects.length === 0) return null;
  const brief = form.brief.slice(0, BRIEF_MAX);
  return {
    type: 'modal',
    callback_id: ADD_FORM,
    private_metadata: privateMetadata(place),
    title: { type: 'plain_text', text: 'Add a task' },
    submit: { type: 'plain_text', text: 'Add' },
    close: { type: 'plain_text', text: 'Cancel' },
    blocks: [
      {
        ...input('brief', 'What should be done?'),
        hint: { type: 'plain_text', text: 'The agent gets these words exactly as they stand here.' },
        element: {
          type: 'plain_text_input',
          action_id: 'brief',
          multiline: true,
          max_length: BRIEF_MAX,
          ...(brief === '' ? {} : { initial_value: brief }),
        },
      },
      select('project', 'Repository', projects, projects.length === 1 ? projects[0] : undefined),
      select(
        'priority',
        'Priority',
        PRIORITIES.map((priority) => option(priority, priority)),
        option('medium', 'medium'),
      ),
      ...optionalSelect('agent', "Agent (empty: the repository's own)", form.agents),
      ...optionalSelect('host', 'Host (empty: any with room)', form.hosts),
    ],
  };
}

function optionalSelect(name: string, label: string, values: readonly string[]): InputBlock[] {
  if (values.length === 0) return [];
  const options = values.slice(0, OPTIONS_MAX).map((value) => option(value, value));
  return [{ ...select(name, label, options), optional: true }];
}

function select(
  name: string,
  label: string,
  options: PlainTextOption[],
  initial?: PlainTextOption,
): InputBlock {
  return {
    ...input(name, label),
    element: {
      type: 'static_select',
      action_id: name,
      options,
      ...(initial === undefined ? {} : { initial_option: initial }),
    },
  };
}

function input(name: string, label: string) {
  return { type: 'input', block_id: name, label: { type: 'plain_text', text: label } } as const;
}

function option(label: string, value: string): PlainTextOption {
  return { text: { type: 'plain_text', text: cutLabel(label, OPTION_TEXT_MAX) }, value };
}
