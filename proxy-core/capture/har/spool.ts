/**
 * Where what was read of a file lies while it is open: a temporary file, written once from front to back. On systems that
 * allow it the file has no name from the start, so that nothing stays behind whatever ends the process.
 */
import { closeSync, mkdtempSync, openSync, readSync, rmSync, unlinkSync, write } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Written at once. */
const WRITE_BYTES = 1024 * 1024;

export class Spool {
  readonly #folder: string;
  readonly #fd: number;
  #written = 0;
  #pending: Uint8Array[] = [];
  #pendingBytes = 0;
  #closed = false;

  constructor() {
    this.#folder = mkdtempSync(join(tmpdir(), 'bsdm-session-'));
    const path = join(this.#folder, 'session');
    this.#fd = openSync(path, 'wx+', 0o600);
    if (process.platform === 'win32') return;
    unlinkSync(path);
    rmSync(this.#folder, { recursive: true, force: true });
  }

  get bytes(): number {
    return this.#written + this.#pendingBytes;
  }

  /** Adds bytes; answers where they begin. They are written with {@link flush}. */
  add(bytes: Uint8Array): number {
    const at = this.bytes;
    this.#pending.push(bytes);
    this.#pendingBytes += bytes.length;
    return at;
  }

  /** Writes when enough has come together, or in any case. Rejects with the system's error: a disk may be full. */
  async flush(all = false): Promise<void> {
    if (this.#closed || this.#pendingBytes === 0 || (!all && this.#pendingBytes < WRITE_BYTES)) return;
    const bytes = Buffer.concat(this.#pending);
    for (let done = 0; done < bytes.length && !this.#closed;)
      done += await new Promise<number>((resolve, reject) =>
        write(this.#fd, bytes, done, bytes.length - done, this.#written + done, (error, count) =>
          error ? reject(error) : resolve(count),
        ),
      );
    this.#written += bytes.length;
    this.#pending = [];
    this.#pendingBytes = 0;
  }

  /** At most `length` bytes from `at`. */
  read(at: number, length: number): Buffer {
    if (at >= this.#written)
      return Buffer.concat(this.#pending).subarray(at - this.#written, at - this.#written + length);
    const out = Buffer.allocUnsafe(Math.min(length, this.bytes - at));
    let done = 0;
    while (done < out.length && at + done < this.#written) {
      const count = readSync(this.#fd, out, done, Math.min(out.length - done, this.#written - at - done), at + done);
      if (count === 0) break;
      done += count;
    }
    if (done < out.length && at + done >= this.#written)
      done += Buffer.concat(this.#pending).copy(out, done, at + done - this.#written);
    return out.subarray(0, done);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#pending = [];
    this.#pendingBytes = 0;
    closeSync(this.#fd);
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
