/** Where things lie in the checkout, as absolute paths. */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
export const MODULES = join(ROOT, 'node_modules');
export const BIN = join(MODULES, '.bin');
export const OUT = join(ROOT, 'out');
/** Licences and bills of materials of what is bundled. */
export const LEGAL = join(OUT, 'legal');
/** Things fetched for tests and reports of the last run; never part of the product. */
export const CACHE = join(ROOT, '.cache');
export const CLI = join(OUT, 'core', 'cli.mjs');
export const WINDOWS = process.platform === 'win32';
