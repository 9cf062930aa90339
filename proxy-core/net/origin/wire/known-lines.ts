/**
 * Field lines seen lately, by their bytes: most lines of a reply came before, and are then neither decoded nor checked
 * again. A bounded table; what falls on the same place takes the other's.
 */
import { addFieldLine } from '../../wire/field-lines.ts';
import { poolStrings } from '../../../http/field-pool.ts';

/** Places of the table, a power of two. */
const PLACES = 1024;
/** Longer lines are not kept, bytes. */
const MAX_BYTES = 256;

interface KnownLine {
  readonly bytes: Uint8Array;
  readonly name: string;
  readonly value: string;
}

export class KnownLines {
  readonly #places = new Array<KnownLine | undefined>(PLACES).fill(undefined);

  /** Adds the name and the value of the line that stands there, or says what is wrong with it; `hash` is of its bytes. */
  add(bytes: Buffer, from: number, to: number, hash: number, fields: string[]): string | undefined {
    const place = (hash ^ (hash >>> 16)) & (PLACES - 1);
    const known = this.#places[place];
    if (known !== undefined && stands(bytes, from, to, known.bytes)) {
      fields.push(known.name, known.value);
      return undefined;
    }
    const found: string[] = [];
    const problem = addFieldLine(bytes, from, to, found);
    if (problem !== undefined) return problem;
    poolStrings(found);
    const [name, value] = found as [string, string];
    if (to - from <= MAX_BYTES) this.#places[place] = { bytes: new Uint8Array(bytes.subarray(from, to)), name, value };
    fields.push(name, value);
    return undefined;
  }
}

function stands(bytes: Buffer, from: number, to: number, wanted: Uint8Array): boolean {
  const { length } = wanted;
  if (to - from !== length) return false;
  for (let i = 0; i < length; i++) if (bytes[from + i] !== wanted[i]) return false;
  return true;
}
