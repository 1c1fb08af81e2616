// What normalising caches have to be told of the schema, read from it.
import { readFileSync } from 'node:fs';

import { buildSchema, isAbstractType, isObjectType } from 'graphql';

export const schema = buildSchema(readFileSync('generated/schema.graphql', 'utf8'));
const types = Object.values(schema.getTypeMap());

/** Which types an interface stands for, as Apollo's possibleTypes. */
export const possibleTypes = Object.fromEntries(types.filter(isAbstractType)
  .map((type) => [type.name, schema.getPossibleTypes(type).map(({ name }) => name)]));

/** The types without an id, which live in what they are a part of: urql's keys, with none for each. */
export const withoutKeys = Object.fromEntries(types.filter((type) => isObjectType(type) && !type.getFields().id)
  .map((type) => [type.name, () => null]));
