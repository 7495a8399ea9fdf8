import { renderMarkdown } from './markup.js';

for (const box of document.querySelectorAll('[data-markdown]')) {
  box.className = 'text markdown';
  box.replaceChildren(...renderMarkdown(box.textContent));
}
