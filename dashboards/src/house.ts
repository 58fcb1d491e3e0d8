// What every dashboard of Remora shares: variables, links, the deployment annotation, and panels
// that cannot be built without a title, a description, a unit and a data source.

import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog';
import type { DataSourceRef } from '@grafana/grafana-foundation-sdk/common';
import * as common from '@grafana/grafana-foundation-sdk/common';
import * as dashboard from '@grafana/grafana-foundation-sdk/dashboard';
import * as heatmap from '@grafana/grafana-foundation-sdk/heatmap';
import * as prometheus from '@grafana/grafana-foundation-sdk/prometheus';
import * as stat from '@grafana/grafana-foundation-sdk/stat';
import * as table from '@grafana/grafana-foundation-sdk/table';
import * as timeseries from '@grafana/grafana-foundation-sdk/timeseries';

export const datasource: DataSourceRef = { type: 'prometheus', uid: '${datasource}' };

/** Matchers of every query on a metric that Remora's programs expose. The load generator is a probe
 *  too, but what it measures is its own traffic, so it is never part of a dashboard. */
export const scope = 'job=~"$job",job!="remora-load",instance=~"$instance"';

const tag = 'remora';

export interface Target {
  expr: string;
  legend: string;
  /** Dots that lead to a trace; on by default for histograms, the only series that carry them. */
  exemplar?: boolean;
}

export interface PanelOptions {
  title: string;
  /** What it shows, and what to think when it moves. */
  description: string;
  /** A Grafana unit id. */
  unit: string;
  targets: Target[];
  /** Columns of 24. */
  span?: number;
  height?: number;
}

export interface SeriesOptions extends PanelOptions {
  min?: number;
  max?: number;
  stacked?: boolean;
  /** A dashed line at this value. */
  limit?: number;
  /** Fixed colours by a regular expression on the legend. */
  colours?: Record<string, string>;
}

export interface Step {
  from: number | null;
  colour: string;
}

function query(target: Target): prometheus.DataqueryBuilder {
  return new prometheus.DataqueryBuilder()
    .datasource(datasource)
    .expr(target.expr)
    .legendFormat(target.legend)
    .exemplar(target.exemplar ?? target.expr.includes('_bucket{'));
}

function refId(index: number): string {
  return String.fromCharCode('A'.charCodeAt(0) + index);
}

function rangeQueries(targets: Target[]): Builder<Dataquery>[] {
  return targets.map((target, index) => query(target).refId(refId(index)).range());
}

function instantQueries(targets: Target[]): Builder<Dataquery>[] {
  return targets.map((target, index) =>
    query(target).refId(refId(index)).instant().format(prometheus.PromQueryFormat.Table),
  );
}

function thresholds(steps: Step[]): dashboard.ThresholdsConfigBuilder {
  return new dashboard.ThresholdsConfigBuilder()
    .mode(dashboard.ThresholdsMode.Absolute)
    .steps(steps.map((step) => ({ value: step.from, color: step.colour })));
}

export function seriesPanel(options: SeriesOptions): timeseries.PanelBuilder {
  const panel = new timeseries.PanelBuilder()
    .title(options.title)
    .description(options.description)
    .datasource(datasource)
    .unit(options.unit)
    .span(options.span ?? 8)
    .height(options.height ?? 8)
    .targets(rangeQueries(options.targets))
    .lineWidth(1)
    .fillOpacity(options.stacked ? 30 : 5)
    .showPoints(common.VisibilityMode.Never)
    .tooltip(
      new common.VizTooltipOptionsBuilder()
        .mode(common.TooltipDisplayMode.Multi)
        .sort(common.SortOrder.Descending),
    )
    .legend(
      new common.VizLegendOptionsBuilder()
        .displayMode(common.LegendDisplayMode.List)
        .placement(common.LegendPlacement.Bottom)
        .showLegend(true),
    );
  if (options.min !== undefined) panel.min(options.min);
  if (options.max !== undefined) panel.max(options.max);
  if (options.stacked) {
    panel.stacking(new common.StackingConfigBuilder().mode(common.StackingMode.Normal));
  }
  if (options.limit !== undefined) {
    panel
      .thresholds(
        thresholds([
          { from: null, colour: 'transparent' },
          { from: options.limit, colour: 'red' },
        ]),
      )
      .thresholdsStyle(
        new common.GraphThresholdsStyleConfigBuilder().mode(
          common.GraphThresholdsStyleMode.Dashed,
        ),
      );
  }
  for (const [regexp, colour] of Object.entries(options.colours ?? {})) {
    panel.overrideByRegexp(regexp, [{ id: 'color', value: { mode: 'fixed', fixedColor: colour } }]);
  }
  return panel;
}

export function statPanel(
  options: PanelOptions & { steps: Step[]; decimals?: number },
): stat.PanelBuilder {
  const panel = new stat.PanelBuilder()
    .title(options.title)
    .description(options.description)
    .datasource(datasource)
    .unit(options.unit)
    .span(options.span ?? 4)
    .height(options.height ?? 4)
    .targets(options.targets.map((target, index) => query(target).refId(refId(index)).instant()))
    .thresholds(thresholds(options.steps))
    .colorMode(common.BigValueColorMode.Value)
    .graphMode(common.BigValueGraphMode.None)
    .reduceOptions(new common.ReduceDataOptionsBuilder().calcs(['lastNotNull']));
  if (options.decimals !== undefined) panel.decimals(options.decimals);
  return panel;
}

export function heatmapPanel(options: PanelOptions): heatmap.PanelBuilder {
  return new heatmap.PanelBuilder()
    .title(options.title)
    .description(options.description)
    .datasource(datasource)
    .unit(options.unit)
    .span(options.span ?? 8)
    .height(options.height ?? 8)
    .targets(
      options.targets.map((target, index) =>
        query(target).refId(refId(index)).range().format(prometheus.PromQueryFormat.Heatmap),
      ),
    )
    .yAxis(new heatmap.YAxisConfigBuilder().unit(options.unit));
}

export interface Column {
  expr: string;
  title: string;
  unit: string;
  steps?: Step[];
}

/** One row per label set; one column per query. The queries must aggregate to `labels`. */
export function tablePanel(
  options: Omit<PanelOptions, 'targets'> & { labels: Record<string, string>; columns: Column[] },
): table.PanelBuilder {
  const value = (index: number) => `Value #${refId(index)}`;
  const renames = Object.fromEntries(
    options.columns.map((column, index) => [value(index), column.title]),
  );
  const labels = Object.keys(options.labels);
  const order = [...labels, ...options.columns.map((_, index) => value(index))];
  const panel = new table.PanelBuilder()
    .title(options.title)
    .description(options.description)
    .datasource(datasource)
    .unit(options.unit)
    .span(options.span ?? 24)
    .height(options.height ?? 8)
    .targets(
      instantQueries(options.columns.map((column) => ({ expr: column.expr, legend: '' }))),
    )
    .transformations([
      { id: 'merge', options: {} },
      {
        id: 'organize',
        options: {
          excludeByName: { Time: true },
          indexByName: Object.fromEntries(order.map((name, index) => [name, index])),
          renameByName: { ...options.labels, ...renames },
        },
      },
    ]);
  for (const column of options.columns) {
    const properties: dashboard.DynamicConfigValue[] = [{ id: 'unit', value: column.unit }];
    if (column.steps) {
      properties.push(
        { id: 'thresholds', value: thresholds(column.steps).build() },
        { id: 'custom.cellOptions', value: { type: 'color-text' } },
      );
    }
    panel.overrideByName(column.title, properties);
  }
  return panel;
}

export function queryVariable(
  name: string,
  label: string,
  description: string,
  definition: string,
): dashboard.QueryVariableBuilder {
  return new dashboard.QueryVariableBuilder(name)
    .label(label)
    .description(description)
    .datasource(datasource)
    .query({ qryType: 1, query: definition, refId: name })
    .definition(definition)
    .refresh(dashboard.VariableRefresh.OnTimeRangeChanged)
    .sort(dashboard.VariableSort.AlphabeticalAsc);
}

/** A variable of which any number of values may be chosen; all of them by default. */
export function multiVariable(
  name: string,
  label: string,
  description: string,
  definition: string,
): dashboard.QueryVariableBuilder {
  return queryVariable(name, label, description, definition)
    .multi(true)
    .includeAll(true)
    .allValue('.+')
    .current({ selected: true, text: 'All', value: '$__all' });
}

/** A new program version, wherever it appeared for the first time in two minutes. */
const deployments = new dashboard.AnnotationQueryBuilder()
  .name('Deployments')
  .datasource(datasource)
  .enable(true)
  .iconColor('blue')
  .expr(
    'count by (program, version) (remora_build_info{job=~"$job"})' +
      ' unless count by (program, version) (remora_build_info{job=~"$job"} offset 2m)',
  )
  .step('60s')
  .titleFormat('{{program}} {{version}}')
  .textFormat('Version {{version}} of {{program}} started')
  .tagKeys('program,version');

export function house(title: string, uid: string, description: string): dashboard.DashboardBuilder {
  return new dashboard.DashboardBuilder(title)
    .uid(uid)
    .description(description)
    .tags([tag])
    .timezone('utc')
    .readonly()
    .refresh('30s')
    .tooltip(dashboard.DashboardCursorSync.Crosshair)
    .link(
      new dashboard.DashboardLinkBuilder('Remora')
        .type(dashboard.DashboardLinkType.Dashboards)
        .icon('external link')
        .tags([tag])
        .asDropdown(true)
        .includeVars(true)
        .keepTime(true),
    )
    .annotation(deployments)
    .withVariable(
      new dashboard.DatasourceVariableBuilder('datasource')
        .label('Data source')
        .description('The Prometheus that scrapes Remora.')
        .type('prometheus'),
    )
    .withVariable(
      multiVariable(
        'job',
        'Job',
        'Scrape jobs of Remora: remora-sidecar, remora-api, remora-probe, remora-slo.',
        'label_values(remora_build_info{job!="remora-load"}, job)',
      ),
    )
    .withVariable(
      multiVariable(
        'instance',
        'Instance',
        'Single processes.',
        'label_values(remora_build_info{job=~"$job",job!="remora-load"}, instance)',
      ),
    );
}

/** The finished dashboard: panels numbered in reading order, so that a link to one keeps working,
 *  and links shown beside the title rather than in the menu where the builder puts them. */
export function finished(builder: dashboard.DashboardBuilder): dashboard.Dashboard {
  const built = builder.build();
  built.panels?.forEach((panel, index) => {
    panel.id = index + 1;
  });
  built.links?.forEach((link) => {
    delete link.placement;
  });
  built.annotations?.list?.forEach((annotation) => {
    delete annotation.placement;
  });
  return built;
}
