/**
 * Bundles the core into out/core: `utility.mjs` for the desktop app's utility process, `cli.mjs` for plain Node,
 * `watchdog.mjs` for what outlives it. All
 * packages go in, so the product needs no node_modules.
 */
import { chmodSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { defineConfig, type Plugin } from 'vite';
import { bundledPackages } from './scripts/lib/bundled-packages.mjs';

/** What a person starts: on too old a Node one clear line instead of a stack from somewhere inside. */
const CLI = `#!/usr/bin/env node
const major = Number(process.versions.node.split('.')[0]);
if (major < 24) {
  process.stderr.write(
    \`error: BSDM-Proxy needs Node.js 24 or newer, and this is \${process.versions.node}; \` +
      'beside an installed package npm install node@24 brings it, in a checkout npm run headless\\n',
  );
  process.exit(1);
}
await import('./cli-main.mjs');
`;

const startable: Plugin = {
  name: 'bsdm-startable-cli',
  generateBundle() {
    this.emitFile({ type: 'asset', fileName: 'cli.mjs', source: CLI });
  },
  writeBundle(options) {
    chmodSync(join(options.dir ?? 'out/core', 'cli.mjs'), 0o755);
  },
};

export default defineConfig({
  root: import.meta.dirname,
  publicDir: false,
  plugins: [startable, bundledPackages('core').plugin],
  ssr: { noExternal: true, target: 'node' },
  build: {
    ssr: true,
    target: 'node24',
    outDir: 'out/core',
    emptyOutDir: true,
    minify: false,
    sourcemap: true,
    rolldownOptions: {
      input: {
        utility: 'proxy-core/bin/utility.ts',
        'cli-main': 'proxy-core/bin/cli.ts',
        watchdog: 'proxy-core/bin/watchdog.ts',
      },
      external: ['electron', ...builtinModules, /^node:/],
      output: { format: 'es', entryFileNames: '[name].mjs', chunkFileNames: '[name]-[hash].mjs' },
    },
  },
});
