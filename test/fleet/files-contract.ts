import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { sessionId } from '../../src/domain/index.ts';
import { until } from '../support/until.ts';
import type { Place } from './places.ts';

const NEVER = new AbortController().signal;

/** What is read of files on a host, whatever is between us and the host. */
export function describeFiles(placeOf: () => Place): void {
  describe('the spool of hooks', () => {
    let count = 0;

    function newSpool() {
      count += 1;
      const session = sessionId(`spool-${count}`);
      const folder = join(placeOf().home, '.fleet', 'sessions', session);
      mkdirSync(folder, { recursive: true });
      return { session, file: join(folder, 'events') };
    }

    async function read(...after: readonly (readonly [ReturnType<typeof newSpool>, number])[]) {
      const positions = new Map(after.map(([spool, from]) => [spool.session, from]));
      const brought = await placeOf().fleet.readSpool(placeOf().host, positions, NEVER);
      if (!brought.ok) throw new Error(JSON.stringify(brought.error));
      return brought.value;
    }

    test('events of many sessions come in one call, each from where it was left', async () => {
      const [one, two, none] = [newSpool(), newSpool(), newSpool()];
      const old = '1 1 1700000000 SessionStart {"é":1}\n';
      const stop = '1 1 1700000001 Stop {"a": "b  c"}\n';
      const other = '1 3 1700000003 Notification not json\n';
      writeFileSync(one.file, `${old}${stop}1 2 1700000002 Stop`);
      writeFileSync(two.file, other);

      const start = Buffer.byteLength(old);
      const end = start + stop.length;
      const events = await read([one, start], [two, 0], [none, 0]);

      expect(events.toSorted((a, b) => a.session.localeCompare(b.session))).toEqual([
        {
          session: one.session,
          generation: 1,
          start,
          end,
          event: 'Stop',
          payload: '{"a": "b  c"}',
          ask: null,
          at: new Date(1_700_000_001_000),
        },
        {
          session: two.session,
          generation: 3,
          start: 0,
          end: other.length,
          event: 'Notification',
          payload: 'not json',
          ask: null,
          at: new Date(1_700_000_003_000),
        },
      ]);

      // The line that was not whole yet.
      appendFileSync(one.file, ' {}\n');
      const [last, ...more] = await read([one, end], [two, other.length]);
      expect(last).toMatchObject({ generation: 2, payload: '{}' });
      expect([more, await read([one, last?.end ?? 0], [two, other.length])]).toEqual([[], []]);
    });

    test('a spool that was begun anew is read from its start, shorter or longer', async () => {
      const spool = newSpool();
      const line = (text: string) => `1 1 1700000000 Stop ${text}\n`;
      writeFileSync(spool.file, line('first').repeat(3));
      const [, , last] = await read([spool, 0]);
      const end = last?.end ?? 0;
      writeFileSync(spool.file, line('x'));
      expect(await read([spool, end])).toMatchObject([{ start: 0, payload: 'x' }]);
      writeFileSync(spool.file, line('y'.repeat(500)));
      expect(await read([spool, end])).toMatchObject([{ start: 0, payload: 'y'.repeat(500) }]);
      rmSync(spool.file);
      expect(await read([spool, end])).toEqual([]);
    });

    test('lines that cannot be read are skipped, and told of once', async () => {
      const spool = newSpool();
      const junk = '2 1 1 Stop {}\n1 x 1 Stop {}\n\n:complete\n1 1 1 \u0000\n';
      writeFileSync(spool.file, junk);
      placeOf().warnings.length = 0;
      expect(await read([spool, 0])).toEqual([]);
      expect(await read([spool, 0])).toEqual([]);
      expect(placeOf().warnings).toMatchObject([{ session: spool.session, lines: 5 }]);
      appendFileSync(spool.file, '1 1 1700000000 Stop ok\n');
      expect(await read([spool, 0])).toMatchObject([{ start: junk.length, payload: 'ok' }]);
    });

    test('a long spool comes in bounded parts, and no line is too long for the next one to be found', async () => {
      const spool = newSpool();
      const lines = Array.from(
        { length: 12_000 },
        (_, index) => `1 1 1700000000 Stop ${index} ${'x'.repeat(40)}\n`,
      );
      const garbage = `${'g'.repeat(700_000)}\n`;
      writeFileSync(spool.file, `${garbage}${lines.join('')}`);
      const seen: string[] = [];
      let from = 0;
      let calls = 0;
      for (;;) {
        const events = await read([spool, from]);
        if (events.length === 0) break;
        calls += 1;
        seen.push(...events.map((each) => each.payload.split(' ')[0] ?? ''));
        from = events.at(-1)?.end ?? from;
      }
      expect(seen).toEqual(lines.map((_, index) => String(index)));
      expect(calls).toBeGreaterThan(2);
      expect(from).toBe(garbage.length + lines.join('').length);
    });

    test('what is not the name of a session reads nothing', async () => {
      const outside = { session: sessionId('../../..'), file: '' };
      expect(
        await read([outside, 0], [{ session: sessionId('x; touch /tmp/fleet-was-here'), file: '' }, 0]),
      ).toEqual([]);
    });
  });

  describe('transcripts', () => {
    function newFolder() {
      const at = mkdtempSync(join(placeOf().home, "it's a log #{pane_id} $(x) "));
      return { at, pattern: `${at.slice(placeOf().home.length + 1)}/*.jsonl` };
    }

    async function read(pattern: string, after: { file: string; size: number } | null = null) {
      const brought = await placeOf().fleet.readTranscript(placeOf().host, pattern, after, NEVER);
      if (!brought.ok) throw new Error(JSON.stringify(brought.error));
      return brought.value;
    }

    function at(file: string, seconds: number): void {
      utimesSync(file, seconds, seconds);
    }

    test('the newest file is read, whole lines only, and on from there', async () => {
      const { at: folder, pattern } = newFolder();
      const [old, file] = [join(folder, 'b.jsonl'), join(folder, 'a b\n*.jsonl')];
      writeFileSync(old, 'old\n');
      at(old, 1_700_000_000);
      writeFileSync(file, '{"a":"é"}\n:complete\nunfin');
      at(file, 1_700_000_100);

      const first = await read(pattern);
      expect(first).toEqual({ file, size: 21, lines: ['{"a":"é"}', ':complete'] });
      expect(await read(pattern, { file, size: 21 })).toEqual({ file, size: 21, lines: [] });
      appendFileSync(file, 'ished\n');
      expect(await read(pattern, { file, size: 21 })).toEqual({ file, size: 32, lines: ['unfinished'] });

      at(old, 2_000_000_000);
      expect(await read(pattern, { file, size: 32 })).toEqual({ file: old, size: 4, lines: ['old'] });
    });

    test('a file that was begun anew is read from its start', async () => {
      const { at: folder, pattern } = newFolder();
      const file = join(folder, 'a.jsonl');
      writeFileSync(file, 'short\n');
      expect(await read(pattern, { file, size: 100 })).toEqual({ file, size: 6, lines: ['short'] });
      writeFileSync(file, `${'long'.repeat(100)}\n`);
      expect((await read(pattern, { file, size: 6 })).size).toBe(401);
    });

    test('no file is no file, and only the star stands for anything', async () => {
      const { at: folder, pattern } = newFolder();
      expect(await read(pattern)).toEqual({ file: null, size: 0, lines: [] });
      writeFileSync(join(folder, 'ab.jsonl'), 'x\n');
      for (const literal of ['?b.jsonl', '[a]b.jsonl', '{ab,c}.jsonl', '$(echo ab).jsonl']) {
        expect((await read(pattern.replace('*.jsonl', literal))).file).toBeNull();
      }
      expect((await read(pattern.replace('*', 'a*'))).lines).toEqual(['x']);
    });

    test('nothing outside the home folder is read', async () => {
      for (const pattern of ['/etc/*', '../*', 'a/../../*']) {
        expect(await placeOf().fleet.readTranscript(placeOf().host, pattern, null, NEVER)).toMatchObject({
          ok: false,
          error: { kind: 'refused' },
        });
      }
    });

    test('a long file comes in bounded parts, and a line that is too long is passed over', async () => {
      const { at: folder, pattern } = newFolder();
      const file = join(folder, 'a.jsonl');
      const lines = Array.from({ length: 20_000 }, (_, index) => `{"n":${index},"text":"${'x'.repeat(40)}"}`);
      writeFileSync(file, `${lines.join('\n')}\n${'y'.repeat(3_000_000)}\nlast\n${'z'.repeat(600_000)}`);
      let position: { file: string; size: number } | null = null;
      const seen: string[] = [];
      for (let calls = 0; calls < 20; calls += 1) {
        const part = await read(pattern, position);
        if (part.lines.length === 0) break;
        seen.push(...part.lines);
        position = { file, size: part.size };
      }
      expect(seen.slice(0, lines.length)).toEqual(lines);
      expect(seen.slice(lines.length).map((line) => line.slice(0, 4))).toEqual(['yyyy', 'last']);
      expect(position?.size).toBe(lines.join('\n').length + 1 + 3_000_001 + 5);
    });
  });

  describe('agent versions', () => {
    async function versionsIn(name: string): Promise<readonly (readonly [string, string])[]> {
      const { fleet, host } = placeOf();
      const seen = await fleet.read(host, name, NEVER);
      if (!seen.ok) throw new Error(JSON.stringify(seen.error));
      const versions = await fleet.agentVersions(
        host,
        [...seen.value.processes.map(({ pid }) => pid), 4_000_000],
        NEVER,
      );
      if (!versions.ok) throw new Error(JSON.stringify(versions.error));
      return seen.value.processes.flatMap(({ pid, comm }) => {
        const version = versions.value.get(pid);
        return version === undefined ? [] : [[comm, version] as const];
      });
    }

    async function runs(name: string, ...words: readonly string[]) {
      await placeOf().tmux('new-session', '-d', '-s', name, '--', ...words);
      const found = await until(
        async () => {
          const versions = await versionsIn(name);
          return versions.length > 0 && versions;
        },
        { withinMs: 5_000 },
      );
      await placeOf().tmux('kill-session', '-t', `=${name}`);
      return found.map(([, version]) => version);
    }

    const folder = () => mkdtempSync(join(placeOf().home, 'tools '));
    const WAIT = 'setInterval(() => {}, 60_000);';

    test('a script has the version of its package, through links and inner packages', async () => {
      const at = folder();
      const pack = join(at, 'lib', 'node_modules', '@demo', 'agent');
      mkdirSync(join(pack, 'dist', 'bin'), { recursive: true });
      mkdirSync(join(at, 'bin'));
      writeFileSync(join(pack, 'package.json'), '{ "name": "@demo/agent",\n  "version": "1.2.3-beta.4"\n}');
      writeFileSync(join(pack, 'dist', 'package.json'), '{"type": "module"}');
      writeFileSync(join(pack, 'dist', 'bin', 'agent.js'), WAIT);
      symlinkSync(join(pack, 'dist', 'bin', 'agent.js'), join(at, 'bin', 'agent'));
      expect(await runs('script', process.execPath, '--no-warnings', join(at, 'bin', 'agent'))).toEqual([
        '1.2.3-beta.4',
      ]);
    });

    test('a program has the version of its package, or the one that its folder is named for', async () => {
      const at = folder();
      const pack = join(at, 'node_modules', 'agent-linux-x64', 'bin');
      mkdirSync(pack, { recursive: true });
      writeFileSync(
        join(pack, '..', 'package.json'),
        '{"name":"agent-linux-x64","version":"0.9.1-linux-x64"}',
      );
      const native = join(at, 'share', 'agent', 'versions');
      mkdirSync(native, { recursive: true });
      for (const file of [join(pack, 'agent'), join(native, '2.1.5')]) {
        writeFileSync(file, readFileSync('/bin/sleep'), { mode: 0o755 });
      }
      expect(await runs('packed', join(pack, 'agent'), '1000')).toEqual(['0.9.1']);
      expect(await runs('native', join(native, '2.1.5'), '1000')).toEqual(['2.1.5']);
    });

    test('a tool that pip installed has the version that pip noted', async () => {
      const at = folder();
      mkdirSync(join(at, 'bin'));
      mkdirSync(join(at, 'lib', 'python3.11', 'site-packages', 'agent-0.4.2.dist-info'), { recursive: true });
      writeFileSync(join(at, 'bin', 'agent'), 'sleep 1000; true\n');
      expect(await runs('pip', '/bin/sh', join(at, 'bin', 'agent'))).toEqual(['0.4.2']);
    });
  });
}
