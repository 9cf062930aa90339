/** Asks a feed, and gets a package from it: straight, never through this proxy, a few redirects at most, all of it within bounds. */
import { createHash, createPublicKey, verify } from 'node:crypto';
import fs from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { isSafe } from './feed-url.ts';
import { isNewer, feedFile, parseRelease, type Release, type ReleaseFile } from './release.ts';

const MAX_REDIRECTS = 5;
/** Longest that nothing may come, ms. */
const SILENCE_MS = 30_000;
/** No feed is longer, bytes. */
const MAX_FEED = 256 * 1024;

export interface Asked {
  /** Folder of the feed, ending in a slash. */
  feed: URL;
  /** This version. */
  version: string;
  platform: NodeJS.Platform;
  arch: string;
  /** Ed25519, base64 of its SPKI in DER: with it a feed counts only when `<file>.sig` beside it is its signature. */
  key?: string | undefined;
  signal?: AbortSignal;
}

/** The newer version that a feed announces, null when there is none. Rejects, in words, for what is no feed or not signed. */
export async function askFeed({ feed, version, platform, arch, key, signal }: Asked): Promise<Release | null> {
  const file = new URL(feedFile(platform, arch), feed);
  const bytes = await read(file, signal);
  if (key !== undefined) {
    const signature = await read(new URL(`${file.href}.sig`), signal);
    if (!isSigned(bytes, signature.toString('latin1'), key))
      throw new Error(`${file.href} is not signed with the key of this app`);
  }
  const release = parseRelease(bytes.toString('utf8'));
  return isNewer(release.version, version) ? release : null;
}

function isSigned(bytes: Buffer, signature: string, key: string): boolean {
  const publicKey = createPublicKey({ key: Buffer.from(key, 'base64'), format: 'der', type: 'spki' });
  return verify(null, bytes, publicKey, Buffer.from(signature.trim(), 'base64'));
}

/**
 * Fetches a package of the feed into a folder; the file has its name only once its length and checksum are right. Rejects in words, and
 * leaves nothing behind then.
 */
export async function fetchPackage(
  { feed, signal }: Pick<Asked, 'feed' | 'signal'>,
  { name, sha512, bytes }: ReleaseFile,
  folder: string,
  onProgress: (share: number) => void = () => undefined,
): Promise<string> {
  fs.mkdirSync(folder, { recursive: true });
  const whole = path.join(folder, name);
  const part = `${whole}.part`;
  const hash = createHash('sha512');
  let received = 0;
  fs.rmSync(part, { force: true });
  try {
    const response = await open(new URL(name, feed), signal);
    await pipeline(
      response,
      async function* (chunks: AsyncIterable<Buffer>) {
        for await (const chunk of chunks) {
          received += chunk.length;
          if (received > bytes) throw new Error(`${name} is longer than the feed says, ${bytes} bytes`);
          hash.update(chunk);
          onProgress(received / bytes);
          yield chunk;
        }
      },
      // A file of its own: what lies in its place, a link perhaps, is taken away first and never followed.
      fs.createWriteStream(part, { flags: 'wx', mode: 0o600 }),
      ...(signal === undefined ? [] : [{ signal }]),
    );
    if (received < bytes) throw new Error(`${name} broke off after ${received} of ${bytes} bytes`);
    if (hash.digest('base64') !== sha512) throw new Error(`the checksum of ${name} is not the one in the feed`);
    fs.renameSync(part, whole);
    return whole;
  } catch (error) {
    fs.rmSync(part, { force: true });
    throw error;
  }
}

async function read(url: URL, signal?: AbortSignal): Promise<Buffer> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of await open(url, signal)) {
    if (!Buffer.isBuffer(part)) continue;
    parts.push(part);
    length += part.length;
    if (length > MAX_FEED) throw new Error(`${url.href} is longer than ${MAX_FEED} bytes: no feed`);
  }
  return Buffer.concat(parts);
}

/** The answer 200, after redirects. */
async function open(url: URL, signal: AbortSignal | undefined, redirects = 0): Promise<http.IncomingMessage> {
  if (!isSafe(url)) throw new Error(`${url.href} is not https`);
  const response = await ask(url, signal);
  const { statusCode = 0, headers } = response;
  if (statusCode === 200) return response;
  response.destroy();
  if (statusCode >= 300 && statusCode < 400 && headers.location !== undefined) {
    if (redirects >= MAX_REDIRECTS) throw new Error(`${url.href} leads on and on`);
    return open(new URL(headers.location, url), signal, redirects + 1);
  }
  throw new Error(`${url.href} answered ${statusCode}`);
}

function ask(url: URL, signal: AbortSignal | undefined): Promise<http.IncomingMessage> {
  return new Promise((resolve, reject) => {
    const { get } = url.protocol === 'https:' ? https : http;
    // A connection of its own: nothing is left open that a quitting app would wait for.
    const request = get(url, { agent: false, ...(signal && { signal }) }, resolve);
    request.setTimeout(SILENCE_MS, () => request.destroy(new Error(`${url.href} did not answer`)));
    request.on('error', (error) => reject(new Error(`${url.href} could not be asked: ${error.message}`)));
  });
}
