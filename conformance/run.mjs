// Runs everything against one server: node run.mjs [BINARY]. Exits with 1 at the first step that fails.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { start } from './quiver.mjs';

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const binary = path.resolve(process.argv[2] ?? here('../bin/quiver'));

for (const made of ['generated', 'build']) rmSync(here(made), { recursive: true, force: true });
mkdirSync(here('generated/relay'), { recursive: true }); // Relay's compiler does not make it
const server = await start(binary);
const env = {
  ...process.env,
  QUIVER_URL: server.url,
  QUIVER_REP: server.token('REP', 'conformance-rep'),
  QUIVER_MARKETER: server.token('MARKETER', 'conformance-marketer'),
};

/** What node runs, one after the other: later steps need what earlier ones wrote. */
const steps = [
  ['GraphQL over HTTP', () => ['audits.mjs']],
  ['Schema and types', () => ['generate.mjs']],
  ['Relay compiler', () => ['node_modules/relay-compiler/cli.js', 'relay.config.json']],
  ['TypeScript', () => ['node_modules/typescript/bin/tsc']],
  ['Clients', () => ['--test', '--test-reporter=spec', ...tests()]],
];

/** The compiled tests: node 18 takes no patterns. */
function tests() {
  return readdirSync(here('build/clients')).filter((name) => name.endsWith('.test.js')).map((name) => `build/clients/${name}`);
}

try {
  for (const [name, command] of steps) {
    console.log(`\n== ${name}`);
    const ended = spawnSync(process.execPath, command(), { cwd: here('.'), env, stdio: 'inherit', timeout: 300_000 });
    if (ended.error) throw ended.error;
    if (ended.status !== 0) {
      console.error(`${name}: failed`);
      process.exitCode = 1;
      break;
    }
  }
} finally {
  await server.stop();
}
