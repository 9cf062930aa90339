/** Makes a picture's file small with pngquant and optipng; where neither is installed it stays as it is. */
import { run } from './run.mjs';

/**
 * 256 colours chosen for this very picture, without dithering: text and flat areas look as before, at a third of the size. A picture
 * that would lose more than pngquant's quality of 80 keeps its colours.
 * @param {string} file A PNG, written anew in place.
 * @returns {Promise<void>}
 */
export async function shrink(file) {
  await run(
    'pngquant',
    ['--nofs', '--speed', '1', '--quality', '80-100', '--skip-if-larger', '--force', '--output', file, '256', file],
    {
      output: 'keep',
    },
  );
  await run('optipng', ['-quiet', '-o2', file], { output: 'keep' });
}
