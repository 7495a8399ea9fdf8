import { once } from 'node:events';
import { createServer } from 'node:http';
import { expect, test } from 'vitest';
import { openBrowser } from './browser.ts';

test('the browser shows a page of this machine', async () => {
  const server = createServer((_, response) => response.end('<title>Fleet</title><h1>hello</h1>'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  try {
    await using browser = await openBrowser();
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${address.port}/`);
    expect(await page.textContent('h1')).toBe('hello');
  } finally {
    server.closeAllConnections();
    server.close();
  }
});
