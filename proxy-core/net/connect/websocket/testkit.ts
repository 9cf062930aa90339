/** Frames made by hand. */
export interface MadeFrame {
  opcode: number;
  payload?: Uint8Array | string;
  fin?: boolean;
  rsv1?: boolean;
  mask?: boolean;
}

/** One frame as it stands on the wire; masked unless told otherwise. */
export function makeFrame({ opcode, payload = '', fin = true, rsv1 = false, mask = true }: MadeFrame): Buffer {
  const body = Buffer.from(payload as Uint8Array);
  const short = body.length < 126 ? body.length : body.length < 65_536 ? 126 : 127;
  const extra = short === 126 ? 2 : short === 127 ? 8 : 0;
  const head = Buffer.alloc(2 + extra);
  head[0] = (fin ? 0x80 : 0) | (rsv1 ? 0x40 : 0) | opcode;
  head[1] = (mask ? 0x80 : 0) | short;
  if (extra === 2) head.writeUInt16BE(body.length, 2);
  if (extra === 8) head.writeBigUInt64BE(BigInt(body.length), 2);
  if (!mask) return Buffer.concat([head, body]);
  const key = Buffer.from([1, 0x7f, 0xfe, 0x33]);
  const masked = Buffer.from(body);
  for (let i = 0; i < masked.length; i++) masked[i] = masked[i]! ^ key[i & 3]!;
  return Buffer.concat([head, key, masked]);
}
