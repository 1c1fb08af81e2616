import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';

import { Client, fetchExchange } from '@urql/core';
import { cacheExchange } from '@urql/exchange-graphcache';
import { relayPagination } from '@urql/exchange-graphcache/extras';
import { introspectionFromSchema } from 'graphql';

import { AnyNodeDocument, CreateAssetDocument, FindAssetsDocument, UpdateAssetDocument } from '../generated/client/graphql';
import { server, settled } from './api';
import { schema, withoutKeys } from './schema';

/** urql with a normalised cache that knows the schema. */
function client(token: string): Client {
  const known = { schema: introspectionFromSchema(schema), keys: withoutKeys };
  return new Client({
    url: server.url,
    preferGetMethod: false,
    fetchOptions: { headers: { Authorization: `Bearer ${token}` } },
    exchanges: [cacheExchange({ ...known, resolvers: { Query: { assets: relayPagination() } } }), fetchExchange],
  });
}

test('relayPagination merges pages to the end', async () => {
  const urql = client(server.rep);
  let after: string | null | undefined;
  for (let pages = 0; pages < 20; pages++) {
    const { data, error } = await urql.query(FindAssetsDocument, { filter: settled, first: 20, after });
    assert.ok(data && !error, String(error));
    if (!data.assets.pageInfo.hasNextPage) {
      assert.equal(new Set(data.assets.edges.map(({ node }) => node.id)).size, data.assets.totalCount);
      return;
    }
    after = data.assets.pageInfo.endCursor;
  }
  assert.fail('no end after 20 pages');
});

test('a mutation\'s answer updates the cached asset', async () => {
  const urql = client(server.marketer);
  const created = await urql.mutation(CreateAssetDocument, { input: { title: `urql ${randomUUID()}` } });
  const id = created.data?.createAsset.id ?? '';
  await urql.query(AnyNodeDocument, { id });
  await urql.mutation(UpdateAssetDocument, { id, input: { title: 'Retitled for urql' } });
  const { data } = await urql.query(AnyNodeDocument, { id }, { requestPolicy: 'cache-only' });
  assert.ok(data?.node?.__typename === 'Asset');
  assert.equal(data.node.title, 'Retitled for urql');
});
