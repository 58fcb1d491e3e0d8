// Objectives and what is left of their budgets, from the recording rules that `remora-slo generate`
// writes; then what the probe sees from the outside beside what users got.

import * as dashboard from '@grafana/grafana-foundation-sdk/dashboard';
import {
  finished,
  house,
  multiVariable,
  queryVariable,
  scope,
  type Step,
  seriesPanel,
  statPanel,
  tablePanel,
} from './house.js';

/** Recorded series of the chosen SLOs. They carry slo_* labels and neither job nor instance. */
const slo = 'slo_id=~"$slo"';
const probe = `${scope},scenario=~"$scenario"`;

const remaining: Step[] = [
  { from: null, colour: 'red' },
  { from: 0, colour: 'orange' },
  { from: 0.25, colour: 'green' },
];
const burning: Step[] = [
  { from: null, colour: 'green' },
  { from: 1, colour: 'orange' },
  { from: 6, colour: 'red' },
];
const coverage: Step[] = [
  { from: null, colour: 'red' },
  { from: 0.9, colour: 'orange' },
  { from: 0.99, colour: 'green' },
];
const neutral: Step[] = [{ from: null, colour: 'text' }];

const perSlo = (metric: string) => `max by (slo_service, slo_id) (${metric})`;

/** `{window="28d"}` and the like: the longest window there is, which is the SLO's own period. */
const overPeriod = (metric: string) =>
  `max by (slo_service, slo_id) (${metric}{${slo},window!~"5m|30m|1h|2h|6h|1d|3d"})`;

const overview = tablePanel({
  title: 'Objectives',
  description:
    'Every SLO with its objective, what is left of the error budget of its period, how fast it is being spent (1: exactly used up at the end of the period), and how much of the period there is data for. A number without coverage is a guess.',
  unit: 'short',
  height: 7,
  labels: { slo_service: 'Service', slo_id: 'SLO' },
  columns: [
    { title: 'Objective', unit: 'percentunit', expr: perSlo(`slo:objective:ratio{${slo}}`) },
    { title: 'Period', unit: 'd', expr: perSlo(`slo:period:days{${slo}}`) },
    {
      title: 'Budget left',
      unit: 'percentunit',
      steps: remaining,
      expr: perSlo(`slo:error_budget_remaining:ratio{${slo}}`),
    },
    {
      title: 'Burn rate, 1 h',
      unit: 'short',
      steps: burning,
      expr: perSlo(`slo:burn_rate:ratio{${slo},window="1h"}`),
    },
    {
      title: 'Burn rate, 6 h',
      unit: 'short',
      steps: burning,
      expr: perSlo(`slo:burn_rate:ratio{${slo},window="6h"}`),
    },
    { title: 'Events', unit: 'short', expr: overPeriod('slo:events:sum') },
    { title: 'Bad events', unit: 'short', expr: overPeriod('slo:bad_events:sum') },
    { title: 'Coverage', unit: 'percentunit', steps: coverage, expr: overPeriod('slo:coverage:ratio') },
  ],
});

const onePerSlo = [
  statPanel({
    title: 'Objective',
    description: 'The share of good events that was promised.',
    unit: 'percentunit',
    span: 3,
    height: 4,
    steps: neutral,
    targets: [{ expr: `slo:objective:ratio{${slo}}`, legend: '{{slo_id}}' }],
  }),
  statPanel({
    title: 'Error budget left',
    description:
      'What is left of the errors that the objective allows in its period. Below zero the objective is violated.',
    unit: 'percentunit',
    span: 3,
    height: 4,
    decimals: 1,
    steps: remaining,
    targets: [{ expr: `slo:error_budget_remaining:ratio{${slo}}`, legend: '{{slo_id}}' }],
  }),
  seriesPanel({
    title: 'Error budget left over time',
    description: 'A straight slope is a steady leak, a step is an incident.',
    unit: 'percentunit',
    max: 1,
    span: 9,
    limit: 0,
    targets: [{ expr: `slo:error_budget_remaining:ratio{${slo}}`, legend: '{{slo_id}}' }],
  }),
  seriesPanel({
    title: 'Burn rate by window',
    description:
      'How many times faster than allowed the budget is spent, over each window. SLOErrorBudgetBurn fires when a long and a short window agree; at 1 (the line) the budget lasts exactly its period.',
    unit: 'short',
    min: 0,
    span: 9,
    limit: 1,
    targets: [{ expr: `slo:burn_rate:ratio{${slo}}`, legend: '{{slo_id}} {{window}}' }],
  }),
  seriesPanel({
    title: 'Error ratio by window',
    description: 'Bad events over all events, over each window. A window without events has none.',
    unit: 'percentunit',
    min: 0,
    span: 8,
    targets: [{ expr: `slo:error:ratio{${slo}}`, legend: '{{slo_id}} {{window}}' }],
  }),
  seriesPanel({
    title: 'Events',
    description:
      'Events of each minute, and the bad ones among them, counted from raw samples. Few events make every ratio above a coin toss.',
    unit: 'short',
    min: 0,
    span: 8,
    colours: { 'bad$': 'red' },
    targets: [
      { expr: `slo:total:delta1m{${slo}}`, legend: '{{slo_id}} all' },
      { expr: `slo:bad:delta1m{${slo}}`, legend: '{{slo_id}} bad' },
    ],
  }),
  seriesPanel({
    title: 'Coverage by window',
    description:
      'The share of each window for which there was data. SLONoData fires when the most recent data is missing.',
    unit: 'percentunit',
    min: 0,
    max: 1,
    span: 8,
    targets: [{ expr: `slo:coverage:ratio{${slo}}`, legend: '{{slo_id}} {{window}}' }],
  }),
];

const twoViews = [
  seriesPanel({
    title: 'Availability from inside and outside',
    description:
      'The same hour seen twice: the share of good user requests that the sidecar counted, and the share of good runs of the probe along the critical path. The probe alone low: something in front of the sidecar, or a path that users do not take. Users alone low: a path that the probe does not take.',
    unit: 'percentunit',
    max: 1,
    span: 12,
    targets: [
      { expr: '1 - slo:error:ratio{slo_id="$user_slo",window="1h"}', legend: 'users: {{slo_id}}' },
      { expr: '1 - slo:error:ratio{slo_id="$probe_slo",window="1h"}', legend: 'probe: {{slo_id}}' },
    ],
  }),
  seriesPanel({
    title: 'Runs of the probe',
    description:
      'Runs per second by scenario and outcome. The first thing to look at when the two views disagree.',
    unit: 'ops',
    min: 0,
    span: 6,
    stacked: true,
    colours: { 'passed$': 'green', 'failed$': 'red' },
    targets: [
      {
        expr: `sum by (scenario, outcome) (rate(remora_probe_runs_total{${probe}}[$__rate_interval]))`,
        legend: '{{scenario}} {{outcome}}',
      },
    ],
  }),
  seriesPanel({
    title: 'Where runs broke',
    description:
      'Failed runs by the step that failed and where it broke: client, dns, network, tls, edge, sidecar, app, dependency. Faults that look alike from outside share a class.',
    unit: 'short',
    min: 0,
    span: 6,
    targets: [
      {
        expr: `sum by (scenario, step, where) (increase(remora_probe_runs_total{${probe},outcome="failed"}[$__rate_interval]))`,
        legend: '{{step}}: {{where}}',
      },
    ],
  }),
  seriesPanel({
    title: 'Duration of a run',
    description: 'The 95th percentile of a whole run, counted from its intended start.',
    unit: 's',
    min: 0,
    span: 6,
    targets: [
      {
        expr: `histogram_quantile(0.95, sum by (scenario, le) (rate(remora_probe_run_duration_seconds_bucket{${probe}}[$__rate_interval])))`,
        legend: '{{scenario}}',
      },
    ],
  }),
  seriesPanel({
    title: 'Duration of the steps',
    description: 'The 95th percentile of each step of the critical path, all phases together.',
    unit: 's',
    min: 0,
    span: 6,
    targets: [
      {
        expr: `histogram_quantile(0.95, sum by (scenario, step, le) (rate(remora_probe_step_duration_seconds_bucket{${probe},phase="total"}[$__rate_interval])))`,
        legend: '{{step}}',
      },
    ],
  }),
  seriesPanel({
    title: 'Phases of a step',
    description:
      'Mean seconds of a step by phase: resolve, connect, tls, send, wait, receive. What grows says which part of the path to look at.',
    unit: 's',
    min: 0,
    span: 6,
    stacked: true,
    targets: [
      {
        expr: `sum by (phase) (rate(remora_probe_step_duration_seconds_sum{${probe},phase!="total"}[$__rate_interval])) / sum by (phase) (rate(remora_probe_step_duration_seconds_count{${probe},phase!="total"}[$__rate_interval]))`,
        legend: '{{phase}}',
      },
    ],
  }),
  seriesPanel({
    title: 'Schedule',
    description:
      'How late runs start (90th percentile). Above 1 s (the line) RemoraProbeScheduleLag opens a ticket: latency counts from the intended start, so a late schedule looks like a slow service.',
    unit: 's',
    min: 0,
    span: 6,
    limit: 1,
    targets: [
      {
        expr: `histogram_quantile(0.9, sum by (scenario, le) (rate(remora_probe_schedule_lag_seconds_bucket{${probe}}[$__rate_interval])))`,
        legend: '{{scenario}}',
      },
    ],
  }),
  statPanel({
    title: 'Recognised',
    description:
      'Whether the sidecar recognised the signature of the latest run: 1 yes, 0 no. Unrecognised runs count as user traffic.',
    unit: 'bool_yes_no',
    span: 6,
    steps: [
      { from: null, colour: 'red' },
      { from: 1, colour: 'green' },
    ],
    targets: [
      {
        expr: `min by (scenario) (remora_probe_recognised{${probe}})`,
        legend: '{{scenario}}',
      },
    ],
  }),
  statPanel({
    title: 'Runs not accounted for',
    description: 'Scheduled minus run, missed and running: zero, or the probe lost a result.',
    unit: 'short',
    span: 6,
    steps: [
      { from: null, colour: 'green' },
      { from: 1, colour: 'red' },
    ],
    targets: [
      {
        expr: `sum by (scenario) (remora_probe_scheduled_total{${probe}}) - sum by (scenario) (remora_probe_runs_total{${probe}}) - sum by (scenario) (remora_probe_missed_total{${probe}}) - sum by (scenario) (remora_probe_running{${probe}})`,
        legend: '{{scenario}}',
      },
    ],
  }),
  seriesPanel({
    title: 'Missed runs',
    description:
      'Runs that were due and not made, by reason. overrun: the one before took longer than the interval.',
    unit: 'short',
    min: 0,
    span: 12,
    height: 4,
    targets: [
      {
        expr: `sum by (scenario, reason) (increase(remora_probe_missed_total{${probe}}[$__rate_interval]))`,
        legend: '{{scenario}} {{reason}}',
      },
    ],
  }),
];

export function sloDashboard(): dashboard.Dashboard {
  const builder = house(
    'Remora / SLOs',
    'remora-slo',
    'Objectives, error budgets and burn rates; the critical path from outside beside what users got.',
  )
    .time({ from: 'now-6h', to: 'now' })
    .withVariable(
      multiVariable(
        'slo',
        'SLO',
        'One row of panels for each.',
        'label_values(slo:objective:ratio, slo_id)',
      ),
    )
    .withVariable(
      queryVariable(
        'user_slo',
        'Users',
        'The availability that users get, compared with the probe.',
        'label_values(slo:objective:ratio, slo_id)',
      ).current({
        selected: true,
        text: 'securities-availability',
        value: 'securities-availability',
      }),
    )
    .withVariable(
      queryVariable(
        'probe_slo',
        'Probe',
        'The availability that the probe sees, compared with the users.',
        'label_values(slo:objective:ratio, slo_id)',
      ).current({ selected: true, text: 'critical-path', value: 'critical-path' }),
    )
    .withVariable(
      multiVariable(
        'scenario',
        'Scenario',
        'What the probe walks through.',
        'label_values(remora_probe_scheduled_total{job=~"$job",job!="remora-load"}, scenario)',
      ),
    )
    .withRow(new dashboard.RowBuilder('All objectives'))
    .withPanel(overview)
    .withRow(new dashboard.RowBuilder('From outside and inside'));
  for (const panel of twoViews) builder.withPanel(panel);
  builder.withRow(new dashboard.RowBuilder('$slo').repeat('slo'));
  for (const panel of onePerSlo) builder.withPanel(panel);
  return finished(builder);
}
