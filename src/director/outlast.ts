/** A signal that aborts so much later than another one: what is under way then is finished first. Nothing is left behind once it is disposed of. */
export function outlast(signal: AbortSignal, byMs: number): Disposable & { readonly signal: AbortSignal } {
  const later = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const wait = (): void => {
    timer = setTimeout(() => later.abort(), byMs);
  };
  if (signal.aborted) wait();
  else signal.addEventListener('abort', wait, { once: true });
  return {
    signal: later.signal,
    [Symbol.dispose]() {
      signal.removeEventListener('abort', wait);
      clearTimeout(timer);
    },
  };
}
