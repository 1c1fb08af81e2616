import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';

import {
  AnyNodeDocument, FindAssetsDocument, FindLeadsDocument, NextForLeadDocument, RecordSendDocument, SendsToDocument, ViewerDocument,
} from '../generated/client/graphql';
import type { AssetType, Channel, RecommendationSignal } from '../generated/client/graphql';
import { all, ApiError, ask, server, settled } from './api';

const rep = server.rep;

/** What a page shows for each signal: the compiler holds it against the schema. */
const badges: Record<RecommendationSignal, string> = {
  PERSONA: 'Persona', INDUSTRY: 'Industry', FUNNEL_STAGE: 'Stage', TEXT: 'In their words', TRACK_RECORD: 'Works', FRESHNESS: 'New',
};

async function someLead() {
  const { leads } = await ask(rep, FindLeadsDocument, { filter: { query: 'Kvist' }, first: 1 });
  const lead = leads.nodes[0];
  assert.ok(lead, 'the demo has a lead called Kvist');
  return lead;
}

test('a rep is who the token says', async () => {
  const { viewer } = await ask(rep, ViewerDocument, {});
  assert.equal(viewer.subject, 'conformance-rep');
  assert.equal(viewer.role, 'REP');
  assert.equal(viewer.team, 'EMEA');
});

test('a search gives scores, fragments and boxes to tick; ticking one narrows', async () => {
  const { assets } = await ask(rep, FindAssetsDocument, { words: 'downtime', first: 10 });
  assert.ok(assets.totalCount > 0);
  assert.ok(assets.edges.every(({ score, node }, i) => score > 0 && score <= (assets.edges[i - 1]?.score ?? Infinity) && node.title));
  assert.match(assets.edges[0]?.highlights[0]?.fragment ?? '', /<mark>/);

  const box = assets.facets.types.at(-1);
  assert.ok(box && box.count < assets.totalCount, 'the smallest form is not all of it');
  const ticked = await ask(rep, FindAssetsDocument, { words: 'downtime', filter: { types: [box.value as AssetType] } });
  assert.equal(ticked.assets.totalCount, box.count);
  assert.deepEqual(ticked.assets.facets.types, assets.facets.types, 'the list of forms counts as if none were ticked');
});

test('a misspelt search says what it took the words for', async () => {
  const { assets } = await ask(rep, FindAssetsDocument, { words: 'downtmie ' });
  assert.equal(assets.didYouMean?.trim(), 'downtime');
});

test('recommendations come with reasons that add up', async () => {
  const { lead } = await ask(rep, NextForLeadDocument, { lead: (await someLead()).id });
  assert.ok(lead && lead.recommendations.length === 5);
  for (const { score, reasons, asset, alreadySent } of lead.recommendations) {
    assert.ok(asset.title && !alreadySent);
    assert.ok(Math.abs(reasons.reduce((sum, { contribution }) => sum + contribution, 0) - score) <= 0.001);
    assert.ok(reasons.every(({ signal, detail }) => badges[signal] && detail));
  }
});

test('a send that is repeated with its key is recorded once', async () => {
  const lead = await someLead();
  const before = await ask(rep, SendsToDocument, { lead: lead.id, first: 1 });
  const { assets } = await ask(rep, FindAssetsDocument, { words: 'type:video', first: 2 });
  const channel: Channel = 'MEETING';
  const input = { lead: lead.id, assets: assets.edges.map(({ node }) => node.id), channel, idempotencyKey: randomUUID() };

  const first = await ask(rep, RecordSendDocument, { input });
  const again = await ask(rep, RecordSendDocument, { input });
  assert.deepEqual(again, first);
  assert.equal(first.recordSend.rep.subject, 'conformance-rep');
  assert.deepEqual(first.recordSend.assets.map(({ id }) => id), input.assets);
  assert.ok(Math.abs(Date.parse(first.recordSend.sentAt) - Date.now()) < 60_000, 'a Time is what Date reads');

  const after = await ask(rep, SendsToDocument, { lead: lead.id, first: 1 });
  assert.equal(after.sends.totalCount, before.sends.totalCount + 1);
  assert.equal(after.sends.nodes[0]?.id, first.recordSend.id, 'the newest send is first');
});

test('every fault of an input is told at its place', async () => {
  const input = { lead: 'led_nobody', assets: [], message: 'x'.repeat(5001) };
  await assert.rejects(ask(rep, RecordSendDocument, { input }), (error: ApiError) => {
    assert.equal(error.code, 'BAD_USER_INPUT');
    assert.deepEqual([...error.fields.keys()].sort(), ['assets', 'lead', 'message']);
    return true;
  });
  await assert.rejects(ask(rep, FindAssetsDocument, { first: 101 }), (error: ApiError) => error.code === 'BAD_USER_INPUT' && error.fields.has('first'));
});

test('whatever an id stands for, node tells its type', async () => {
  const { id } = await someLead();
  const { node } = await ask(rep, AnyNodeDocument, { id });
  assert.ok(node?.__typename === 'Lead');
  assert.ok(node.company); // only a Lead has one here
  await assert.rejects(ask(rep, AnyNodeDocument, { id: 'ast_nothing' }), (error: ApiError) => error.code === 'NOT_FOUND');
});

test('pages lead to the end, and no row comes twice', async () => {
  let total = 0;
  const assets = await all(async (after) => {
    const { assets: page } = await ask(rep, FindAssetsDocument, { filter: settled, first: 7, after });
    total = page.totalCount;
    return { nodes: page.edges.map(({ node }) => node.id), pageInfo: page.pageInfo };
  });
  assert.equal(new Set(assets).size, total);
  assert.equal(assets.length, total);

  const leads = await all(async (after) => (await ask(rep, FindLeadsDocument, { first: 100, after })).leads);
  assert.equal(new Set(leads.map(({ id }) => id)).size, 240);
});
