// The observed service, symptoms first: what users get (rate, errors, duration), then what it runs
// out of, then the queue behind the ingestion, then whether the telemetry itself can be believed.

import * as dashboard from '@grafana/grafana-foundation-sdk/dashboard';
import { finished, heatmapPanel, house, multiVariable, scope, seriesPanel, statPanel } from './house.js';

/** Requests as the sidecar saw them, of the chosen traffic. */
const requests = `${scope},service=~"$service",synthetic=~"$synthetic"`;
const service = `${scope},service=~"$service"`;

const statusColours = {
  '^2..$': 'green',
  '^3..$': 'blue',
  '^4..$': 'yellow',
  '^5..$': 'red',
};

const quantile = (q: number, by: string, metric: string, matchers: string) =>
  `histogram_quantile(${q}, sum by (${by}le) (rate(${metric}_bucket{${matchers}}[$__rate_interval])))`;

const variables = [
  multiVariable(
    'service',
    'Service',
    'The service a sidecar stands in front of.',
    'label_values(http_server_active_requests{job=~"$job"}, service)',
  ),
  new dashboard.CustomVariableBuilder('synthetic')
    .label('Traffic')
    .description('Users, probes (recognised by their signature), or both.')
    .values('users : false, probes : true')
    .includeAll(true)
    .allValue('true|false')
    .current({ selected: true, text: 'users', value: 'false' }),
];

const red = [
  seriesPanel({
    title: 'Requests by route',
    description: 'Requests per second that the sidecar answered, by matched route.',
    unit: 'reqps',
    min: 0,
    targets: [
      {
        expr: `sum by (service, http_route) (rate(http_server_request_duration_seconds_count{${requests}}[$__rate_interval]))`,
        legend: '{{service}} {{http_route}}',
      },
    ],
  }),
  seriesPanel({
    title: 'Requests by status',
    description:
      'Requests per second by the status that the client received. A status that the sidecar made itself (502, 504) counts like one of the application.',
    unit: 'reqps',
    min: 0,
    stacked: true,
    colours: statusColours,
    targets: [
      {
        expr: `sum by (http_response_status_code) (rate(http_server_request_duration_seconds_count{${requests}}[$__rate_interval]))`,
        legend: '{{http_response_status_code}}',
      },
    ],
  }),
  seriesPanel({
    title: 'Users and probes',
    description:
      'Requests per second by origin. Only requests with a verified signature count as synthetic; the objectives for users ignore them.',
    unit: 'reqps',
    min: 0,
    targets: [
      {
        expr: `sum by (synthetic) (rate(http_server_request_duration_seconds_count{${service}}[$__rate_interval]))`,
        legend: 'synthetic={{synthetic}}',
      },
    ],
  }),
  seriesPanel({
    title: 'Bad requests by route',
    description:
      'Share of requests that the availability objective counts as bad (5xx, shed, timed out), from the same counter as the objective. Excluded requests (closed by the client) count on neither side.',
    unit: 'percentunit',
    min: 0,
    targets: [
      {
        expr: `sum by (service, route) (rate(remora_sli_requests_total{${requests},result="bad"}[$__rate_interval])) / sum by (service, route) (rate(remora_sli_requests_total{${requests},result=~"good|bad"}[$__rate_interval]))`,
        legend: '{{service}} {{route}}',
      },
    ],
  }),
  seriesPanel({
    title: 'Server errors by route',
    description:
      'Responses with a 5xx status per second. Empty while there has been none; the logs and the /failures page of the sidecar hold the individual ones.',
    unit: 'reqps',
    min: 0,
    targets: [
      {
        expr: `sum by (service, http_route, http_response_status_code) (rate(http_server_request_duration_seconds_count{${requests},http_response_status_code=~"5.."}[$__rate_interval]))`,
        legend: '{{service}} {{http_route}} {{http_response_status_code}}',
      },
    ],
  }),
  seriesPanel({
    title: 'Requests within the threshold',
    description:
      'Share of requests on configured routes that were answered within each threshold (in seconds), from the same counter as the latency objective.',
    unit: 'percentunit',
    max: 1,
    targets: [
      {
        expr: `sum by (service, threshold) (rate(remora_sli_fast_requests_total{${requests}}[$__rate_interval])) / on (service) group_left () sum by (service) (rate(remora_sli_requests_total{${requests},route!="other",result=~"good|bad"}[$__rate_interval]))`,
        legend: '{{service}} within {{threshold}} s',
      },
    ],
  }),
  seriesPanel({
    title: 'Duration',
    description:
      'Quantiles of the time from the first byte of a request to the last byte of its answer. Dots are exemplars: each leads to the trace of one request.',
    unit: 's',
    min: 0,
    targets: [0.5, 0.9, 0.99].map((q) => ({
      expr: quantile(q, 'service, ', 'http_server_request_duration_seconds', requests),
      legend: `{{service}} p${q * 100}`,
    })),
  }),
  seriesPanel({
    title: 'Duration by route',
    description: 'The 95th percentile of the request duration, by matched route.',
    unit: 's',
    min: 0,
    targets: [
      {
        expr: quantile(0.95, 'service, http_route, ', 'http_server_request_duration_seconds', requests),
        legend: '{{service}} {{http_route}}',
      },
    ],
  }),
  heatmapPanel({
    title: 'Duration, distribution',
    description:
      'How many requests fell into each duration bucket. Two bands mean two kinds of answers, such as cache hits and misses.',
    unit: 's',
    targets: [
      {
        expr: `sum by (le) (rate(http_server_request_duration_seconds_bucket{${requests}}[$__rate_interval]))`,
        legend: '{{le}}',
      },
    ],
  }),
];

const dependencies = [
  seriesPanel({
    title: 'Calls to other services',
    description:
      'The 95th percentile of outbound calls through the sidecar, by upstream. Compare with the request duration: the rest is the application and its stores.',
    unit: 's',
    min: 0,
    targets: [
      {
        expr: quantile(0.95, 'service, upstream, ', 'http_client_request_duration_seconds', service),
        legend: '{{service}} → {{upstream}}',
      },
    ],
  }),
  seriesPanel({
    title: 'Database and cache operations',
    description: 'The 95th percentile of operations on PostgreSQL and Redis.',
    unit: 's',
    min: 0,
    targets: [
      {
        expr: quantile(0.95, 'db_system_name, db_operation_name, ', 'db_client_operation_duration_seconds', scope),
        legend: '{{db_system_name}} {{db_operation_name}}',
      },
    ],
  }),
  seriesPanel({
    title: 'Cache',
    description:
      'Look-ups per second in the memory of the process (local) and in Redis (shared). Misses of the shared cache cost queries and calls; stale means that these fail, error that Redis does not answer.',
    unit: 'ops',
    min: 0,
    stacked: true,
    colours: { ' hit$': 'green', ' miss$': 'yellow', ' stale$': 'orange', ' error$': 'red' },
    targets: [
      {
        expr: `sum by (cache, result) (rate(remora_cache_requests_total{${scope}}[$__rate_interval]))`,
        legend: '{{cache}} {{result}}',
      },
    ],
  }),
];

const saturation = [
  seriesPanel({
    title: 'Requests in flight',
    description: 'Requests that a sidecar has taken and not yet answered.',
    unit: 'short',
    min: 0,
    span: 6,
    targets: [
      {
        expr: `sum by (service) (http_server_active_requests{${service}})`,
        legend: '{{service}}',
      },
    ],
  }),
  seriesPanel({
    title: 'Sidecar overhead',
    description:
      'What the sidecar adds: request duration minus the time spent waiting for the application.',
    unit: 's',
    min: 0,
    span: 6,
    targets: [0.5, 0.99].map((q) => ({
      expr: quantile(q, 'service, ', 'remora_sidecar_overhead_seconds', service),
      legend: `{{service}} p${q * 100}`,
    })),
  }),
  seriesPanel({
    title: 'Connections',
    description: 'Open connections of the sidecars, from clients and to upstreams.',
    unit: 'short',
    min: 0,
    span: 6,
    targets: [
      {
        expr: `sum by (service, direction) (remora_sidecar_connections{${service}})`,
        legend: '{{service}} {{direction}}',
      },
    ],
  }),
  seriesPanel({
    title: 'Database connections',
    description:
      'Pooled connections by state. No idle one left means that requests wait for a connection.',
    unit: 'short',
    min: 0,
    span: 6,
    stacked: true,
    targets: [
      {
        expr: `sum by (db_system_name, state) (db_client_connection_count{${scope}})`,
        legend: '{{db_system_name}} {{state}}',
      },
    ],
  }),
  seriesPanel({
    title: 'CPU',
    description: 'Seconds of processor time per second, by process: 1 is one core.',
    unit: 'short',
    min: 0,
    span: 6,
    targets: [
      {
        expr: `rate(process_cpu_seconds_total{${scope}}[$__rate_interval])`,
        legend: '{{job}} {{instance}}',
      },
    ],
  }),
  seriesPanel({
    title: 'Memory',
    description: 'Resident memory by process. A line that only rises is a leak.',
    unit: 'bytes',
    min: 0,
    span: 6,
    targets: [
      { expr: `process_resident_memory_bytes{${scope}}`, legend: '{{job}} {{instance}}' },
    ],
  }),
  seriesPanel({
    title: 'Open files',
    description: 'File descriptors by process; sockets count.',
    unit: 'short',
    min: 0,
    span: 6,
    targets: [{ expr: `process_open_fds{${scope}}`, legend: '{{job}} {{instance}}' }],
  }),
  seriesPanel({
    title: 'Upstream connects',
    description:
      'New connections per second from the sidecars to their upstreams, by result. Many compared with the requests mean that connections are not reused.',
    unit: 'cps',
    min: 0,
    span: 6,
    targets: [
      {
        expr: `sum by (service, upstream, result) (rate(remora_sidecar_upstream_connects_total{${service}}[$__rate_interval]))`,
        legend: '{{service}} → {{upstream}} {{result}}',
      },
    ],
  }),
];

const zeroIsGood = [
  { from: null, colour: 'green' },
  { from: 1, colour: 'red' },
];

const ingestion = [
  seriesPanel({
    title: 'Messages by state',
    description:
      'All messages ever, counted from durable ids: accepted = stored + pending + dead-lettered.',
    unit: 'short',
    min: 0,
    span: 8,
    targets: [
      {
        expr: `max by (state) (remora_messages{${scope}})`,
        legend: '{{state}}',
      },
    ],
  }),
  seriesPanel({
    title: 'Age of the oldest pending message',
    description:
      'How long the oldest accepted message has been waiting to be stored. Above 60 s (the line) RemoraIngestionStalled pages.',
    unit: 's',
    min: 0,
    span: 8,
    limit: 60,
    targets: [
      {
        expr: `max by (job) (remora_messages_oldest_pending_age_seconds{${scope}})`,
        legend: 'oldest',
      },
    ],
  }),
  seriesPanel({
    title: 'From accepted to stored',
    description:
      'Quantiles of the time a message takes from its receipt to the database, users and probes apart. The objective is 5 s.',
    unit: 's',
    min: 0,
    span: 8,
    limit: 5,
    targets: [0.5, 0.95].map((q) => ({
      expr: quantile(q, 'synthetic, ', 'remora_ingestion_duration_seconds', scope),
      legend: `synthetic={{synthetic}} p${q * 100}`,
    })),
  }),
  seriesPanel({
    title: 'Messages stored',
    description: 'Messages per second by what the freshness objective counts them as.',
    unit: 'ops',
    min: 0,
    span: 8,
    colours: { 'good$': 'green', 'bad$': 'red' },
    targets: [
      {
        expr: `sum by (synthetic, result) (rate(remora_sli_ingested_total{${scope}}[$__rate_interval]))`,
        legend: 'synthetic={{synthetic}} {{result}}',
      },
    ],
  }),
  seriesPanel({
    title: 'Pending messages',
    description: 'Accepted and not yet stored. A rising line means that the worker is too slow.',
    unit: 'short',
    min: 0,
    span: 8,
    targets: [
      { expr: `max by (state) (remora_messages{${scope},state="pending"})`, legend: '{{state}}' },
    ],
  }),
  statPanel({
    title: 'Dead letters',
    description: 'Accepted messages that were given up. Each one needs a person.',
    unit: 'short',
    span: 4,
    height: 8,
    steps: zeroIsGood,
    targets: [
      {
        expr: `max by (state) (remora_messages{${scope},state="dead_lettered"})`,
        legend: '{{state}}',
      },
    ],
  }),
  statPanel({
    title: 'Unaccounted messages',
    description:
      'Accepted minus stored, pending and dead-lettered. Its parts are read one after another, so ±1 under load is nothing; a number that stays is a lost message.',
    unit: 'short',
    span: 4,
    height: 8,
    steps: zeroIsGood,
    targets: [
      {
        expr: `max(remora_messages{${scope},state="accepted"}) - sum(max by (state) (remora_messages{${scope},state!="accepted"}))`,
        legend: 'unaccounted',
      },
    ],
  }),
];

const telemetry = [
  seriesPanel({
    title: 'Span ledger',
    description:
      'Spans that a process cannot account for: received + recovered − exported − dropped − queued − spooled. Zero, but for spans on their way at the moment of the scrape.',
    unit: 'short',
    span: 6,
    targets: [
      {
        expr:
          `remora_spans_received_total{${scope}} + remora_spans_recovered_total{${scope}}` +
          ` - remora_spans_exported_total{${scope}} - sum without (reason) (remora_spans_dropped_total{${scope}})` +
          ` - remora_spans_queued{${scope}} - remora_spans_spooled{${scope}}`,
        legend: '{{job}} {{instance}}',
      },
    ],
  }),
  seriesPanel({
    title: 'Spans dropped',
    description: 'Spans per second that were given up, by reason. They are counted, never waited for.',
    unit: 'ops',
    min: 0,
    span: 6,
    targets: [
      {
        expr: `sum by (job, reason) (rate(remora_spans_dropped_total{${scope}}[$__rate_interval]))`,
        legend: '{{job}} {{reason}}',
      },
    ],
  }),
  seriesPanel({
    title: 'Probe signatures',
    description:
      'Signed requests per second by the outcome of the check. Anything but verified is a wrong key, a wrong clock, or somebody trying.',
    unit: 'reqps',
    min: 0,
    span: 6,
    targets: [
      {
        expr: `sum by (service, result) (rate(remora_probe_signature_total{${service}}[$__rate_interval]))`,
        legend: '{{service}} {{result}}',
      },
    ],
  }),
  seriesPanel({
    title: 'Ready',
    description: 'Whether each process takes work: 1 ready, 0 not.',
    unit: 'bool',
    min: 0,
    max: 1,
    span: 6,
    targets: [{ expr: `remora_ready{${scope}}`, legend: '{{job}} {{instance}}' }],
  }),
];

export function serviceDashboard(): dashboard.Dashboard {
  const builder = house(
    'Remora / Service',
    'remora-service',
    'What users of the service get, what it runs out of, and the queue behind its ingestion.',
  ).time({ from: 'now-1h', to: 'now' });
  for (const variable of variables) builder.withVariable(variable);
  const rows = {
    'Users: rate, errors, duration': red,
    'What the service depends on': dependencies,
    Saturation: saturation,
    Ingestion: ingestion,
    'Telemetry itself': telemetry,
  };
  for (const [title, panels] of Object.entries(rows)) {
    builder.withRow(new dashboard.RowBuilder(title));
    for (const panel of panels) builder.withPanel(panel);
  }
  return finished(builder);
}
