import assert from 'node:assert/strict';
import { createHash, randomUUID } from 'node:crypto';
import { test } from 'node:test';

import { ApolloClient, ApolloLink, CombinedGraphQLErrors, HttpLink, InMemoryCache } from '@apollo/client';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { relayStylePagination } from '@apollo/client/utilities';

import {
  AnyNodeDocument, CreateAssetDocument, FindAssetsDocument, RecordSendDocument, UnusedDocument, UpdateAssetDocument, ViewerDocument,
} from '../generated/client/graphql';
import { ask, server, settled } from './api';
import { possibleTypes } from './schema';

/** All that Apollo's cache has to be told of the schema. */
function cache(): InMemoryCache {
  return new InMemoryCache({
    possibleTypes,
    typePolicies: { Query: { fields: { assets: relayStylePagination(['query', 'filter', 'orderBy']) } } },
  });
}

function client(token: string, wrap = (link: ApolloLink) => link): ApolloClient {
  const http = new HttpLink({ uri: server.url, headers: { Authorization: `Bearer ${token}` } });
  return new ApolloClient({ link: wrap(http), cache: cache() });
}

/** What the cache holds, by `type:id`. */
function entries(apollo: ApolloClient) {
  return apollo.cache.extract() as Record<string, Record<string, unknown>>;
}

test('relayStylePagination merges pages to the end', async (t) => {
  const apollo = client(server.rep);
  const catalog = apollo.watchQuery({ query: FindAssetsDocument, variables: { filter: settled, first: 20 } });
  const subscription = catalog.subscribe({});
  t.after(() => subscription.unsubscribe());

  let page = (await catalog.refetch()).data?.assets.pageInfo;
  while (page?.hasNextPage) page = (await catalog.fetchMore({ variables: { after: page.endCursor } })).data?.assets.pageInfo;

  const { assets } = apollo.readQuery({ query: FindAssetsDocument, variables: { filter: settled } }) ?? {};
  assert.ok(assets && assets.totalCount > 60);
  assert.equal(assets.edges.length, assets.totalCount, 'the pages are one list in the cache');
  assert.equal(new Set(assets.edges.map(({ node }) => node.id)).size, assets.totalCount);
});

test('a search is kept apart from the list', async () => {
  const apollo = client(server.rep);
  const list = await apollo.query({ query: FindAssetsDocument, variables: { filter: settled, first: 5 } });
  const found = await apollo.query({ query: FindAssetsDocument, variables: { words: 'audit', filter: settled, first: 5 } });
  const fields = Object.keys(entries(apollo).ROOT_QUERY ?? {}).filter((name) => name.startsWith('assets'));
  assert.equal(fields.length, 2);
  assert.notDeepEqual(found.data?.assets.edges, list.data?.assets.edges);
});

test('a mutation\'s answer updates the asset wherever it is shown, an interface included', async (t) => {
  const apollo = client(server.marketer);
  const title = `Apollo ${randomUUID()}`;
  const created = (await apollo.mutate({ mutation: CreateAssetDocument, variables: { input: { title } } })).data?.createAsset;
  assert.ok(created);

  const node = apollo.watchQuery({ query: AnyNodeDocument, variables: { id: created.id } });
  const titles: string[] = [];
  const subscription = node.subscribe(({ data }) => {
    if (data?.node?.__typename === 'Asset' && data.node.title) titles.push(data.node.title);
  });
  t.after(() => subscription.unsubscribe());
  await apollo.query({ query: AnyNodeDocument, variables: { id: created.id } });
  await apollo.mutate({ mutation: UpdateAssetDocument, variables: { id: created.id, input: { title: 'Retitled for Apollo' } } });

  assert.deepEqual([...new Set(titles)], [title, 'Retitled for Apollo']);
  assert.equal(entries(apollo)[`Asset:${created.id}`]?.title, 'Retitled for Apollo');
});

test('every object with an id is one entry', async () => {
  const apollo = client(server.rep);
  const { data } = await apollo.query({ query: FindAssetsDocument, variables: { filter: settled, first: 100 } });
  const names = Object.keys(entries(apollo));
  for (const edge of data?.assets.edges ?? []) assert.ok(names.includes(`Asset:${edge.node.id}`));
  assert.ok(names.some((name) => name.startsWith('Persona:per_')) && names.some((name) => name.startsWith('Industry:ind_')));
});

test('an error is told with its code', async () => {
  const apollo = client(server.rep);
  await assert.rejects(
    apollo.mutate({ mutation: RecordSendDocument, variables: { input: { lead: 'led_nobody', assets: [] } } }),
    (error) => CombinedGraphQLErrors.is(error) && error.errors[0]?.extensions?.code === 'BAD_USER_INPUT');
});

test('a link for persisted queries sends a document once and its hash from then on', async () => {
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
  const sent: boolean[] = []; // whether each request had the document
  const seen = new ApolloLink((operation, forward) => {
    sent.push(operation.getContext().http?.includeQuery !== false);
    return forward(operation);
  });
  const apollo = client(server.rep, (http) => ApolloLink.from([new PersistedQueryLink({ sha256 }), seen, http]));
  for (let i = 0; i < 2; i++) {
    const { data } = await apollo.query({ query: ViewerDocument, fetchPolicy: 'network-only' });
    assert.equal(data?.viewer.subject, 'conformance-rep');
  }
  assert.deepEqual(sent, [false, true, false]);
});

test('a list below an object that has no id needs no policy', async () => {
  const apollo = client(server.marketer);
  const variables = { range: { from: '2020-01-01T00:00:00Z', to: '2026-01-01T00:00:00Z' }, first: 5 };
  const { data } = await apollo.query({ query: UnusedDocument, variables });
  const direct = await ask(server.marketer, UnusedDocument, variables);
  assert.deepEqual(data?.usage.unused.nodes.map(({ id }) => id), direct.usage.unused.nodes.map(({ id }) => id));
});
