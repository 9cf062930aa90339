/** Bytes of a body out of the core: the beginning for looking at, all of it for saving and copying. */
import type { ByteRange, BytesResult, DecodedSlice } from '../../proxy-core/contract/commands.ts';

export type LoadSlice = (range: ByteRange) => Promise<BytesResult>;

/** One call's slice; the contract allows 4 MiB. */
const SLICE_BYTES = 2 * 1024 * 1024;

/** What was read of a body, without its Content-Encoding where that could be undone. */
export interface Loaded {
  bytes: Uint8Array;
  state: DecodedSlice['state'];
  /** True when there is more than was asked for. */
  more: boolean;
}

/** Slices from the beginning, as far as there are any, each at most as long as `wanted` says. */
async function* slices(load: LoadSlice, wanted: (at: number) => number): AsyncGenerator<Loaded> {
  let at = 0;
  for (;;) {
    const length = Math.min(SLICE_BYTES, wanted(at));
    if (length <= 0) return;
    const { bytes, meta } = await load({ offset: at, length, decode: true });
    at += bytes.length;
    const { state, more } = meta.decoded ?? { state: 'plain', more: at < meta.total };
    yield { bytes, state, more };
    if (!more || bytes.length === 0) return;
  }
}

/** The first `wanted` bytes. */
export async function loadUpTo(load: LoadSlice, wanted: number): Promise<Loaded> {
  const parts: Uint8Array[] = [];
  let size = 0;
  let last: Pick<Loaded, 'state' | 'more'> = { state: 'plain', more: false };
  for await (const slice of slices(load, (at) => wanted - at)) {
    last = slice;
    parts.push(slice.bytes);
    size += slice.bytes.length;
  }
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return { bytes, state: last.state, more: last.more };
}

/**
 * All of it as a Blob, which the browser keeps outside the page's heap and on disk when it is long. `isWhole` is false
 * where the core stopped before the end.
 */
export async function loadWhole(
  load: LoadSlice,
  type: string,
  onProgress: (bytes: number) => void,
  signal: AbortSignal,
): Promise<{ blob: Blob; isWhole: boolean }> {
  const parts: Blob[] = [];
  let size = 0;
  let isWhole = true;
  for await (const { bytes, more } of slices(load, () => (signal.aborted ? 0 : SLICE_BYTES))) {
    parts.push(new Blob([new Uint8Array(bytes)]));
    size += bytes.length;
    isWhole = !more;
    onProgress(size);
  }
  signal.throwIfAborted();
  return { blob: new Blob(parts, { type }), isWhole };
}

/** The text of it, at most so many bytes. */
export async function loadText(
  load: LoadSlice,
  decoder: TextDecoder,
  max: number,
): Promise<{ text: string; isWhole: boolean }> {
  let text = '';
  let isWhole = true;
  for await (const { bytes, more } of slices(load, (at) => max - at)) {
    text += decoder.decode(bytes, { stream: true });
    isWhole = !more;
  }
  return { text: text + decoder.decode(), isWhole };
}
