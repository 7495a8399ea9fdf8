import type { Metric } from '../domain/index.ts';

/** What a host tells of itself, line by line, each with its name in front. */
export type HostWords = ReadonlyMap<string, string>;

/**
 * Prints lines `name: words`, from files where there are any (Linux), else from sysctl(8) (macOS). Reading a file takes no process.
 * For the shell of a host script.
 */
export const TELL_OF_HOST = `
if [ -r /proc/meminfo ]; then
  while read -r name words; do
    case $name in MemTotal: | MemAvailable:) echo "$name $words" ;; esac
    [ "$name" != MemAvailable: ] || break
  done </proc/meminfo
  read -r words </proc/loadavg && echo "load: $words"
  read -r words </proc/uptime && echo "uptime: $words"
  read -r words </proc/sys/kernel/random/boot_id && echo "boot: $words"
  read -r words </etc/machine-id && echo "machine: $words"
  words=$(getconf _NPROCESSORS_ONLN || nproc) && echo "cores: $words"
else
  words=$(sysctl -n hw.memsize) && echo "MemTotal: $((words / 1024)) kB"
  vm_stat
  words=$(sysctl -n vm.loadavg) && echo "load: $words"
  words=$(sysctl -n kern.boottime) && echo "booted: $words"
  echo "now: $(date +%s)"
  words=$(sysctl -n kern.bootsessionuuid) && echo "boot: $words"
  words=$(ioreg -rd1 -c IOPlatformExpertDevice | sed -n 's/.*"IOPlatformUUID" = "\\(.*\\)".*/\\1/p') && echo "machine: $words"
  words=$(sysctl -n hw.logicalcpu) && echo "cores: $words"
fi`;

export function parseHostWords(text: string): HostWords {
  const words = new Map<string, string>();
  for (const line of text.split('\n')) {
    const match = /^([^:]+): *(.*)$/.exec(line);
    if (match?.[1] !== undefined && !words.has(match[1])) words.set(match[1], match[2] ?? '');
  }
  return words;
}

/** Of all memory, 0 to 100. What the system can free at once is not used. */
export function memoryUsed(words: HostWords): Metric {
  const total = kilobytes(words, 'MemTotal');
  if (total.kind === 'unreadable') return total;
  if (total.value === 0) return unreadable('the host says it has no memory at all');
  const free = words.has('MemAvailable') ? kilobytes(words, 'MemAvailable') : pagesFree(words, total.value);
  if (free.kind === 'unreadable') return free;
  if (free.value > total.value) return unreadable('the host says that more memory is free than it has');
  return read(((total.value - free.value) / total.value) * 100);
}

/** Of the file system that `df -Pk` tells of, as df counts: what only the system may use is no space. */
export function diskUsed(df: string): Metric {
  const line = df.trimEnd().split('\n').at(-1) ?? '';
  const match = /^.*?\s+(\d+)\s+(\d+)\s+(-?\d+)\s+(?:\d+%|-)\s+\//.exec(line);
  if (match === null) return unreadable(line.trim() === '' ? 'df says nothing' : `df says ${excerpt(line)}`);
  const [used, free] = [Number(match[2]), Math.max(0, Number(match[3]))];
  if (Number(match[1]) === 0 || used + free === 0) return unreadable('the file system has no size');
  return read((used / (used + free)) * 100);
}

export function loadAverage(words: HostWords): Metric {
  return number(words, 'load', /^(?:\{ )?(\d+(?:\.\d+)?)(?: |$)/);
}

export function cores(words: HostWords): Metric {
  const told = number(words, 'cores', /^(\d+)$/);
  return told.kind === 'read' && told.value === 0 ? unreadable('the host says it has no cores') : told;
}

export function uptimeMs(words: HostWords): Metric {
  if (words.has('booted')) {
    const booted = number(words, 'booted', /sec = (\d+)/);
    const now = number(words, 'now', /^(\d+)$/);
    if (booted.kind === 'unreadable') return booted;
    if (now.kind === 'unreadable') return now;
    return now.value < booted.value
      ? unreadable('the host says it will only be started')
      : read((now.value - booted.value) * 1000);
  }
  const seconds = number(words, 'uptime', /^(\d+(?:\.\d+)?)(?: |$)/);
  return seconds.kind === 'read' ? read(Math.round(seconds.value * 1000)) : seconds;
}

export function unreadable(why: string): Metric {
  return { kind: 'unreadable', why };
}

export function read(value: number): Metric {
  return { kind: 'read', value };
}

function kilobytes(words: HostWords, name: string): Metric {
  const told = words.get(name);
  if (told === undefined) return missing(name);
  const match = /^(\d+) kB$/.exec(told);
  return match === null ? unreadable(`${name} is ${excerpt(told)}`) : read(Number(match[1]));
}

/** Source: vm_stat(1). Files in memory and purgeable pages can be given up at once; programs, the kernel and compressed pages cannot. */
function pagesFree(words: HostWords, totalKb: number): Metric {
  const header = words.get('Mach Virtual Memory Statistics');
  if (header === undefined) return missing('MemAvailable');
  const pageKb = Number(/page size of (\d+) bytes/.exec(header)?.[1] ?? Number.NaN) / 1024;
  if (Number.isNaN(pageKb)) return unreadable(`vm_stat begins with ${excerpt(header)}`);
  const used = ['Anonymous pages', 'Pages wired down', 'Pages occupied by compressor'].map((name) =>
    number(words, name, /^(\d+)\.$/),
  );
  const purgeable = number(words, 'Pages purgeable', /^(\d+)\.$/);
  let pages = purgeable.kind === 'read' ? -purgeable.value : 0;
  for (const each of used) {
    if (each.kind === 'unreadable') return each;
    pages += each.value;
  }
  return read(totalKb - Math.max(0, pages) * pageKb);
}

function number(words: HostWords, name: string, pattern: RegExp): Metric {
  const told = words.get(name);
  if (told === undefined) return missing(name);
  const value = pattern.exec(told)?.[1];
  return value === undefined ? unreadable(`${name} is ${excerpt(told)}`) : read(Number(value));
}

function missing(name: string): Metric {
  return unreadable(`the host does not tell ${name}`);
}

function excerpt(text: string): string {
  return JSON.stringify(text.trim().slice(0, 80));
}
