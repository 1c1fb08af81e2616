// Writes generated/schema.graphql as introspection gives it, for Relay, and generated/client/ with graphql-codegen's client
// preset: types for the schema and for the operations in clients/*.graphql.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { preset } from '@graphql-codegen/client-preset';
import { codegen } from '@graphql-codegen/core';
import { buildClientSchema, buildSchema, getIntrospectionQuery, lexicographicSortSchema, parse, printSchema } from 'graphql';

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const { QUIVER_URL: url, QUIVER_REP: token } = process.env;

/** All that there is to configure for a frontend: a Time is a string in JSON. */
const config = { scalars: { Time: 'string' }, strictScalars: true, enumsAsTypes: true };

const schema = await introspect();
assertSame(sdl(schema), sdl(buildSchema(read('../graph/schema', '.graphqls').map(({ text }) => text).join('\n'))));
write('generated/schema.graphql', printSchema(schema));
console.log(`introspection gives the schema of graph/schema: ${Object.keys(schema.getTypeMap()).length} types`);

const documents = read('clients', '.graphql').map(({ file, text }) => ({ location: file, rawSDL: text, document: parse(text) }));
const outputs = await preset.buildGeneratesSection({
  baseOutputDir: 'generated/client/', schema: parse(printSchema(schema)), schemaAst: schema, documents, config,
  presetConfig: { fragmentMasking: false, persistedDocuments: true }, plugins: [], pluginMap: {}, documentTransforms: [],
});
await Promise.all(outputs.map(async (output) => write(output.filename, await codegen(output))));
console.log(`graphql-codegen wrote ${outputs.map(({ filename }) => filename).join(', ')}`);

/** The schema as a tool reads it from a running server, with all that introspection knows. */
async function introspect() {
  const query = getIntrospectionQuery({
    descriptions: true, specifiedByUrl: true, directiveIsRepeatable: true, schemaDescription: true, inputValueDeprecation: true, oneOf: true,
  });
  const response = await fetch(url, {
    method: 'POST', headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` }, body: JSON.stringify({ query }),
  });
  const { data, errors } = await response.json();
  if (errors) throw new Error(`introspection: ${JSON.stringify(errors)}`);
  return buildClientSchema(data);
}

function sdl(of) {
  return printSchema(lexicographicSortSchema(of));
}

function assertSame(introspected, written) {
  if (introspected === written) return;
  const [a, b] = [introspected.split('\n'), written.split('\n')];
  const at = a.findIndex((line, i) => line !== b[i]);
  throw new Error(`introspection tells another schema than graph/schema, first:\n  ${a[at]}\n  ${b[at]}`);
}

function read(folder, ending) {
  return readdirSync(here(folder)).filter((name) => name.endsWith(ending)).map((name) => {
    const file = path.join(here(folder), name);
    return { file, text: readFileSync(file, 'utf8') };
  });
}

function write(name, text) {
  mkdirSync(path.dirname(here(name)), { recursive: true });
  writeFileSync(here(name), text);
}
