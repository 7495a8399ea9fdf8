import { type Browser, chromium } from 'playwright-core';
import { findChromium } from '../setup/system.ts';

/** Root and containers need the first two; the others keep Chromium from calling home. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Opens the system's own Chromium without a window. `await using` closes it. */
export async function openBrowser(): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === null) throw new Error('no Chromium on this machine');
  return chromium.launch({ executablePath, headless: true, args: FLAGS });
}
