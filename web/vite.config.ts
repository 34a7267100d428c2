import { basename, dirname } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

// Where the gateway of a running stack is, for `make web`.
const gateway = process.env.GATEWAY_URL ?? 'http://127.0.0.1:8080';

export default defineConfig({
  plugins: [react()],
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    // One file of 15 kB for all screens: they look right from their first frame on.
    cssCodeSplit: false,
    // The policy allows no data: or blob: scripts, and every browser we support knows modulepreload.
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        // What every screen needs and seldom changes stays in the browser's cache when a screen changes.
        codeSplitting: {
          groups: [
            { name: 'react', test: /node_modules\/(react|react-dom|scheduler)\// },
            { name: 'vendor', test: /node_modules\/(@tanstack\/(?!.*virtual)|graphql-ws|oauth4webapi)/ },
          ],
        },
        // A screen's file is called `screen`; its folder says which.
        chunkFileNames: ({ facadeModuleId, name }) =>
          `assets/${name === 'screen' && facadeModuleId ? basename(dirname(facadeModuleId)) : name}-[hash].js`,
      },
    },
  },
  css: { modules: { generateScopedName: '[name]-[local]-[hash:base64:4]' } },
  server: {
    host: '127.0.0.1',
    port: 5173,
    strictPort: true,
    proxy: {
      '/graphql': { target: gateway, ws: true, changeOrigin: true, rewriteWsOrigin: true },
      '/sign-in.json': { target: gateway, changeOrigin: true },
    },
  },
});
