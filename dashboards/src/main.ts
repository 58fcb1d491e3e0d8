// node build/main.js --write   regenerates the committed dashboards
// node build/main.js --check   exits 1 when one differs from its source or breaks a convention

import { readFileSync, writeFileSync } from 'node:fs';
import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { breaches } from './conventions.js';
import { serviceDashboard } from './service.js';
import { sloDashboard } from './slo.js';

const committed = new Map<string, Dashboard>([
  ['service.json', serviceDashboard()],
  ['slo.json', sloDashboard()],
]);

const fileOf = (name: string) => new URL(`../${name}`, import.meta.url);
const serialised = (dashboard: Dashboard) => JSON.stringify(dashboard, null, 2) + '\n';

function current(name: string): string {
  try {
    return readFileSync(fileOf(name), 'utf8');
  } catch {
    return '';
  }
}

function problems(): string[] {
  const found = [...committed.values()].flatMap(breaches);
  for (const [name, dashboard] of committed) {
    if (current(name) !== serialised(dashboard)) {
      found.push(`dashboards/${name} differs from its source; run: npm run build`);
    }
  }
  return found;
}

const mode = process.argv[2];
if (mode === '--write') {
  for (const [name, dashboard] of committed) writeFileSync(fileOf(name), serialised(dashboard));
} else if (mode !== '--check') {
  console.error('usage: node build/main.js --write|--check');
  process.exit(64);
}
const found = problems();
for (const problem of found) console.error(problem);
process.exit(found.length === 0 ? 0 : 1);
