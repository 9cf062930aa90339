/** Content-Type by a file's name. */
import mime from 'mime';

/** With the charset of text, which files of today have. */
export function fileType(name: string): string {
  const type = mime.getType(name) ?? 'application/octet-stream';
  return type.startsWith('text/') ? `${type}; charset=utf-8` : type;
}
