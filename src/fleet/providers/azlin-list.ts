import { stripVTControlCharacters } from 'node:util';
import { z } from 'zod';
import { isHostName } from '../../domain/index.ts';

/** A VM as `azlin list` has it. */
export type AzlinVm = {
  readonly name: string;
  readonly region: string | null;
  readonly isRunning: boolean | null;
  readonly sessions: readonly string[];
  readonly tunnelPort: number | null;
};

/** `isComplete`: every entry could be read. */
export type AzlinList = { readonly vms: readonly AzlinVm[]; readonly isComplete: boolean };

/** Null: this is no list of VMs. A list without any is a list. */
export function readJsonList(output: string): AzlinList | null {
  const value = firstJson(stripVTControlCharacters(output));
  const listed = z.union([z.array(z.unknown()), z.object({ vms: z.array(z.unknown()) })]).safeParse(value);
  if (!listed.success) return null;
  const entries = Array.isArray(listed.data) ? listed.data : listed.data.vms;
  const vms = entries.flatMap((entry) => {
    const parsed = jsonVm.safeParse(entry);
    return parsed.success && parsed.data !== null ? [parsed.data] : [];
  });
  // Entries of which not one is a VM are a shape that we do not know, and no empty fleet.
  if (entries.length > 0 && vms.length === 0) return null;
  return { vms: unique(vms), isComplete: vms.length === entries.length };
}

/** The same for the table that people get. Columns are known by their heads, or by their usual places where these are cut off. */
export function readTableList(output: string): AzlinList | null {
  const text = stripVTControlCharacters(output);
  const rows = text.split(/\r?\n/).flatMap((line) => {
    if (!/[│┃║|]/.test(line)) return [];
    const cells = line.split(/[│┃║|]/).map((cell) => cell.trim());
    // The frame begins and ends a row.
    const inner = cells.slice(cells[0] === '' ? 1 : 0, cells.at(-1) === '' ? -1 : undefined);
    const isRule = inner.every((cell) => /^[-─━═┼╋╪+:\s]*$/.test(cell));
    return isRule && inner.some((cell) => /[-─━═]{2}/.test(cell)) ? [] : [inner];
  });
  const headAt = rows.findIndex(isHead);
  if (headAt === -1) {
    // The foot of a table has a bar or two as well.
    return NO_VMS.test(text) ? { vms: [], isComplete: true } : null;
  }
  const columns = columnsOf(rows[headAt] ?? []);
  const vms: AzlinVm[] = [];
  let isComplete = true;
  for (const cells of rows.slice(headAt + 1)) {
    if (cells.length <= Math.max(columns.name, columns.status)) continue;
    const name = cells[columns.name] ?? '';
    const sessions = sessionsOf(cells[columns.sessions] ?? '');
    const last = vms.at(-1);
    if (name === '' && last !== undefined) {
      vms[vms.length - 1] = { ...last, sessions: [...new Set([...last.sessions, ...sessions])] };
    } else if (isHostName(name)) {
      const region = cells[columns.region] ?? '';
      vms.push({
        name,
        region: /^[a-z][a-z0-9-]*$/i.test(region) ? region : null,
        isRunning: isRunning(cells[columns.status] ?? ''),
        sessions,
        tunnelPort: null,
      });
    } else {
      // It has no name of its own, or one that is cut off.
      isComplete = false;
    }
  }
  return { vms: unique(vms), isComplete };
}

const NO_VMS = /\bno (?:running )?(?:vms?|virtual machines)\b/i;

// Power states of Azure. Source: learn.microsoft.com, "States and billing status of Azure Virtual Machines".
const NOT_RUNNING = [
  'creating',
  'starting',
  'stopping',
  'stopped',
  'deallocating',
  'deallocated',
  'deleting',
  'failed',
];

/** A narrow terminal cuts words off: `Ru…` is running, and `S…` may be anything but that. */
export function isRunning(status: string): boolean | null {
  const word = status
    .toLowerCase()
    .replace(/^(?:powerstate\/|vm )/, '')
    .replace(/[^a-z].*$/s, '');
  if (word === '') return null;
  if ('running'.startsWith(word) || word.startsWith('running')) return true;
  return NOT_RUNNING.some((state) => state.startsWith(word) || word.startsWith(state)) ? false : null;
}

const JSON_TRIES = 5;

const text = z.string().trim().min(1);
const word = text.nullish().catch(null);
const port = z.int().min(1).max(65_535).nullish().catch(null);
const session = z.union([z.string(), z.object({ name: z.string() }).transform(({ name }) => name)]);
const sessions = z.array(session).nullish().catch(null);

const jsonVm = z
  .object({
    name: word,
    vm_name: word,
    region: word,
    location: word,
    power_state: word,
    status: word,
    state: word,
    is_running: z.boolean().nullish().catch(null),
    tmux_sessions: sessions,
    sessions,
    tunnel_port: port,
    local_port: port,
  })
  .transform((vm): AzlinVm | null => {
    const name = vm.name ?? vm.vm_name ?? '';
    if (!isHostName(name)) return null;
    const status = vm.power_state ?? vm.status ?? vm.state ?? '';
    return {
      name,
      region: vm.location ?? vm.region ?? null,
      isRunning: isRunning(status) ?? vm.is_running ?? null,
      sessions: sessionsOf((vm.tmux_sessions ?? vm.sessions ?? []).join(',')),
      tunnelPort: vm.tunnel_port ?? vm.local_port ?? null,
    };
  });

/** Names parted by commas. `name:1` is one that somebody is attached to, `+2` are two more, and what is cut off is no name. */
function sessionsOf(listed: string): readonly string[] {
  const names = listed
    .split(',')
    .map((each) => each.trim().replace(/:\d*$/, ''))
    .filter((each) => !/^(?:-*|—|none|n\/a|no sessions|\+\d+.*|.*(?:…|\.\.\.))$/i.test(each));
  return [...new Set(names)];
}

type Columns = {
  readonly name: number;
  readonly sessions: number;
  readonly status: number;
  readonly region: number;
};

const HEADS = {
  vmName: /^vm(?: na|$|…)/i,
  name: /^(?:ses|name|vm)/i,
  sessions: /^tm/i,
  status: /^st/i,
  region: /^(?:reg|loc)/i,
} as const;
const USUAL_PLACES: Columns = { name: 0, sessions: 1, status: 3, region: 5 };

function isHead(cells: readonly string[]): boolean {
  return (
    cells.length >= 3 && HEADS.name.test(cells[0] ?? '') && cells.some((cell) => HEADS.status.test(cell))
  );
}

function columnsOf(head: readonly string[]): Columns {
  const at = (pattern: RegExp, usual: number) => {
    const found = head.findIndex((cell) => pattern.test(cell));
    return found === -1 ? usual : found;
  };
  return {
    name: at(HEADS.vmName, USUAL_PLACES.name),
    sessions: at(HEADS.sessions, USUAL_PLACES.sessions),
    status: at(HEADS.status, USUAL_PLACES.status),
    region: at(HEADS.region, USUAL_PLACES.region),
  };
}

/** What stands before and after it is said to people: a warning about keys, a hint about an update. */
function firstJson(output: string): unknown {
  const starts = [...output.matchAll(/^\s*[[{]/gm)].slice(0, JSON_TRIES);
  const ends = [...output.matchAll(/[\]}]\s*$/gm)].toReversed().slice(0, JSON_TRIES);
  for (const start of starts) {
    for (const end of ends) {
      if (end.index < start.index) break;
      try {
        return JSON.parse(output.slice(start.index, end.index + 1));
      } catch {
        // It begins or ends elsewhere.
      }
    }
  }
  return undefined;
}

function unique(vms: readonly AzlinVm[]): readonly AzlinVm[] {
  return vms.filter(({ name }, index) => vms.findIndex((vm) => vm.name === name) === index);
}
