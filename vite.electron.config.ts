/**
 * Builds the desktop shell: out/electron/main.cjs and out/electron/preload.cjs. Both are CommonJS without any import but
 * `electron` and Node's own: a sandboxed preload must be, and an older Electron that tests may run on wants main so too.
 * One run builds both: main as Vite's own build, preload right after it (two formats cannot share a chunk).
 */
import { builtinModules } from 'node:module';
import { build, defineConfig, type InlineConfig, type Plugin } from 'vite';
import { bundledPackages } from './scripts/lib/bundled-packages.mjs';

function bundle(name: string, input: string, target: string): InlineConfig {
  return {
    configFile: false,
    publicDir: false,
    logLevel: 'warn',
    // `electron` is the runtime's own module; everything else is bundled, so the package needs no node_modules.
    ssr: { noExternal: true },
    build: {
      ssr: true,
      target,
      outDir: 'out/electron',
      emptyOutDir: false,
      minify: false,
      sourcemap: true,
      rolldownOptions: {
        input: { [name]: input },
        external: ['electron', ...builtinModules, /^node:/],
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  };
}

const alsoPreload: Plugin = {
  name: 'bsdm-build-preload',
  apply: 'build',
  async closeBundle() {
    await build(bundle('preload', 'electron/preload.cts', 'chrome108'));
  },
};

export default defineConfig({
  ...bundle('main', 'electron/main.ts', 'node16'),
  plugins: [alsoPreload, bundledPackages('electron').plugin],
});
