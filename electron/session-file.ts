/** HAR files that the system, or whoever starts the app, wants opened. Pure. */
import path from 'node:path';
import type { ShellTarget } from './desktop-api.ts';

/** The file as a place in the window; null for a name that is of no HAR file. */
export function sessionFile(file: string): ShellTarget | null {
  const name = file.toLowerCase();
  if (file.startsWith('-') || !(name.endsWith('.har') || name.endsWith('.har.gz'))) return null;
  return { view: 'traffic', file };
}

/** The first HAR file among the arguments of a start; relative ones are of `folder`. */
export function fileAmong(argv: readonly string[], folder: string): ShellTarget | null {
  const dashes = argv.indexOf('--');
  // The first one is the program itself.
  for (const arg of dashes === -1 ? argv.slice(1) : argv.slice(1, dashes))
    if (!arg.includes('://') && sessionFile(arg) !== null) return sessionFile(path.resolve(folder, arg));
  return null;
}
