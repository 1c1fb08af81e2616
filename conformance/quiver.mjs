// The real server, as `quiver serve --demo` starts it, in a directory and on a port of its own.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const patience = 60_000; // milliseconds that the demo may take to load

/** Starts the binary and waits until it answers operations. */
export async function start(binary) {
  const data = mkdtempSync(path.join(tmpdir(), 'quiver-conformance-'));
  const env = withoutSettings(process.env);
  const child = spawn(binary, ['serve', '--demo', '--data', data, '--addr', '127.0.0.1:0'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const exited = new Promise((resolve) => child.once('exit', resolve).once('error', resolve));
  const stop = async () => {
    child.kill('SIGTERM');
    await exited;
    rmSync(data, { recursive: true, force: true });
  };
  try {
    const url = await endpoint(child);
    return { url, stop, token: (role, subject) => token(binary, env, data, role, subject) };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The environment without QUIVER_… and MONGODB_URI: a caller's settings are not the ones under test. */
function withoutSettings(environment) {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !/^(QUIVER_|MONGODB_URI$)/.test(name)));
}

/** The address of the API, which the server prints once the demo is loaded. */
function endpoint(child) {
  return new Promise((resolve, reject) => {
    let printed = '';
    let logged = '';
    const giveUp = setTimeout(() => reject(new Error(`the server was not ready after ${patience / 1000} s:\n${logged}`)), patience);
    child.stdout.on('data', (text) => {
      printed += text;
      const url = /http:\/\/\S+\/graphql/.exec(printed)?.[0];
      if (url) {
        clearTimeout(giveUp);
        resolve(url);
      }
    });
    child.stderr.on('data', (text) => (logged += text));
    child.once('error', reject).once('exit', (code) => {
      clearTimeout(giveUp);
      reject(new Error(`the server ended with ${code}:\n${logged}`));
    });
  });
}

function token(binary, env, data, role, subject) {
  const flags = ['token', '--role', role, '--subject', subject, '--team', 'EMEA', '--data', data];
  return execFileSync(binary, flags, { env, encoding: 'utf8' }).trim();
}
