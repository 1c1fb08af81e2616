// What a frontend keeps beside its generated types: one function that asks, one error that it catches.
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { print } from 'graphql';

/** The codes of docs/api.md; the schema does not list them. */
export type ErrorCode =
  | 'UNAUTHENTICATED' | 'FORBIDDEN' | 'NOT_FOUND' | 'BAD_USER_INPUT' | 'CONFLICT'
  | 'QUERY_TOO_COMPLEX' | 'RATE_LIMITED' | 'UNAVAILABLE' | 'INTERNAL';

interface Failure {
  message: string;
  path?: (string | number)[];
  extensions: { code: ErrorCode; fields?: { path: string; message: string }[] };
}

interface Answer<Data> {
  data?: Data | null;
  errors?: Failure[];
  extensions?: { warnings?: { path: (string | number)[]; message: string }[] };
}

/** Why an operation gave no data. */
export class ApiError extends Error {
  readonly code: ErrorCode;
  /** What is wrong with which input; empty unless code is BAD_USER_INPUT. */
  readonly fields: ReadonlyMap<string, string>;

  constructor(readonly status: number, failure: Failure) {
    super(failure.message);
    this.code = failure.extensions.code;
    this.fields = new Map(failure.extensions.fields?.map(({ path, message }) => [path, message]));
  }
}

/** The server's address and tokens, as run.mjs hands them over. */
export const server = { url: setting('QUIVER_URL'), rep: setting('QUIVER_REP'), marketer: setting('QUIVER_MARKETER') };

/** Narrows to what was there before the tests: others add assets meanwhile. */
export const settled = { publishedBefore: new Date(Date.now() - 3_600_000).toISOString() };

function setting(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run make conformance`);
  return value;
}

/** Asks as the bearer of the token and gives the whole answer, which may have data and errors. */
export async function request<Data, Variables>(
  token: string | undefined, document: TypedDocumentNode<Data, Variables>, variables: Variables,
): Promise<{ status: number; answer: Answer<Data> }> {
  const response = await fetch(server.url, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      Accept: 'application/graphql-response+json, application/json;q=0.9',
      ...(token && { Authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({ query: print(document), variables }),
  });
  return { status: response.status, answer: (await response.json()) as Answer<Data> };
}

/** Asks as the bearer of the token and gives the data, or throws an ApiError. */
export async function ask<Data, Variables>(
  token: string | undefined, document: TypedDocumentNode<Data, Variables>, variables: Variables,
): Promise<Data> {
  const { status, answer } = await request(token, document, variables);
  const failure = answer.errors?.[0];
  if (failure) throw new ApiError(status, failure);
  if (!answer.data) throw new Error(`an answer without data and errors, status ${status}`);
  return answer.data;
}

/** Every row of a list, page by page. */
export async function all<Row>(
  page: (after: string | null) => Promise<{ nodes: Row[]; pageInfo: { hasNextPage: boolean; endCursor?: string | null } }>,
): Promise<Row[]> {
  const rows: Row[] = [];
  let after: string | null = null;
  for (;;) {
    const { nodes, pageInfo } = await page(after);
    rows.push(...nodes);
    if (!pageInfo.hasNextPage) return rows;
    after = pageInfo.endCursor ?? null;
  }
}
