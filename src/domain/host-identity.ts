/**
 * What a host is, beyond its name: names move, machines are replaced, tmux servers restart.
 * Null: the host does not tell.
 */
export type HostIdentity = {
  readonly hostName: string | null;
  /** SHA-256 of the host key that the connection was made with, as ssh prints it; null without ssh. */
  readonly hostKey: string | null;
  /** Survives a reboot; shared by what runs on one machine. */
  readonly machineId: string | null;
  /** New with every boot. */
  readonly bootId: string | null;
  readonly tmuxPid: number;
  readonly tmuxStartedAt: Date;
};

/** One life of one tmux server: what ran in an earlier one is gone. */
export type TmuxServer = Pick<HostIdentity, 'bootId' | 'tmuxPid' | 'tmuxStartedAt'>;

export function tmuxServerOf({ bootId, tmuxPid, tmuxStartedAt }: HostIdentity): TmuxServer {
  return { bootId, tmuxPid, tmuxStartedAt };
}

/** What came between two looks at one machine; null: nothing did, everything could have stayed. */
export function endBetween(before: TmuxServer, after: TmuxServer): 'reboot' | 'tmux-restart' | null {
  if (before.bootId !== null && after.bootId !== null && before.bootId !== after.bootId) return 'reboot';
  return before.tmuxPid === after.tmuxPid && before.tmuxStartedAt.getTime() === after.tmuxStartedAt.getTime()
    ? null
    : 'tmux-restart';
}

/** One tmux server that is reached under two names. Process numbers repeat across machines, so the machine has to agree as well. */
export function isSameServer(one: HostIdentity, other: HostIdentity): boolean {
  const machinesAgree =
    (one.bootId !== null && one.bootId === other.bootId) ||
    (one.machineId !== null && one.machineId === other.machineId);
  return machinesAgree && endBetween(one, other) === null;
}

/**
 * Why an answer came from another machine than the one that was asked; null: nothing speaks against it.
 * A machine id or a host key that differs from the known one is proof. One that agrees outweighs any name.
 * Without either, names decide: `build-7` may call itself `build-7.example.org`, and `vm1` is not `vm10`.
 * @param known null: this host never answered before
 */
export function misrouteOf(
  known: HostIdentity | null,
  told: HostIdentity,
): { readonly kind: 'machine-id' | 'host-key' | 'host-name'; readonly why: string } | null {
  if (known === null) return null;
  const machine = agreement(known.machineId, told.machineId);
  if (machine === 'differs') return { kind: 'machine-id', why: 'its machine id is another one' };
  const key = agreement(known.hostKey, told.hostKey);
  if (key === 'differs') return { kind: 'host-key', why: 'its host key is another one' };
  if (machine === 'agrees' || key === 'agrees') return null;
  return known.hostName === null || told.hostName === null || areVariants(known.hostName, told.hostName)
    ? null
    : { kind: 'host-name', why: `it calls itself ${told.hostName} and not ${known.hostName}` };
}

function agreement(known: string | null, told: string | null): 'agrees' | 'differs' | 'unknown' {
  if (known === null || told === null) return 'unknown';
  return known === told ? 'agrees' : 'differs';
}

/** One is the other with a domain, or with a part that stands behind a dash. */
function areVariants(one: string, other: string): boolean {
  const [short, long] = [one.toLowerCase(), other.toLowerCase()].toSorted((a, b) => a.length - b.length);
  if (short === undefined || long === undefined || short === '') return false;
  return long === short || long.startsWith(`${short}.`) || long.startsWith(`${short}-`);
}
