import { renderBlocks } from './blocks.js';
import { act, el } from './dom.js';
import { renderText } from './markup.js';

/**
 * Shows the topmost of a person's open views, and keeps what was typed while the bot changes the view under it.
 * `context(place, inputs)` gives the blocks what they need.
 */
export function openModalStack({ person, context }) {
  let dialog = null;
  let shown = null;
  let drafts = {};
  let errors = {};

  async function submit(event) {
    event.preventDefault();
    const button = dialog.querySelector('button[type=submit]');
    button.disabled = true;
    button.classList.add('busy');
    const outcome = await act({ kind: 'submit', person: person(), viewId: shown.id, inputs: allInputs() });
    if (button.isConnected) {
      button.disabled = false;
      button.classList.remove('busy');
    }
    errors = outcome.kind === 'errors' ? outcome.errors : {};
    if (outcome.kind === 'errors' && dialog !== null) {
      draw();
      dialog.querySelector('[aria-invalid=true]')?.focus();
    }
  }

  function allInputs() {
    return drafts;
  }

  function close() {
    act({ kind: 'close', person: person(), viewId: shown.id });
  }

  function draw() {
    const focused = dialog.contains(document.activeElement)
      ? document.activeElement.dataset.focus
      : undefined;
    const place = { kind: 'view', viewId: shown.id };
    const at = context(place, drafts);
    const title = `modal-${shown.id}`;
    dialog.setAttribute('aria-labelledby', title);
    dialog.replaceChildren(
      el(
        'form',
        { onsubmit: submit, novalidate: true },
        el(
          'header',
          { class: 'dialog-head' },
          el('h2', { id: title }, renderText(shown.title, at)),
          el('button', { type: 'button', class: 'plain', 'aria-label': 'Close', onclick: close }, '✕'),
        ),
        el('div', { class: 'dialog-body' }, renderBlocks(shown.blocks, { ...at, errors })),
        el(
          'footer',
          { class: 'dialog-foot' },
          el('button', { type: 'button', class: 'button', onclick: close }, shown.close?.text ?? 'Cancel'),
          shown.submit ? el('button', { type: 'submit', class: 'button primary' }, shown.submit.text) : null,
        ),
      ),
    );
    if (focused !== undefined) dialog.querySelector(`[data-focus="${CSS.escape(focused)}"]`)?.focus();
  }

  return {
    show(views) {
      const top = views.at(-1) ?? null;
      if (top === null) {
        dialog?.remove();
        dialog = null;
        shown = null;
        drafts = {};
        errors = {};
        return;
      }
      const isSame = shown?.id === top.id;
      if (!isSame) {
        drafts = {};
        errors = {};
      } else if (shown.hash === top.hash) return;
      shown = top;
      if (dialog === null) {
        dialog = el('dialog', { class: 'modal' });
        dialog.addEventListener('cancel', (event) => {
          event.preventDefault();
          close();
        });
        document.body.append(dialog);
        draw();
        dialog.showModal();
        const first = dialog.querySelector(
          '.dialog-body [autofocus], .dialog-body input, .dialog-body textarea, .dialog-body select',
        );
        first?.focus();
      } else draw();
    },
  };
}
