import { el } from './dom.js';
import { renderText } from './markup.js';

/** Asks before something is done; resolves to whether the person said yes. */
export function confirmWith(confirm, at) {
  return new Promise((resolve) => {
    const dialog = el(
      'dialog',
      { class: 'confirm', 'aria-label': confirm.title?.text ?? 'Please confirm' },
      el('h2', null, confirm.title?.text ?? 'Are you sure?'),
      el('div', { class: 'text' }, renderText(confirm.text, at)),
      el(
        'div',
        { class: 'dialog-foot' },
        el(
          'button',
          { type: 'button', class: 'button', onclick: () => dialog.close('no') },
          confirm.deny?.text ?? 'Cancel',
        ),
        el(
          'button',
          {
            type: 'button',
            class: `button ${confirm.style ?? 'primary'}`,
            autofocus: true,
            onclick: () => dialog.close('yes'),
          },
          confirm.confirm?.text ?? 'Yes',
        ),
      ),
    );
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(dialog.returnValue === 'yes');
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}
