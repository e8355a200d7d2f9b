import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import presetMantine from 'postcss-preset-mantine';
import { defineConfig } from 'vite';

/** Where the API runs that the development server (`npm run console`) passes calls to. */
const API = process.env.ALLOT_URL || 'http://127.0.0.1:8080';

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  plugins: [react()],
  css: { postcss: { plugins: [presetMantine()] } },
  // The API replaces this text by a new nonce in each answer.
  html: { cspNonce: '__CSP_NONCE__' },
  build: {
    outDir: fileURLToPath(new URL('../dist/console', import.meta.url)),
    emptyOutDir: true,
    target: 'es2023',
    // A `data:` address is no address of this host, which the content security policy asks for.
    assetsInlineLimit: 0,
    // `<link rel="modulepreload">` works in every browser that the target names.
    modulePreload: { polyfill: false },
    // React, Mantine and the router together; pages are files of their own.
    chunkSizeWarningLimit: 900,
  },
  server: {
    host: '127.0.0.1',
    proxy: Object.fromEntries(['/v1', '/console.json', '/openapi.json', '/docs'].map((path) => [path, API])),
  },
});
