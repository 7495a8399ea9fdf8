import { describe, expect, test } from 'vitest';
import {
  cores,
  diskUsed,
  loadAverage,
  memoryUsed,
  parseHostWords,
  uptimeMs,
} from '../../src/fleet/health.ts';

const value = (of: number) => ({ kind: 'read', value: of });
const why = (pattern: RegExp) => ({ kind: 'unreadable', why: expect.stringMatching(pattern) as unknown });
const words = (...lines: readonly string[]) => parseHostWords(lines.join('\n'));

const VM_STAT = [
  'MemTotal: 16777216 kB',
  'Mach Virtual Memory Statistics: (page size of 16384 bytes)',
  'Pages free:                               10000.',
  'Pages active:                            400000.',
  'Pages inactive:                          390000.',
  'Pages speculative:                         5000.',
  'Pages wired down:                        150000.',
  'Pages purgeable:                          12144.',
  'File-backed pages:                       300000.',
  'Anonymous pages:                         336432.',
  'Pages occupied by compressor:             50000.',
];

describe('memory', () => {
  const rows: Readonly<Record<string, readonly [readonly string[], unknown]>> = {
    'what can be freed at once is not used': [['MemTotal: 1000 kB', 'MemAvailable: 250 kB'], value(75)],
    'all of it is free': [['MemTotal: 1000 kB', 'MemAvailable: 1000 kB'], value(0)],
    'nothing is told': [[], why(/does not tell MemTotal/)],
    'the free part is missing': [['MemTotal: 1000 kB'], why(/does not tell MemAvailable/)],
    'the total is missing': [['MemAvailable: 1000 kB'], why(/does not tell MemTotal/)],
    'there is none at all': [['MemTotal: 0 kB', 'MemAvailable: 0 kB'], why(/no memory at all/)],
    'another unit': [['MemTotal: 1000 MB', 'MemAvailable: 250 MB'], why(/MemTotal is "1000 MB"/)],
    'no unit': [['MemTotal: 1000', 'MemAvailable: 250 kB'], why(/MemTotal is "1000"/)],
    'no number': [['MemTotal: 1000 kB', 'MemAvailable: - kB'], why(/MemAvailable is "- kB"/)],
    'a negative number': [['MemTotal: 1000 kB', 'MemAvailable: -5 kB'], why(/MemAvailable is/)],
    'more free than there is': [['MemTotal: 1000 kB', 'MemAvailable: 1001 kB'], why(/more memory is free/)],
    'pages of vm_stat: programs, kernel and compressed ones are used': [VM_STAT, value(50)],
    'a page of unknown size': [
      VM_STAT.map((line) => line.replace('16384 bytes', 'many bytes')),
      why(/vm_stat begins with/),
    ],
    'vm_stat without wired pages': [
      VM_STAT.filter((line) => !line.includes('wired')),
      why(/Pages wired down/),
    ],
  };
  for (const [name, [lines, told]] of Object.entries(rows)) {
    test(name, () => expect(memoryUsed(words(...lines))).toEqual(told));
  }
});

describe('disk', () => {
  const HEADER = 'Filesystem     1024-blocks      Used Available Capacity Mounted on';
  const rows: Readonly<Record<string, readonly [string, unknown]>> = {
    'what only the system may use is no space': ['/dev/vda 1000 600 200 75% /', value(75)],
    'spaces in the names': ['map auto home 1000 600 200 75% /Users/a b', value(75)],
    'nothing free': ['/dev/vda 1000 1000 0 100% /home', value(100)],
    'less than nothing free': ['/dev/vda 1000 1050 -50 105% /home', value(100)],
    'a file system without a size': ['tmpfs 0 0 0 - /home', why(/no size/)],
    'no numbers': ['/dev/vda - - - - /home', why(/df says/)],
    'too few fields': ['/dev/vda 1000 600', why(/df says/)],
  };
  for (const [name, [line, told]] of Object.entries(rows)) {
    test(name, () => expect(diskUsed(`${HEADER}\n${line}\n`)).toEqual(told));
  }
  test('nothing at all', () => expect(diskUsed('')).toEqual(why(/df says nothing/)));
  test('the header alone', () => expect(diskUsed(`${HEADER}\n`)).toEqual(why(/df says "Filesystem/)));
});

test('load, cores and uptime are read from Linux and macOS, and nothing else is taken for them', () => {
  expect(loadAverage(words('load: 0.52 0.58 0.59 1/467 12345'))).toEqual(value(0.52));
  expect(loadAverage(words('load: { 2.41 2.24 2.11 }'))).toEqual(value(2.41));
  expect(loadAverage(words('load: high'))).toEqual(why(/load is "high"/));
  expect(loadAverage(words())).toEqual(why(/does not tell load/));

  expect(cores(words('cores: 8'))).toEqual(value(8));
  expect(cores(words('cores: 0'))).toEqual(why(/no cores/));
  expect(cores(words('cores: eight'))).toEqual(why(/cores is/));

  expect(uptimeMs(words('uptime: 12.5 20.00'))).toEqual(value(12_500));
  expect(uptimeMs(words('booted: { sec = 1700000000, usec = 5 } Tue', 'now: 1700000060'))).toEqual(
    value(60_000),
  );
  expect(uptimeMs(words('booted: { sec = 1700000060, usec = 5 } Tue', 'now: 1700000000'))).toEqual(
    why(/only be started/),
  );
  expect(uptimeMs(words('uptime: soon'))).toEqual(why(/uptime is/));
});
