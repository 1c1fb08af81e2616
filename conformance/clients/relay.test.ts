import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import type { TestContext } from 'node:test';

import { useLazyLoadQuery, usePaginationFragment } from 'react-relay';
import { commitMutation, ConnectionHandler } from 'relay-runtime';
import type { Environment } from 'relay-runtime';

import { CreateAssetDocument, RecordSendDocument } from '../generated/client/graphql';
import CatalogFragment from '../generated/relay/Catalog_assets.graphql';
import type { Catalog_assets$key } from '../generated/relay/Catalog_assets.graphql';
import type { CatalogPageQuery } from '../generated/relay/CatalogPageQuery.graphql';
import CatalogDocument from '../generated/relay/CatalogQuery.graphql';
import type { CatalogQuery } from '../generated/relay/CatalogQuery.graphql';
import LeadsFragment from '../generated/relay/Leads_leads.graphql';
import type { Leads_leads$key } from '../generated/relay/Leads_leads.graphql';
import type { LeadsPageQuery } from '../generated/relay/LeadsPageQuery.graphql';
import LeadsDocument from '../generated/relay/LeadsQuery.graphql';
import type { LeadsQuery } from '../generated/relay/LeadsQuery.graphql';
import LeadSendsFragment from '../generated/relay/LeadSends_lead.graphql';
import type { LeadSends_lead$key } from '../generated/relay/LeadSends_lead.graphql';
import type { LeadSendsPageQuery } from '../generated/relay/LeadSendsPageQuery.graphql';
import LeadSendsDocument from '../generated/relay/LeadSendsQuery.graphql';
import type { LeadSendsQuery } from '../generated/relay/LeadSendsQuery.graphql';
import RecordSendMutationDocument from '../generated/relay/RecordSendMutation.graphql';
import type { RecordSendMutation } from '../generated/relay/RecordSendMutation.graphql';
import RetitleDocument from '../generated/relay/RetitleMutation.graphql';
import type { RetitleMutation } from '../generated/relay/RetitleMutation.graphql';
import { ask, server, settled } from './api';
import { environment, show } from './relay/screen';

// In development Relay warns of what it finds odd in a server's answers: fields that are missing, an id with two types.
const warnings: string[] = [];
const { error } = console;
before(() => {
  console.error = (...words: unknown[]) => warnings.push(words.join(' '));
});
after(() => {
  console.error = error;
  assert.deepEqual(warnings.filter((words) => words.startsWith('Warning:')), []); // React's own have no such beginning
});

function showCatalog(t: TestContext, relay: Environment, variables: CatalogQuery['variables']) {
  return show(t, relay, () => {
    const query = useLazyLoadQuery<CatalogQuery>(CatalogDocument, variables);
    return usePaginationFragment<CatalogPageQuery, Catalog_assets$key>(CatalogFragment, query);
  });
}

function showLeads(t: TestContext, relay: Environment) {
  return show(t, relay, () => {
    const query = useLazyLoadQuery<LeadsQuery>(LeadsDocument, { count: 100 });
    return usePaginationFragment<LeadsPageQuery, Leads_leads$key>(LeadsFragment, query);
  });
}

function showSends(t: TestContext, relay: Environment, lead: string) {
  return show(t, relay, () => {
    const query = useLazyLoadQuery<LeadSendsQuery>(LeadSendsDocument, { lead, count: 2 });
    return usePaginationFragment<LeadSendsPageQuery, LeadSends_lead$key>(LeadSendsFragment, query.lead as LeadSends_lead$key);
  });
}

test('usePaginationFragment loads the catalog page by page', async (t) => {
  const screen = showCatalog(t, environment(server.rep), { count: 25, filter: settled });
  let drawn = await screen.when(({ data }) => data.assets.edges.length === 25);
  const { totalCount } = drawn.data.assets;
  while (drawn.hasNext) {
    const shown = drawn.data.assets.edges.length;
    drawn.loadNext(25);
    drawn = await screen.when(({ data, isLoadingNext }) => !isLoadingNext && data.assets.edges.length > shown);
  }
  const ids = drawn.data.assets.edges.map(({ node }) => node.id);
  assert.ok(totalCount > 50);
  assert.equal(ids.length, totalCount);
  assert.equal(new Set(ids).size, totalCount);
});

test('a search is a connection of its own in the store', async (t) => {
  const relay = environment(server.rep);
  const everything = showCatalog(t, relay, { count: 10 });
  const videos = showCatalog(t, relay, { count: 3, words: 'audit', filter: { types: ['VIDEO', 'CASE_STUDY'] } });
  await everything.when(({ data }) => data.assets.edges.length === 10);
  const found = await videos.when(({ data }) => data.assets.edges.length === 3);
  assert.ok(found.data.assets.edges.every(({ score }) => score > 0));
  found.loadNext(3);
  await videos.when(({ data }) => data.assets.edges.length > 3);
  const still = await everything.when(() => true);
  assert.equal(still.data.assets.edges.length, 10);
});

test('leads are loaded to the end', async (t) => {
  const screen = showLeads(t, environment(server.rep));
  let drawn = await screen.when(({ data }) => data.leads.edges.length === 100);
  for (const shown of [200, 240]) {
    drawn.loadNext(100);
    drawn = await screen.when(({ data, isLoadingNext }) => !isLoadingNext && data.leads.edges.length === shown);
  }
  assert.equal(drawn.hasNext, false);
});

test('a lead is fetched again by node, and a mutation\'s updater puts a send on top', async (t) => {
  const relay = environment(server.rep);
  const leads = showLeads(t, relay);
  const { data: { leads: { edges } } } = await leads.when(({ data }) => data.leads.edges.length > 0);
  const lead = edges.at(-1)?.node.id ?? '';
  const catalog = showCatalog(t, relay, { count: 4 });
  const assets = (await catalog.when(({ data }) => data.assets.edges.length === 4)).data.assets.edges.map(({ node }) => node.id);
  for (const asset of assets.slice(1)) await ask(server.rep, RecordSendDocument, { input: { lead, assets: [asset] } });

  const sends = showSends(t, relay, lead);
  const first = await sends.when(({ data }) => data.sends.edges.length === 2);
  assert.equal(first.hasNext, true);
  first.loadNext(2);
  const { data: { sends: before } } = await sends.when(({ data, isLoadingNext }) => !isLoadingNext && data.sends.edges.length > 2);

  commitMutation<RecordSendMutation>(relay, {
    mutation: RecordSendMutationDocument,
    variables: { input: { lead, assets: assets.slice(0, 1), idempotencyKey: randomUUID() } },
    updater(store) {
      const send = store.getRootField('recordSend');
      const connection = ConnectionHandler.getConnection(store.get(lead)!, 'LeadSends_sends');
      assert.ok(send && connection);
      ConnectionHandler.insertEdgeBefore(connection, ConnectionHandler.createEdge(store, connection, send, 'SendEdge'));
    },
  });
  const { data: { sends: now } } = await sends.when(({ data }) => data.sends.edges.length === before.edges.length + 1);
  assert.deepEqual(now.edges[0]?.node.assets.map(({ id }) => id), assets.slice(0, 1));
});

test('what a mutation answers is seen wherever the asset is shown', async (t) => {
  const { createAsset } = await ask(server.marketer, CreateAssetDocument, { input: { title: `Relay ${randomUUID()}` } });
  const relay = environment(server.marketer);
  const screen = showCatalog(t, relay, { count: 5, words: `"${createAsset.title}"` });
  await screen.when(({ data }) => data.assets.edges[0]?.node.title === createAsset.title);
  commitMutation<RetitleMutation>(relay, { mutation: RetitleDocument, variables: { id: createAsset.id, title: 'Retitled for Relay' } });
  await screen.when(({ data }) => data.assets.edges[0]?.node.title === 'Retitled for Relay');
});
