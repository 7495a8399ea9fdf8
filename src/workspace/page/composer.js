import { el } from './dom.js';

const KEYS = 'Enter sends, Shift+Enter makes a new line';

/**
 * A box to write in. Enter sends, Shift+Enter makes a line, `/` at the start and `@` anywhere offer completions.
 * `source()` gives `{ commands, names }`; `send(text)` resolves to whether the text was taken.
 */
export function createComposer({ id, label, placeholder, source, send }) {
  let options = [];
  let chosen = 0;
  const list = el('ul', { class: 'completions', role: 'listbox', id: `${id}-list`, hidden: true });
  const hint = el('p', { class: 'quiet hint', id: `${id}-hint` }, KEYS);
  const box = el('textarea', {
    id,
    rows: 1,
    placeholder,
    'aria-label': label,
    role: 'combobox',
    'aria-expanded': 'false',
    'aria-controls': `${id}-list`,
    'aria-autocomplete': 'list',
    'aria-describedby': `${id}-hint`,
    autocomplete: 'off',
    oninput: () => {
      grow();
      offer();
    },
    onkeydown: press,
    onblur: () => setTimeout(hide, 150),
  });
  const button = el('button', { type: 'submit', class: 'button primary send' }, 'Send');
  const form = el(
    'form',
    { class: 'composer', onsubmit: submit },
    list,
    el('div', { class: 'composer-row' }, box, button),
    hint,
  );

  function grow() {
    box.style.height = 'auto';
    box.style.height = `${Math.min(box.scrollHeight, 220)}px`;
  }

  function offer() {
    const before = box.value.slice(0, box.selectionStart);
    const command = /^\/[a-z-]*$/i.exec(before);
    const word = /^(\/[a-z-]+) ([a-z-]*)$/i.exec(before);
    const name = /(?:^|\s)@([^@\n]{0,30})$/.exec(before);
    const { commands, names } = source();
    if (command !== null) {
      options = commands
        .filter((entry) => entry.command.startsWith(command[0].toLowerCase()))
        .map((entry) => ({
          text: `${entry.command} `,
          from: 0,
          title: entry.command,
          detail: entry.description,
          hint: entry.usageHint,
        }));
    } else if (word !== null) {
      const words = commands.find((entry) => entry.command === word[1].toLowerCase())?.words ?? [];
      options = words
        .filter((entry) => entry.word.startsWith(word[2].toLowerCase()))
        .map((entry) => ({
          text: `${word[1]} ${entry.word} `,
          from: 0,
          title: entry.word,
          detail: entry.description,
          hint: entry.usageHint,
        }));
    } else if (name !== null) {
      const from = before.length - name[1].length - 1;
      options = names
        .filter((entry) => entry.toLowerCase().startsWith(name[1].toLowerCase()))
        .map((entry) => ({ text: `@${entry} `, from, title: `@${entry}`, detail: '', hint: '' }));
    } else options = [];
    const running = commands.find((entry) => box.value.startsWith(`${entry.command} `));
    const said = running?.words.find((entry) => box.value.startsWith(`${running.command} ${entry.word} `));
    const usage = said === undefined ? running?.usageHint : `${said.word} ${said.usageHint}`;
    hint.textContent = usage ? `${running.command} ${usage}` : KEYS;
    chosen = 0;
    draw();
  }

  function draw() {
    const isOpen = options.length > 0;
    list.hidden = !isOpen;
    box.setAttribute('aria-expanded', String(isOpen));
    if (isOpen) box.setAttribute('aria-activedescendant', `${id}-option-${chosen}`);
    else box.removeAttribute('aria-activedescendant');
    list.replaceChildren(
      ...options.map((option, index) =>
        el(
          'li',
          {
            role: 'option',
            id: `${id}-option-${index}`,
            'aria-selected': index === chosen ? 'true' : 'false',
            onmousedown: (event) => {
              event.preventDefault();
              take(option);
            },
          },
          el('strong', null, option.title),
          option.hint ? el('code', null, option.hint) : null,
          option.detail ? el('span', { class: 'quiet' }, option.detail) : null,
        ),
      ),
    );
  }

  function hide() {
    options = [];
    draw();
  }

  function take(option) {
    const after = box.value.slice(box.selectionStart);
    box.value = box.value.slice(0, option.from) + option.text + after;
    const end = option.from + option.text.length;
    box.setSelectionRange(end, end);
    box.focus();
    grow();
    offer();
  }

  function press(event) {
    if (event.isComposing) return;
    if (options.length > 0) {
      if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
        event.preventDefault();
        chosen = (chosen + (event.key === 'ArrowDown' ? 1 : options.length - 1)) % options.length;
        return draw();
      }
      const isWhole = options[chosen].text.trim() === box.value.trim();
      if (event.key === 'Tab' || (event.key === 'Enter' && !event.shiftKey && !isWhole)) {
        event.preventDefault();
        return take(options[chosen]);
      }
      if (event.key === 'Escape') {
        event.preventDefault();
        event.stopPropagation();
        return hide();
      }
    }
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      form.requestSubmit();
    }
  }

  async function submit(event) {
    event.preventDefault();
    const text = box.value;
    if (text.trim() === '') return;
    box.value = '';
    hide();
    hint.textContent = KEYS;
    grow();
    const isTaken = await send(text);
    if (!isTaken && box.value === '') {
      box.value = text;
      grow();
    }
  }

  return {
    node: form,
    focus: () => box.focus(),
    write(text) {
      box.value = text;
      box.focus();
      grow();
    },
  };
}
