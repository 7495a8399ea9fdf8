import { expect, test } from 'vitest';
import { isFromNearby, isFromThisMachine, isLoopback } from '../../src/safety/index.ts';

const FROM = [
  ['127.0.0.1', '127.0.0.1', 'this machine'],
  ['127.8.8.8', '127.0.0.1', 'this machine'],
  ['::1', '::1', 'this machine'],
  ['::ffff:127.0.0.1', '::ffff:127.0.0.1', 'this machine'],
  ['203.0.113.7', '203.0.113.7', 'this machine'],
  ['172.17.0.1', '172.17.0.2', 'nearby'],
  ['::ffff:172.17.0.1', '::ffff:172.17.0.2', 'nearby'],
  ['192.168.65.1', '172.17.0.2', 'nearby'],
  ['10.1.2.3', '10.1.2.4', 'nearby'],
  ['fd12::1', 'fd12::2', 'nearby'],
  ['fe80::1%eth0', 'fe80::2', 'nearby'],
  ['203.0.113.7', '10.1.2.4', 'elsewhere'],
  ['172.32.0.1', '172.17.0.2', 'elsewhere'],
  ['2001:db8::1', '2001:db8::2', 'elsewhere'],
  [undefined, undefined, 'elsewhere'],
] as const;

test.each(FROM)('a connection from %s to %s is from %s', (remoteAddress, localAddress, where) => {
  const caller = { headers: {}, socket: { remoteAddress, localAddress } };
  expect(isFromThisMachine(caller)).toBe(where === 'this machine');
  expect(isFromNearby(caller)).toBe(where !== 'elsewhere');
});

test.each(['forwarded', 'x-forwarded-for', 'via'])(
  'what a proxy here passes on with %s may be from anywhere',
  (name) => {
    const caller = {
      headers: { [name]: '' },
      socket: { remoteAddress: '127.0.0.1', localAddress: '127.0.0.1' },
    };
    expect(isFromThisMachine(caller)).toBe(false);
    expect(isFromNearby(caller)).toBe(false);
  },
);

test.each([
  ['127.0.0.1', true],
  ['::1', true],
  ['localhost', true],
  ['0.0.0.0', false],
  ['::', false],
  ['192.168.1.5', false],
  ['localhost.example.com', false],
])('a server that listens at %s is reached from its own machine only: %s', (address, isOnly) => {
  expect(isLoopback(address)).toBe(isOnly);
});
