/**
 * Bundles the core into out/core: `utility.mjs` for the desktop app's utility process, `cli.mjs` for plain Node. All
 * packages go in, so the product needs no node_modules.
 */
import { chmodSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { defineConfig, type Plugin } from 'vite';

/** Makes cli.mjs startable by its name. */
function executable(file: string): Plugin {
  const line = '#!/usr/bin/env node\n';
  return {
    name: 'executable',
    generateBundle(_options, bundle) {
      const chunk = bundle[file];
      if (chunk?.type === 'chunk' && !chunk.code.startsWith('#!')) chunk.code = line + chunk.code;
    },
    writeBundle(options) {
      chmodSync(join(options.dir ?? 'out/core', file), 0o755);
    },
  };
}

export default defineConfig({
  root: import.meta.dirname,
  publicDir: false,
  plugins: [executable('cli.mjs')],
  ssr: { noExternal: true, target: 'node' },
  build: {
    ssr: true,
    target: 'node24',
    outDir: 'out/core',
    emptyOutDir: true,
    minify: false,
    sourcemap: true,
    rolldownOptions: {
      input: { utility: 'proxy-core/bin/utility.ts', cli: 'proxy-core/bin/cli.ts' },
      external: ['electron', ...builtinModules, /^node:/],
      output: { format: 'es', entryFileNames: '[name].mjs', chunkFileNames: '[name]-[hash].mjs' },
    },
  },
});
