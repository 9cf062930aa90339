/** What the built page weighs, gzipped: the first load (files, style sheets, Latin fonts) and each part that is loaded later. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { OUT } from './paths.mjs';
import { Stop } from './say.mjs';

/** What the first load may weigh, in bytes, gzipped; fonts count as they are, they are compressed already. */
export const FIRST_LOAD_MAX = 350_000;

/**
 * `first`: what a browser fetches before the window is there, in English; `later`: everything else.
 * @typedef {{ file: string, bytes: number, gzipped: number }} Weighed
 * @typedef {{ first: Weighed[], later: Weighed[], firstBytes: number }} Weight
 */

/**
 * Weighs the files of a built page.
 * @param {string} [folder]
 * @returns {Weight}
 */
export function weighPage(folder = join(OUT, 'renderer')) {
  const html = readFileSync(join(folder, 'index.html'), 'utf8');
  const files = readdirSync(join(folder, 'assets')).filter((file) => !file.endsWith('.map'));
  const first = new Set(['index.html']);
  const waiting = [...html.matchAll(/(?:src|href)="\.\/assets\/([^"]+)"/g)].map((match) => String(match[1]));
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (first.has(file)) continue;
    first.add(file);
    if (file.endsWith('.js')) waiting.push(...staticImports(readFileSync(join(folder, 'assets', file), 'utf8')));
  }
  for (const file of files) if (/-latin-.*\.woff2$/.test(file)) first.add(file);
  /** @param {string} file */
  const weigh = (file) => {
    const content = readFileSync(file === 'index.html' ? join(folder, file) : join(folder, 'assets', file));
    const gzipped = file.endsWith('.woff2') ? content.length : gzipSync(content, { level: 9 }).length;
    return { file, bytes: content.length, gzipped };
  };
  const heaviestFirst = (/** @type {Weighed} */ a, /** @type {Weighed} */ b) => b.gzipped - a.gzipped;
  const weighed = [...first].map(weigh).sort(heaviestFirst);
  return {
    first: weighed,
    later: files
      .filter((file) => !first.has(file))
      .map(weigh)
      .sort(heaviestFirst),
    firstBytes: weighed.reduce((sum, { gzipped }) => sum + gzipped, 0),
  };
}

/**
 * Fails when the first load is heavier than {@link FIRST_LOAD_MAX}.
 * @param {Weight} [weight]
 */
export function checkWeight({ firstBytes } = weighPage()) {
  if (firstBytes > FIRST_LOAD_MAX)
    throw new Stop(
      `The first load of the page weighs ${firstBytes} bytes gzipped; at most ${FIRST_LOAD_MAX} are allowed (npm run weight).`,
    );
}

/**
 * Files a bundled module asks for before it runs: its `import … from './x.js'`, not its `import('./x.js')`.
 * @param {string} code
 */
function staticImports(code) {
  return [...code.matchAll(/(?:^|[;}\s])(?:import|export)(?:[^'"()]*?from)?\s*["']\.\/([^"']+\.js)["']/g)].map(
    (match) => String(match[1]),
  );
}

/**
 * The weights as a table, one line a file.
 * @param {Weight} weight
 */
export function weightTable({ first, later, firstBytes }) {
  /** @param {number} bytes */
  const kb = (bytes) => `${(bytes / 1000).toFixed(1)} kB`.padStart(10);
  /** @param {Weighed} weighed */
  const line = ({ file, bytes, gzipped }) => `${kb(gzipped)} ${kb(bytes)}  ${file}`;
  const laterBytes = later.reduce((sum, { gzipped }) => sum + gzipped, 0);
  return [
    '   gzipped        raw  first load',
    ...first.map(line),
    `${kb(firstBytes)}             in all, of ${kb(FIRST_LOAD_MAX).trim()}`,
    '',
    '   gzipped        raw  when it is looked at',
    ...later.map(line),
    `${kb(laterBytes)}             in all`,
  ].join('\n');
}
