/** Serves the built page: a fixed folder, read only, with a strict content security policy. */
import fs from 'node:fs/promises';
import path from 'node:path';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { CONTENT_SECURITY_POLICY, pageFileType } from '../contract/page-files.ts';

/** Answers GET and HEAD for a file of the folder; false when there is none of that name. */
export async function serveStatic(
  root: string,
  request: IncomingMessage,
  response: ServerResponse,
  pathname: string,
): Promise<boolean> {
  let relative: string;
  try {
    relative = decodeURIComponent(pathname === '/' ? '/index.html' : pathname);
  } catch {
    return false;
  }
  const file = path.join(root, path.normalize(`/${relative}`));
  const type = pageFileType(file);
  if (type === undefined || !file.startsWith(root + path.sep)) return false;
  let bytes: Buffer;
  try {
    bytes = await fs.readFile(file);
  } catch {
    return false;
  }
  response.writeHead(200, {
    'Content-Type': type,
    'Content-Length': bytes.length,
    // Files under assets/ carry a hash in their name.
    'Cache-Control': pathname.startsWith('/assets/') ? 'private, max-age=31536000, immutable' : 'no-store',
    'Content-Security-Policy': CONTENT_SECURITY_POLICY,
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
  });
  response.end(request.method === 'HEAD' ? undefined : bytes);
  return true;
}
