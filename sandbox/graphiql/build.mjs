// Bundles the page and the workers of its editor into a folder: node build.mjs FOLDER

import { rm } from 'node:fs/promises';
import { build } from 'esbuild';

const [outdir] = process.argv.slice(2);
const common = { outdir, bundle: true, minify: true, target: 'es2022', legalComments: 'linked', logLevel: 'warning' };

await rm(outdir, { recursive: true, force: true });
await build({
  ...common,
  entryPoints: {
    'editor.worker': 'monaco-editor/esm/vs/editor/editor.worker.js',
    'json.worker': 'monaco-editor/esm/vs/language/json/json.worker.js',
    'graphql.worker': 'monaco-graphql/esm/graphql.worker.js',
  },
  format: 'iife',
});
// Last: the sandbox takes explore.js for the sign that everything is there.
await build({
  ...common,
  entryPoints: ['explore.jsx'],
  format: 'esm',
  splitting: true,
  jsx: 'automatic',
  loader: { '.ttf': 'file' },
  define: { 'process.env.NODE_ENV': '"production"' },
});
