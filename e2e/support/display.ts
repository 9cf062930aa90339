/** A display for windows: the machine's own, or an Xvfb started for this run. */
import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';

let started: Promise<string> | undefined;

/** Resolves with what DISPLAY is to be; undefined where windows need none (macOS, Windows). */
export async function ensureDisplay(): Promise<string | undefined> {
  if (process.platform !== 'linux') return undefined;
  const own = process.env['DISPLAY'];
  if (own !== undefined && own !== '') return own;
  started ??= startXvfb();
  return started;
}

/** Xvfb picks a free display itself and writes its number to descriptor 3 when it is ready. It lives as long as this process. */
function startXvfb(): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1600x1000x24', '-nolisten', 'tcp'], {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    });
    child.on('error', () =>
      reject(new Error('there is no display and Xvfb is not installed (Debian: apt-get install xvfb)')),
    );
    child.on('exit', (code) => reject(new Error(`Xvfb ended with ${code}`)));
    process.once('exit', () => child.kill());
    let text = '';
    const numbers = child.stdio[3] as Readable;
    numbers.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (!text.includes('\n')) return;
      numbers.destroy();
      child.unref();
      resolve(`:${text.trim()}`);
    });
  });
}
