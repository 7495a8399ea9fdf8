import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { isRunning } from '../support/processes.ts';
import { until } from '../support/until.ts';
import { countCpuTime } from './cpu-time.ts';

test('CPU time is counted of a program, of what it started and of what has ended since', async () => {
  const busy = 'i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done';
  // Two children work: one ends, the other one stays.
  const script = `sh -c '${busy}'; sh -c '${busy}; echo done; exec sleep 60' & read -r line; kill $!`;
  const child = spawn('sh', ['-c', script], { stdio: ['pipe', 'pipe', 'inherit'] });
  const { pid } = child;
  if (pid === undefined) throw new Error('sh cannot be started');
  try {
    const used = countCpuTime(pid);
    await once(child.stdout, 'data');
    expect(used().children).toBeGreaterThan(0.05);
    expect(used().program).toBeLessThan(0.1);
  } finally {
    child.stdin.end('\n');
  }
  await until(() => !isRunning(pid), { withinMs: 5_000 });
});
