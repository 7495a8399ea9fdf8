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

/** A word for what gives another machine away, and one clause for people. */
export type Misroute = {
  readonly kind: 'machine-id' | 'host-key' | 'host-name';
  readonly why: string;
};

/**
 * Why an answer came from another machine than the one that was asked; null: nothing speaks against it.
 * A machine id or a host key that differs from the known one is proof, and one that agrees outweighs any name.
 * Without either, names decide: `build` may call itself `build.example.org` or `build-7`, and `vm1` is not `vm10`.
 * @param known null: this host never answered before
 * @param names what the asked host and the others of the fleet are called
 */
export function misrouteOf(
  known: HostIdentity | null,
  told: HostIdentity,
  names: { readonly own: string; readonly others: readonly string[] },
): Misroute | null {
  const machine = agreement(known?.machineId ?? null, told.machineId);
  if (machine === 'differs') return { kind: 'machine-id', why: 'its machine id is another one' };
  const key = agreement(known?.hostKey ?? null, told.hostKey);
  if (key === 'differs') return { kind: 'host-key', why: 'its host key is another one' };
  const { hostName } = told;
  if (machine === 'agrees' || key === 'agrees' || hostName === null) return null;
  const expected = [names.own, known?.hostName ?? null].filter((name) => name !== null);
  if (expected.some((name) => isSameName(name, hostName))) return null;
  const other = names.others.find((name) => isSameName(name, hostName));
  if (other !== undefined) return { kind: 'host-name', why: `it calls itself ${hostName}, like ${other}` };
  if (expected.some((name) => areVariants(name, hostName)) || known === null || known.hostName === null)
    return null;
  return { kind: 'host-name', why: `it calls itself ${hostName} and not ${known.hostName}` };
}

/** What is known after another answer: what it does not tell this time is as it was. */
export function learnIdentity(known: HostIdentity | null, told: HostIdentity): HostIdentity {
  return {
    ...told,
    hostName: told.hostName ?? known?.hostName ?? null,
    hostKey: told.hostKey ?? known?.hostKey ?? null,
    machineId: told.machineId ?? known?.machineId ?? null,
    bootId: told.bootId ?? known?.bootId ?? null,
  };
}

function agreement(known: string | null, told: string | null): 'agrees' | 'differs' | 'unknown' {
  if (known === null || told === null) return 'unknown';
  return known === told ? 'agrees' : 'differs';
}

function isSameName(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

/** One is the other with a domain, or with a part that stands behind a dash. */
function areVariants(one: string, other: string): boolean {
  const [short = '', long = ''] = [one.toLowerCase(), other.toLowerCase()].toSorted(
    (a, b) => a.length - b.length,
  );
  return short !== '' && (long === short || long.startsWith(`${short}.`) || long.startsWith(`${short}-`));
}
