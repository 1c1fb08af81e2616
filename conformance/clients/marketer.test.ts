import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';

import { CreateAssetDocument, ImportAssetsDocument, UnusedDocument, UpdateAssetDocument, UsedDocument } from '../generated/client/graphql';
import { all, ApiError, ask, request, server, settled } from './api';

const { marketer, rep } = server;

/** A text that no other asset says, so that nothing is a copy of it. */
const ownWords = () => Array.from({ length: 10 }, () => randomUUID().replaceAll('-', ' ')).join(' ');

async function anAsset() {
  const input = { title: `Conformance ${randomUUID()}`, body: ownWords(), topics: ['conformance'] };
  return (await ask(marketer, CreateAssetDocument, { input })).createAsset;
}

test('an asset is created with what was left out at its default', async () => {
  const created = await anAsset();
  assert.equal(created.type, 'OTHER');
  assert.equal(created.status, 'PUBLISHED');
  assert.equal(created.version, 1);
  assert.equal(created.expiresAt, null);
});

test('who saves what somebody else has changed is told so, and nothing is lost', async () => {
  const { id, version } = await anAsset();
  const mine = await ask(marketer, UpdateAssetDocument, { id, version, input: { url: 'https://tallyholm.example/mine' } });
  assert.equal(mine.updateAsset.version, version + 1);
  await assert.rejects(
    ask(marketer, UpdateAssetDocument, { id, version, input: { url: 'https://tallyholm.example/theirs' } }),
    (error: ApiError) => error.code === 'CONFLICT');
  const emptied = await ask(marketer, UpdateAssetDocument, { id, version: version + 1, input: { url: null } });
  assert.equal(emptied.updateAsset.url, null);
  assert.deepEqual(emptied.updateAsset.topics, ['conformance'], 'what is left out of a patch stays');
});

test('a copy goes in and is warned of beside the data', async () => {
  const { body, id } = await anAsset();
  const { answer } = await request(marketer, CreateAssetDocument, { input: { title: `Conformance copy ${randomUUID()}`, body } });
  assert.ok(answer.data && !answer.errors);
  const warning = answer.extensions?.warnings?.[0];
  assert.deepEqual(warning?.path, ['createAsset']);
  assert.match(warning?.message ?? '', new RegExp(id));
});

test('of an import the bad rows are reported and the others would go in', async () => {
  const rows = [{ externalId: randomUUID(), title: 'Good', body: ownWords() }, { externalId: randomUUID(), title: '' }];
  const { importAssets } = await ask(marketer, ImportAssetsDocument, { rows, dryRun: true });
  assert.equal(importAssets.created, 1);
  assert.equal(importAssets.failed, 1);
  assert.deepEqual(importAssets.errors.map(({ row, field }) => [row, field]), [[1, 'title']]);
});

test('usage is told in total, by team and by week', async () => {
  const range = { from: new Date(Date.now() - 60 * 86_400_000).toISOString(), to: settled.publishedBefore };
  const { usage } = await ask(marketer, UsedDocument, { range, interval: 'WEEK' });
  assert.ok(usage.totals.sends > 0 && usage.totals.lastSentAt);
  const sum = (rows: { totals: { sends: number } }[]) => rows.reduce((total, { totals }) => total + totals.sends, 0);
  assert.equal(sum(usage.by), usage.totals.sends);
  assert.equal(sum(usage.timeline), usage.totals.sends);

  const nobody = await ask(marketer, UsedDocument, { range, filter: { campaigns: ['no such campaign'] }, interval: 'MONTH' });
  assert.deepEqual(nobody.usage.totals, { sends: 0, assets: 0, leads: 0, reps: 0, lastSentAt: null });
});

test('what lies unused is listed to the end', async () => {
  let total = 0;
  const unused = await all(async (after) => {
    const { usage } = await ask(marketer, UnusedDocument, { range: { from: '2020-01-01T00:00:00Z', to: '2026-01-01T00:00:00+01:00' }, first: 30, after });
    total = usage.unused.totalCount;
    return usage.unused;
  });
  assert.equal(new Set(unused.map(({ id }) => id)).size, total);
  assert.ok(total > 0);
});

test('a rep may not create, a stranger may do nothing', async () => {
  const input = { title: 'Not mine to add' };
  await assert.rejects(ask(rep, CreateAssetDocument, { input }), (error: ApiError) => error.code === 'FORBIDDEN');
  await assert.rejects(ask(undefined, CreateAssetDocument, { input }), (error: ApiError) => error.code === 'UNAUTHENTICATED');
  await assert.rejects(ask('not.a.token', UsedDocument, { interval: 'DAY' }), (error: ApiError) => error.code === 'UNAUTHENTICATED');
});
