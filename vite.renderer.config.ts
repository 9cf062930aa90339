/** Builds the window's page: one bundle for the desktop window, the browser UI and the demo. */
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { bundledPackages } from './scripts/lib/bundled-packages.mjs';

const legal = bundledPackages('renderer');

export default defineConfig({
  root: 'renderer',
  base: './',
  plugins: [react(), legal.plugin],
  build: {
    outDir: '../out/renderer',
    emptyOutDir: true,
    // The oldest page runtime we support; newer syntax and CSS nesting are lowered.
    target: 'chrome108',
    cssTarget: 'chrome108',
    sourcemap: true,
    // Nothing may be inlined as a data: URL; the content security policy allows files of our own only.
    assetsInlineLimit: 0,
    // The polyfill would be the one thing besides our own modules that touches the page.
    modulePreload: { polyfill: false },
  },
  worker: { format: 'es', plugins: () => [legal.forWorkers()] },
  server: { host: '127.0.0.1', port: 5173, strictPort: true },
});
