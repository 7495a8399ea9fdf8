/** One number read on a host, or why it could not be read. A number that could not be read is never a zero. */
export type Metric =
  | { readonly kind: 'read'; readonly value: number }
  | { readonly kind: 'unreadable'; readonly why: string };

/** How a host is, as it says itself. */
export type Health = {
  /** Of all memory, 0 to 100; what the system can free at once does not count as used. */
  readonly memoryUsedPercent: Metric;
  /** Of the file system that holds the home folder, 0 to 100. */
  readonly diskUsedPercent: Metric;
  /** Processes that want to run, averaged over a minute. */
  readonly load: Metric;
  readonly cores: Metric;
  readonly uptimeMs: Metric;
  /** Agents that live there, whoever started them. */
  readonly agents: Metric;
  readonly readAt: Date;
};

export const HEALTHY_BELOW_MEMORY_PERCENT = 95;
export const HEALTHY_BELOW_DISK_PERCENT = 90;
export const ATTENTION_ABOVE_PERCENT = 80;

/** Names of the metrics that could not be read, with the reason. */
export function healthErrors(health: Health): readonly string[] {
  const metrics = {
    memory: health.memoryUsedPercent,
    disk: health.diskUsedPercent,
    load: health.load,
    cores: health.cores,
    uptime: health.uptimeMs,
    agents: health.agents,
  };
  return Object.entries(metrics).flatMap(([name, metric]) =>
    metric.kind === 'unreadable' ? [`${name}: ${metric.why}`] : [],
  );
}

/** Below both limits, and everything could be read. A host can be healthy and want attention at once. */
export function isHealthy(health: Health): boolean {
  const { memoryUsedPercent: memory, diskUsedPercent: disk } = health;
  return (
    healthErrors(health).length === 0 &&
    memory.kind === 'read' &&
    memory.value < HEALTHY_BELOW_MEMORY_PERCENT &&
    disk.kind === 'read' &&
    disk.value < HEALTHY_BELOW_DISK_PERCENT
  );
}

/** Above a limit, or something could not be read. */
export function wantsAttention(health: Health): boolean {
  return (
    healthErrors(health).length > 0 ||
    [health.memoryUsedPercent, health.diskUsedPercent].some(
      (metric) => metric.kind === 'read' && metric.value > ATTENTION_ABOVE_PERCENT,
    )
  );
}
