// Types every document in src/**/*.graphql from the gateway's schema, and names it by its SHA-256.
//
//   src/api/generated.ts     the types, and an `Operation` for each document
//   src/api/documents.json   SHA-256 to text: what a gateway may be told to allow alone

import { createHash } from 'node:crypto';
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { codegen } from '@graphql-codegen/core';
import * as operationTypes from '@graphql-codegen/typescript-operations';
import { buildSchema, Kind, parse, print, specifiedRules, validate, visit } from 'graphql';

const web = join(dirname(fileURLToPath(import.meta.url)), '..');
const schemaText = readFileSync(join(web, '../gateway/schema.graphql'), 'utf8');
const schema = buildSchema(schemaText);

const sources = globSync('src/**/*.graphql', { cwd: web })
  .sort()
  .map((file) => ({ location: file, document: parse(readFileSync(join(web, file), 'utf8')) }));
const definitions = sources.flatMap(({ document }) => document.definitions);
const everything = { kind: Kind.DOCUMENT, definitions };

const problems = validate(
  schema,
  everything,
  specifiedRules.filter((rule) => rule.name !== 'LoneAnonymousOperationRule'),
);
if (problems.length > 0) {
  for (const problem of problems) {
    const at = sources.find(({ document }) => problem.nodes?.some((node) => document.loc?.source === node.loc?.source));
    console.error(`${at?.location ?? 'a document'}: ${problem.message}`);
  }
  process.exit(1);
}

const fragments = new Map(definitions.filter((d) => d.kind === Kind.FRAGMENT_DEFINITION).map((d) => [d.name.value, d]));

/** An operation with the fragments it uses, as it is sent. */
function textOf(operation) {
  const used = new Map();
  const collect = (node) =>
    visit(node, {
      FragmentSpread({ name }) {
        if (used.has(name.value)) return;
        used.set(name.value, fragments.get(name.value));
        collect(fragments.get(name.value));
      },
    });
  collect(operation);
  return print({ kind: Kind.DOCUMENT, definitions: [operation, ...used.values()] });
}

const types = await codegen({
  filename: 'generated.ts',
  schema: parse(schemaText),
  schemaAst: schema,
  documents: sources,
  config: {
    skipTypename: true,
    useTypeImports: true,
    immutableTypes: true,
    avoidOptionals: { inputValue: false, field: true },
    enumType: 'string-literal',
    arrayInputCoercion: false,
    scalars: { Date: 'string', DateTime: 'string', ID: 'string', UUID: 'string' },
    namingConvention: 'keep',
    maybeValue: 'T | null',
  },
  plugins: [{ operations: {} }],
  pluginMap: { operations: operationTypes },
});

const documents = {};
const constants = [];
for (const definition of definitions) {
  if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
  const name = definition.name.value;
  const text = textOf(definition);
  const hash = createHash('sha256').update(text).digest('hex');
  documents[hash] = text;
  const kind = definition.operation;
  const type = `${name}${kind[0].toUpperCase()}${kind.slice(1)}`;
  constants.push(
    `export const ${name}: Operation<'${kind}', ${type}, ${type}Variables> = { kind: '${kind}', name: '${name}', hash: '${hash}' };`,
  );
}

const header = '// Written by tools/generate.mjs from the schema and the documents.\n';
const generated = `${header}import type { Operation } from './operation';\n\n${types}\n${constants.join('\n')}\n`;
writeFileSync(join(web, 'src/api/generated.ts'), generated);
writeFileSync(join(web, 'src/api/documents.json'), `${JSON.stringify(documents, null, 1)}\n`);
