/**
 * Builds an element. Text given as a child becomes a text node, so whatever anybody wrote stays text.
 * A property that starts with `on` is a listener; `data` holds data attributes; the rest are attributes.
 */
export function el(tag, properties, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else if (name === 'data') Object.assign(node.dataset, value);
    else if (name === 'value' || name === 'checked' || name === 'selected') node[name] = value;
    else node.setAttribute(name, value === true ? '' : String(value));
  }
  append(node, children);
  return node;
}

export function append(node, children) {
  for (const child of children.flat(Number.POSITIVE_INFINITY)) {
    if (child !== null && child !== undefined && child !== false) node.append(child);
  }
}

/**
 * Makes the children of `parent` these items, touching only what changed, so that focus, selection and scroll stay.
 * An item is `{ key, signature, build }`; the same key with the same signature is the same node.
 */
export function patchList(parent, items) {
  const before = new Map([...parent.children].map((node) => [node.dataset.key, node]));
  let cursor = parent.firstElementChild;
  for (const { key, signature, build } of items) {
    const old = before.get(key);
    before.delete(key);
    if (old !== undefined && old.signature === signature) {
      if (old === cursor) cursor = cursor.nextElementSibling;
      else parent.insertBefore(old, cursor);
      continue;
    }
    const node = build();
    node.dataset.key = key;
    node.signature = signature;
    if (old === undefined) {
      parent.insertBefore(node, cursor);
      continue;
    }
    if (old === cursor) cursor = cursor.nextElementSibling;
    const focused = old.contains(document.activeElement) ? document.activeElement.dataset.focus : undefined;
    old.remove();
    parent.insertBefore(node, cursor);
    if (focused !== undefined) node.querySelector(`[data-focus="${CSS.escape(focused)}"]`)?.focus();
  }
  for (const node of before.values()) node.remove();
}

/** Keeps a list that is read from the bottom at its bottom, unless somebody scrolled up. */
export function keepAtEnd(box, change) {
  const isAtEnd = box.scrollHeight - box.scrollTop - box.clientHeight < 80;
  change();
  if (isAtEnd) box.scrollTop = box.scrollHeight;
}

export function dateOfTs(ts) {
  return new Date(Number(ts) * 1000);
}

export function clock(date) {
  return date.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
}

export function day(date) {
  return date.toLocaleDateString([], { weekday: 'long', day: 'numeric', month: 'long' });
}

export function avatar(id, name, isBot) {
  let hue = 0;
  for (const letter of id) hue = (hue * 31 + letter.codePointAt(0)) % 360;
  const initials = name
    .split(/\s+/)
    .map((word) => word[0])
    .slice(0, 2)
    .join('')
    .toUpperCase();
  const node = el('span', { class: isBot ? 'avatar bot' : 'avatar', 'aria-hidden': 'true' }, initials);
  node.style.setProperty('--hue', String(hue));
  return node;
}

export function toast(text) {
  const node = el('p', { class: 'toast' }, text);
  document.querySelector('#toasts').append(node);
  setTimeout(() => node.remove(), 8_000);
}

/** Sends what a person did. A problem is shown to them; the answer says what came of it. */
export async function act(request) {
  try {
    const response = await fetch('/workspace/page/do', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(request),
    });
    const outcome = await response.json();
    if (outcome.kind === 'problem') toast(outcome.problem);
    return outcome;
  } catch {
    toast('The bot cannot be reached. Is it running?');
    return { kind: 'problem' };
  }
}
