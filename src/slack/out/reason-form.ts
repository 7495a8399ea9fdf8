import type { ModalView } from '@slack/types';
import type { ReasonForm } from '../../commands/index.ts';
import { MAX_REASON_CHARACTERS } from '../../domain/index.ts';
import { type FormPlace, privateMetadata } from '../form-place.ts';
import { REASON_FORM } from '../registration.ts';

/** One field: what the agent is told with the no. */
export function reasonFormView({ approval, about }: ReasonForm, place: FormPlace): ModalView {
  return {
    type: 'modal',
    callback_id: REASON_FORM,
    private_metadata: privateMetadata(place, approval),
    title: { type: 'plain_text', text: 'Deny with a reason' },
    submit: { type: 'plain_text', text: 'Deny' },
    close: { type: 'plain_text', text: 'Cancel' },
    blocks: [
      { type: 'section', text: { type: 'plain_text', text: about } },
      {
        type: 'input',
        block_id: 'reason',
        label: { type: 'plain_text', text: 'What is the agent told?' },
        hint: {
          type: 'plain_text',
          text: 'It reads these words in place of what it wanted to do, and goes on with them.',
        },
        element: {
          type: 'plain_text_input',
          action_id: 'reason',
          multiline: true,
          max_length: MAX_REASON_CHARACTERS,
        },
      },
    ],
  };
}
