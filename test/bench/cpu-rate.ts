const WARM_UP_ROUNDS = 2;

/** How many things a core does in a second of its time, whatever else the machine does. `round` does `perRound` of them. */
export async function perCpuSecond(
  seconds: number,
  perRound: number,
  round: () => void | Promise<void>,
): Promise<number> {
  for (let warmUp = 0; warmUp < WARM_UP_ROUNDS; warmUp++) await round();
  const before = cpuSeconds();
  let rounds = 0;
  while (cpuSeconds() - before < seconds) {
    await round();
    rounds += 1;
  }
  return (rounds * perRound) / (cpuSeconds() - before);
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
