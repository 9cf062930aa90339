/** Content of a composed request: what is sent, how long it is, and of which type. Files are read while they are sent. */
import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { Readable } from 'node:stream';
import type { ComposedBody, ComposedPart } from '../contract/compose/composed.ts';
import { CommandError } from '../contract/errors.ts';

type Segment = Uint8Array | { readonly path: string; readonly bytes: number };

/** Content that can be sent any number of times. */
export interface Content {
  readonly bytes: number;
  /** Content-Type, where the body is of a kind that has one of its own. */
  readonly type: string | undefined;
  /** A type that is given must not say otherwise: it would name another boundary. */
  readonly typeIsFixed: boolean;
  readonly open: () => Readable;
}

/** Looks at the files that are named. Rejects with a CommandError when one cannot be read. */
export async function contentOf(body: ComposedBody): Promise<Content> {
  switch (body.kind) {
    case 'text':
      return made([Buffer.from(body.text)], undefined);
    case 'base64':
      return made([Buffer.from(body.base64, 'base64')], undefined);
    case 'form': {
      const text = body.fields.map(([name, value]) => `${formEncoded(name)}=${formEncoded(value)}`).join('&');
      return made([Buffer.from(text)], 'application/x-www-form-urlencoded');
    }
    case 'file':
      return made([await fileOf(body.path)], undefined);
    case 'multipart': {
      const boundary = `------------------------${randomBytes(12).toString('hex')}`;
      const segments: Segment[] = [];
      for (const part of body.parts) {
        segments.push(Buffer.from(`--${boundary}\r\n${partHead(part)}\r\n`), await partContent(part), CRLF);
      }
      segments.push(Buffer.from(`--${boundary}--\r\n`));
      return made(segments, `multipart/form-data; boundary=${boundary}`, true);
    }
  }
}

const CRLF = Buffer.from('\r\n');

/** As forms of HTML are encoded (URL standard, application/x-www-form-urlencoded). */
const formEncoded = (text: string): string => new URLSearchParams([['', text]]).toString().slice(1);

function partHead({ name, filename, path, type }: ComposedPart): string {
  const sentAs = filename ?? (path === undefined ? undefined : basename(path));
  const file = sentAs === undefined || sentAs === '' ? '' : `; filename="${quoted(sentAs)}"`;
  const contentType = type ?? (file === '' || path === undefined ? undefined : 'application/octet-stream');
  return `Content-Disposition: form-data; name="${quoted(name)}"${file}\r\n${contentType === undefined ? '' : `Content-Type: ${contentType}\r\n`}`;
}

/** As forms of HTML write names (HTML standard, multipart/form-data encoding). */
const quoted = (text: string): string => text.replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A');

function partContent({ text, base64, path }: ComposedPart): Promise<Segment> | Segment {
  if (path !== undefined) return fileOf(path);
  return base64 === undefined ? Buffer.from(text ?? '') : Buffer.from(base64, 'base64');
}

async function fileOf(path: string): Promise<Segment> {
  let file: FileHandle | undefined;
  try {
    file = await open(path, 'r');
    const facts = await file.stat();
    if (!facts.isFile()) throw new Error('it is no file');
    return { path, bytes: facts.size };
  } catch (error) {
    throw new CommandError(
      'bad-params',
      `${resolve(path)} cannot be sent: ${error instanceof Error ? error.message : String(error)}`,
      'Files are read on the machine of the proxy.',
    );
  } finally {
    await file?.close();
  }
}

function made(segments: readonly Segment[], type: string | undefined, typeIsFixed = false): Content {
  const bytes = segments.reduce((sum, segment) => sum + ('path' in segment ? segment.bytes : segment.length), 0);
  return { bytes, type, typeIsFixed, open: () => Readable.from(read(segments), { objectMode: false }) };
}

async function* read(segments: readonly Segment[]): AsyncGenerator<Uint8Array> {
  for (const segment of segments) {
    if (!('path' in segment)) {
      if (segment.length > 0) yield segment;
      continue;
    }
    let left = segment.bytes;
    if (left === 0) continue;
    // As long as it was when its length was told: what grew since is for another time.
    for await (const chunk of createReadStream(segment.path, { end: left - 1 }) as AsyncIterable<Buffer>) {
      left -= chunk.length;
      yield chunk;
    }
    if (left > 0) throw new Error(`${segment.path} became shorter while it was sent`);
  }
}
