/** What shell and core say, kept in files of bounded size: `bsdm-proxy.log`, and older ones as `.1.log`, `.2.log`, … */
import fs from 'node:fs';
import path from 'node:path';

const MAX_BYTES = 1024 * 1024;
const KEPT = 4;
/** Longest piece that is written at once; what a broken core repeats for ever must not fill the disk's cache. */
const MAX_PIECE = 64 * 1024;

export class LogFile {
  readonly folder: string;
  readonly #maxBytes: number;
  #size = 0;
  /** A disk that is full or read-only: told nobody, for this is where it would be told. */
  lost = 0;

  constructor(folder: string, maxBytes = MAX_BYTES) {
    this.folder = folder;
    this.#maxBytes = maxBytes;
    try {
      fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
      this.#size = fs.statSync(this.#file(0), { throwIfNoEntry: false })?.size ?? 0;
    } catch {
      this.lost++;
    }
  }

  /** Adds lines, each with the time and who says it. */
  add(who: string, text: string, now = new Date()): void {
    const stamp = `${now.toISOString()} ${who}: `;
    const lines = text
      .slice(-MAX_PIECE)
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line) => `${stamp}${line}\n`)
      .join('');
    if (lines === '') return;
    try {
      if (this.#size > 0 && this.#size + lines.length > this.#maxBytes) this.#rotate();
      fs.appendFileSync(this.#file(0), lines, { mode: 0o600 });
      this.#size += Buffer.byteLength(lines);
    } catch {
      this.lost++;
    }
  }

  /** The newest lines, at most so many. */
  tail(count: number): string {
    try {
      return fs.readFileSync(this.#file(0), 'utf8').trimEnd().split('\n').slice(-count).join('\n');
    } catch {
      return '';
    }
  }

  #rotate(): void {
    for (let n = KEPT; n >= 1; n--)
      if (fs.existsSync(this.#file(n - 1))) fs.renameSync(this.#file(n - 1), this.#file(n));
    this.#size = 0;
  }

  #file(n: number): string {
    return path.join(this.folder, n === 0 ? 'bsdm-proxy.log' : `bsdm-proxy.${n}.log`);
  }
}
