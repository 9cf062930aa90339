/** Chunked content (RFC 9112 §7.1) in every pair of pieces: what is read does not depend on where the pieces end. */
import { describe, expect, it } from 'vitest';
import { Chunked } from './chunked.ts';

/** Content, how it ended, and what was left, of bytes that come in these pieces. */
function readIn(pieces: readonly Buffer[]): string {
  const chunked = new Chunked(new Set(['content-length']));
  let content = '';
  let left = '';
  for (const piece of pieces) {
    let at = 0;
    while (at < piece.length && !chunked.complete && chunked.problem === undefined) {
      if (chunked.remaining === 0) at = chunked.read(piece, at);
      else {
        const end = Math.min(piece.length, at + chunked.remaining);
        chunked.took(end - at);
        content += piece.toString('latin1', at, end);
        at = end;
      }
    }
    if (chunked.complete) left += piece.toString('latin1', at);
  }
  if (chunked.problem !== undefined) return `! ${chunked.problem}`;
  return `${content} | ${chunked.complete ? 'complete' : 'open'} | ${chunked.trailers.join(',')} | ${left}`;
}

const CASES: readonly [text: string, read: string][] = [
  ['5\r\nhello\r\n0\r\n\r\n', 'hello | complete |  | '],
  ['5\r\nhello\r\nA\r\n0123456789\r\n0\r\n\r\nnext', 'hello0123456789 | complete |  | next'],
  ['5;a=b;c;d="x;\\"y"\r\nhello\r\n0;z\r\nX-T: 1\r\nX-U:\r\n\r\n', 'hello | complete | X-T,1,X-U, | '],
  ['5\r\nhel', 'hel | open |  | '],
  ['0\r\n', ' | open |  | '],
  ['5\r\nhelloo\r\n', '! a chunk is longer than its size'],
  ['5\nhello\r\n', '! a chunk size is not a hexadecimal number'],
  ['\r\n', '! a chunk does not begin with its size'],
  [' 5\r\nhello\r\n', '! a chunk does not begin with its size'],
  ['5 \r\nhello\r\n', '! a chunk size is not a hexadecimal number'],
  ['5\rhello\r\n', '! a chunk size ends with a bare CR'],
  ['5;\r\nhello\r\n', '! a chunk extension is malformed'],
  ['5;=a\r\nhello\r\n', '! a chunk extension is malformed'],
  ['5;a=\r\nhello\r\n', '! a chunk extension is malformed'],
  ['5;a b\r\nhello\r\n', '! a chunk extension is malformed'],
  ['5;a="b\r\nhello"\r\n', '! a quoted chunk extension is cut off'],
  ['5;a="b"c\r\nhello\r\n', '! a chunk extension is malformed'],
  ['0000000000005\r\nhello', '! a chunk size has too many digits'],
  ['0\r\nContent-Length: 5\r\n\r\n', '! a field that frames the message is in its trailer section'],
  ['0\r\nX : 1\r\n\r\n', '! whitespace stands between a field name and its colon (RFC 9112 §5.1)'],
  ['0\r\nX: 1\n\r\n', '! a control byte is in the trailer section'],
  ['0\r\nX: 1\rY: 2\r\n\r\n', '! a bare CR is in the trailer section'],
];

describe('chunked content', () => {
  it.each(CASES)('%j', (text, read) => {
    const bytes = Buffer.from(text, 'latin1');
    expect(readIn([bytes])).toBe(read);
    for (let cut = 1; cut < bytes.length; cut++)
      expect(readIn([bytes.subarray(0, cut), bytes.subarray(cut)]), `cut at ${cut}`).toBe(read);
    expect(readIn([...bytes].map((byte) => Buffer.from([byte])))).toBe(read);
  });

  it('is bounded: extensions, trailers', () => {
    expect(readIn([Buffer.from(`5;${'a'.repeat(20_000)}`)])).toBe('! chunk extensions are too long');
    expect(readIn([Buffer.from(`0\r\n${'a: b\r\n'.repeat(1100)}`)])).toBe('! the trailer section has too many lines');
    expect(readIn([Buffer.from(`0\r\nX: ${'a'.repeat(70_000)}`)])).toBe('! the trailer section is too long');
  });
});
