// A screen without a browser: React and Relay's hooks as a page has them, drawn by react-test-renderer.
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { createElement, Suspense } from 'react';
import type { FunctionComponent } from 'react';
import { RelayEnvironmentProvider } from 'react-relay';
import { create } from 'react-test-renderer';
import { Environment, Network, RecordSource, Store } from 'relay-runtime';

import { server } from '../api';

// Relay keeps a query for five minutes after its screen is gone, with timers that would keep the process as long.
const keeping = globalThis.setTimeout;
Object.assign(globalThis, { setTimeout: (...timer: Parameters<typeof keeping>) => keeping(...timer).unref() });

/** A store of Relay's over the real server. */
export function environment(token: string): Environment {
  const network = Network.create(async ({ text }, variables) => {
    const response = await fetch(server.url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` },
      body: JSON.stringify({ query: text, variables }),
    });
    return response.json();
  });
  return new Environment({ network, store: new Store(new RecordSource()) });
}

/** A mounted component that hands out what it has last drawn. */
export interface Screen<Drawn> {
  /** What was drawn, as soon as it is so. */
  when(holds: (drawn: Drawn) => boolean): Promise<Drawn>;
}

/** Mounts, for one test, a component of which use is the body: it calls hooks and gives what there is to see and do. */
export function show<Drawn>(t: TestContext, relay: Environment, use: () => Drawn): Screen<Drawn> {
  let drawn: Drawn | undefined;
  const Page: FunctionComponent = () => {
    drawn = use();
    return null;
  };
  const children = createElement(Suspense, { fallback: null }, createElement(Page));
  const root = create(createElement(RelayEnvironmentProvider, { environment: relay, children }));
  t.after(() => root.unmount()); // or Relay would go on to ask for what a failed test lacks
  return {
    async when(holds) {
      for (const until = Date.now() + 30_000; Date.now() < until; await sleep(5)) {
        if (drawn !== undefined && holds(drawn)) return drawn;
      }
      throw new Error(`not seen within 30 s; last: ${JSON.stringify(drawn)?.slice(0, 500)}`);
    },
  };
}
