import type { App } from '@slack/bolt';

/**
 * A small bot that uses every way Slack offers of being asked and of answering: a command that posts a card with a
 * button, the button that rewrites the card and answers in its thread, a form, and a reply to a mention.
 */
export function installExampleBot(app: App): { readonly heard: string[] } {
  const heard: string[] = [];

  app.command('/deploy', async ({ ack, command, client, body }) => {
    await ack();
    heard.push(`command ${command.text}`);
    if (command.text === 'form') {
      await client.views.open({ trigger_id: body.trigger_id, view: form });
      return;
    }
    await client.chat.postMessage({
      channel: command.channel_id,
      text: `Deploy ${command.text}?`,
      blocks: [
        { type: 'section', text: { type: 'mrkdwn', text: `Deploy *${command.text}*?` } },
        {
          type: 'actions',
          elements: [
            {
              type: 'button',
              action_id: 'go',
              value: command.text,
              text: { type: 'plain_text', text: 'Go' },
            },
          ],
        },
      ],
    });
  });

  app.action('go', async ({ ack, action, body, client, respond }) => {
    await ack();
    if (action.type !== 'button' || body.type !== 'block_actions') return;
    const channel = body.channel?.id ?? '';
    const ts = body.message?.ts ?? '';
    heard.push(`button ${action.value} by ${body.user.id}`);
    await client.chat.update({ channel, ts, text: `Deployed ${action.value}`, blocks: [] });
    await client.chat.postMessage({ channel, thread_ts: ts, text: 'It is out.' });
    await respond({ text: 'Thank you.', replace_original: false });
  });

  app.view('deploy-form', async ({ ack, view }) => {
    const name = view.state.values.what?.name?.value ?? '';
    if (name.length < 3) {
      await ack({ response_action: 'errors', errors: { what: 'At least three letters.' } });
      return;
    }
    await ack();
    heard.push(`form ${name}`);
  });

  app.view({ callback_id: 'deploy-form', type: 'view_closed' }, async ({ ack }) => {
    await ack();
    heard.push('form closed');
  });

  app.event('app_mention', async ({ event, say }) => {
    heard.push(`mention ${event.text}`);
    await say({ text: 'Yes?', thread_ts: event.ts });
  });

  return { heard };
}

const form = {
  type: 'modal' as const,
  callback_id: 'deploy-form',
  notify_on_close: true,
  title: { type: 'plain_text' as const, text: 'Deploy' },
  submit: { type: 'plain_text' as const, text: 'Go' },
  blocks: [
    {
      type: 'input' as const,
      block_id: 'what',
      label: { type: 'plain_text' as const, text: 'What' },
      element: { type: 'plain_text_input' as const, action_id: 'name' },
    },
  ],
};
