/** From an `app://` address to a file of the built renderer, and its media type. Pure; nothing outside the folder is reachable. */
import path from 'node:path';
import { pageFileType } from '../proxy-core/contract/page-files.ts';
import { isAppUrl } from './url-policy.ts';

/** Media type by the file's ending; bytes when unknown (with nosniff nothing is guessed). */
export function mediaTypeOf(file: string): string {
  return pageFileType(file) ?? 'application/octet-stream';
}

/**
 * File under `root` that `url` names, or null when it names none: foreign host, a path that does not decode, or one that
 * leads out of `root` (`..`, encoded or not, backslashes, NUL).
 */
export function rendererFile(root: string, url: string): string | null {
  if (!isAppUrl(url)) return null;
  let pathname: string;
  try {
    pathname = decodeURIComponent(new URL(url).pathname);
  } catch {
    return null;
  }
  if (/[\\\0]/.test(pathname)) return null;
  const file = path.join(root, pathname === '/' ? 'index.html' : pathname);
  const inside = path.relative(root, file);
  return inside === '' || inside.startsWith('..') || path.isAbsolute(inside) ? null : file;
}
