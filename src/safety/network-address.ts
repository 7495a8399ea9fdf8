import { BlockList, isIPv6 } from 'node:net';

/** What a door knows of who knocks, as a request of `node:http` has it. */
export type Caller = {
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly socket: {
    readonly remoteAddress?: string | undefined;
    readonly localAddress?: string | undefined;
  };
};

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

// RFC 1918, RFC 3927, RFC 4193 and RFC 4291: what routers of the internet do not carry.
const PRIVATE = new BlockList();
PRIVATE.addSubnet('10.0.0.0', 8, 'ipv4');
PRIVATE.addSubnet('172.16.0.0', 12, 'ipv4');
PRIVATE.addSubnet('192.168.0.0', 16, 'ipv4');
PRIVATE.addSubnet('169.254.0.0', 16, 'ipv4');
PRIVATE.addSubnet('fc00::', 7, 'ipv6');
PRIVATE.addSubnet('fe80::', 10, 'ipv6');

/** Whether a server that listens at this address or name can be reached from its own machine only. */
export function isLoopback(address: string): boolean {
  return address.toLowerCase() === 'localhost' || isIn(LOOPBACK, address);
}

/** Whether a connection begins on the machine it ends on: at a loopback address, or at the very address it was made to. */
export function isFromThisMachine(caller: Caller): boolean {
  const { remoteAddress, localAddress } = caller.socket;
  if (remoteAddress === undefined || isPassedOn(caller)) return false;
  return isIn(LOOPBACK, remoteAddress) || remoteAddress === localAddress;
}

/** Whether a connection begins on this machine or in a network of its own, as one does that a container's engine forwards. */
export function isFromNearby(caller: Caller): boolean {
  const { remoteAddress } = caller.socket;
  if (remoteAddress === undefined || isPassedOn(caller)) return false;
  return isFromThisMachine(caller) || isIn(PRIVATE, remoteAddress);
}

/** A proxy on this machine speaks for somebody who may be anywhere. */
function isPassedOn({ headers }: Caller): boolean {
  return ['forwarded', 'x-forwarded-for', 'via'].some((name) => headers[name] !== undefined);
}

function isIn(list: BlockList, address: string): boolean {
  const plain = address.split('%')[0] ?? '';
  return list.check(plain, isIPv6(plain) ? 'ipv6' : 'ipv4');
}
