/** Builds the window's page: one bundle for the desktop window, the browser UI and the demo. */
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';
import { bundledPackages } from './scripts/lib/bundled-packages.mjs';

const legal = bundledPackages('renderer');

/** Every page shows Latin letters in both types at once: their files are asked for before the style sheet is read. */
const preloadLatin: Plugin = {
  name: 'preload-latin',
  transformIndexHtml: {
    order: 'post',
    handler: (_html, { bundle = {} }) =>
      Object.keys(bundle)
        .filter((file) => /-latin-.*\.woff2$/.test(file))
        .map((file) => ({
          tag: 'link',
          attrs: { rel: 'preload', as: 'font', type: 'font/woff2', crossorigin: true, href: `./${file}` },
          injectTo: 'head',
        })),
  },
};

export default defineConfig({
  root: 'renderer',
  base: './',
  plugins: [react(), preloadLatin, legal.plugin],
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
    rolldownOptions: {
      output: {
        // One style sheet for all, in the order of imports: views share classes, and neither the order of rules nor that of
        // layers may hang on what was looked at first.
        codeSplitting: { groups: [{ name: 'styles', test: /\.css$/ }] },
      },
    },
  },
  worker: { format: 'es', plugins: () => [legal.forWorkers()] },
  server: { host: '127.0.0.1', port: 5173, strictPort: true },
});
