import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

export type DeliveryOutcome = 'stored' | 'duplicate' | 'ignored' | 'refused' | 'failed';

export interface Metrics {
  countRequest(request: { readonly route: string; readonly status: number; readonly seconds: number }): void;
  countDelivery(source: 'github' | 'slack', outcome: DeliveryOutcome): void;
  /** Adds a number with one label, such as tasks by state, asked for whenever somebody looks. The name gets the prefix `fleet_`. */
  addGaugeBy(
    name: string,
    help: string,
    label: string,
    read: () => ReadonlyMap<string, number> | Promise<ReadonlyMap<string, number>>,
  ): void;
  /** All of it in the Prometheus text format. */
  expose(): Promise<{ readonly contentType: string; readonly text: string }>;
}

const PREFIX = 'fleet_';
// prom-client would have a timer wake the process a hundred times a second, which is most of what an idle one does.
const EVENT_LOOP_LOOK_EVERY_MS = 1_000;
const ANSWER_SECONDS = [0.005, 0.025, 0.1, 0.5, 1, 3, 10];

export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({
    register: registry,
    prefix: PREFIX,
    eventLoopMonitoringPrecision: EVENT_LOOP_LOOK_EVERY_MS,
  });
  const requests = new Counter({
    name: `${PREFIX}http_requests_total`,
    help: 'HTTP requests answered, by route and status.',
    labelNames: ['route', 'status'],
    registers,
  });
  const seconds = new Histogram({
    name: `${PREFIX}http_request_seconds`,
    help: 'Time to answer an HTTP request, by route.',
    labelNames: ['route'],
    buckets: ANSWER_SECONDS,
    registers,
  });
  const deliveries = new Counter({
    name: `${PREFIX}deliveries_total`,
    help: 'Deliveries of Slack and GitHub, by what became of them.',
    labelNames: ['source', 'outcome'],
    registers,
  });
  return {
    countRequest(request) {
      requests.inc({ route: request.route, status: String(request.status) });
      seconds.observe({ route: request.route }, request.seconds);
    },
    countDelivery(source, outcome) {
      deliveries.inc({ source, outcome });
    },
    addGaugeBy(name, help, label, read) {
      const gauge = new Gauge({
        name: `${PREFIX}${name}`,
        help,
        labelNames: [label],
        registers,
        async collect() {
          const values = await read();
          gauge.reset();
          for (const [value, count] of values) gauge.set({ [label]: value }, count);
        },
      });
    },
    async expose() {
      return { contentType: registry.contentType, text: await registry.metrics() };
    },
  };
}
