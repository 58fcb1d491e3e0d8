// The conventions that dashboards of this project keep. They are the rules of Grafana's
// dashboard-linter (docs/index.md there), in its names, plus four of ours (remora-*). A rule that
// does not apply to a query says so in its own code, with the reason.

import type { Dashboard, Panel, RowPanel, VariableModel } from '@grafana/grafana-foundation-sdk/dashboard';

interface PromTarget {
  expr?: string;
  exemplar?: boolean;
  legendFormat?: string;
}

type AnyPanel = Panel | RowPanel;

function panelsOf(dashboard: Dashboard): Panel[] {
  const flat = (panels: AnyPanel[]): Panel[] =>
    panels.flatMap((panel) =>
      panel.type === 'row' ? flat((panel as RowPanel).panels ?? []) : [panel as Panel],
    );
  return flat(dashboard.panels ?? []);
}

function variablesOf(dashboard: Dashboard): Map<string, VariableModel> {
  return new Map((dashboard.templating?.list ?? []).map((variable) => [variable.name, variable]));
}

/** Every `metric{matchers}` of an expression. */
function selectors(expr: string): { metric: string; matchers: string }[] {
  return [...expr.matchAll(/([a-zA-Z_:][a-zA-Z0-9_:]*)\{([^}]*)\}/g)].map((match) => ({
    metric: match[1] ?? '',
    matchers: match[2] ?? '',
  }));
}

function variableProblems(dashboard: Dashboard): string[] {
  const problems: string[] = [];
  const variables = variablesOf(dashboard);
  const datasource = variables.get('datasource');
  if (datasource?.query !== 'prometheus' || datasource.label !== 'Data source') {
    problems.push('template-datasource-rule: variable datasource, label "Data source"');
  }
  for (const name of ['job', 'instance']) {
    const variable = variables.get(name);
    if (!variable?.multi || variable.allValue !== '.+' || variable.datasource?.uid !== '${datasource}') {
      problems.push(`template-${name}-rule: multi, allValue ".+", data source of the variable`);
    }
  }
  for (const variable of variables.values()) {
    if (variable.type === 'query' && variable.refresh !== 2) {
      problems.push(`template-on-time-change-reload-rule: ${variable.name}`);
    }
    if (!variable.label || !variable.description) {
      problems.push(`remora-variable-text: ${variable.name} needs a label and a description`);
    }
  }
  return problems;
}

function dashboardProblems(dashboard: Dashboard): string[] {
  const problems = variableProblems(dashboard);
  if (dashboard.editable) problems.push('uneditable-dashboard-rule');
  if (!/^remora-[a-z]+$/.test(dashboard.uid ?? '')) problems.push('remora-uid: remora-NAME');
  if (!dashboard.tags?.includes('remora')) problems.push('remora-tag');
  if (!dashboard.links?.some((link) => link.keepTime && link.includeVars)) {
    problems.push('remora-links: a link to the sibling dashboards that keeps time and variables');
  }
  return problems;
}

function panelProblems(panel: Panel): string[] {
  const problems: string[] = [];
  if (!panel.title || !panel.description) problems.push('panel-title-description-rule');
  if (!panel.fieldConfig?.defaults.unit) problems.push('panel-units-rule');
  if (panel.datasource?.uid !== '${datasource}') problems.push('panel-datasource-rule');
  if (!panel.targets?.length) problems.push('panel-no-targets-rule');
  return problems;
}

function targetProblems(target: PromTarget): string[] {
  const problems: string[] = [];
  const expr = target.expr ?? '';
  for (const { metric, matchers } of selectors(expr)) {
    // Recorded series belong to an SLO: the rules aggregate job and instance away.
    if (metric.startsWith('slo:')) continue;
    if (!matchers.includes('job=~"$job"')) problems.push(`target-job-rule: ${metric}`);
    if (!matchers.includes('instance=~"$instance"')) problems.push(`target-instance-rule: ${metric}`);
    const counter = /_(total|seconds_count|seconds_sum|bucket)$/.test(metric);
    const balance = expr.includes(' - '); // an account of totals, not a rate of one
    if (counter && !balance && !new RegExp(`(rate|increase)\\(${metric}\\{`).test(expr)) {
      problems.push(`target-counter-agg-rule: ${metric}`);
    }
    if (metric.endsWith('_bucket') && !target.exemplar) problems.push(`remora-exemplar: ${metric}`);
  }
  for (const range of expr.matchAll(/(?:rate|increase)\([^[]*\[([^\]]+)\]/g)) {
    if (range[1] !== '$__rate_interval') problems.push(`target-rate-interval-rule: [${range[1]}]`);
  }
  return problems;
}

/** Sentences, one a breach; empty when the dashboard keeps all conventions. */
export function breaches(dashboard: Dashboard): string[] {
  const name = dashboard.title ?? '';
  const problems = dashboardProblems(dashboard).map((problem) => `${name}: ${problem}`);
  for (const panel of panelsOf(dashboard)) {
    const found = panelProblems(panel);
    for (const target of (panel.targets ?? []) as PromTarget[]) found.push(...targetProblems(target));
    problems.push(...found.map((problem) => `${name}: ${panel.title ?? '(untitled)'}: ${problem}`));
  }
  return problems;
}
