/** What the command line and the environment ask of the shell and, through it, of the core. Pure. */
import path from 'node:path';

export interface LaunchOptions {
  /** Folder for everything the app keeps; undefined = the platform's own. */
  userData?: string;
  /** Flags for the core: whatever stands after `--`. */
  coreArgs: string[];
}

/** Reads `--user-data-dir DIR` (or `=DIR`), else `BSDM_USER_DATA`, and the arguments after `--`. */
export function parseLaunch(argv: readonly string[], env: Readonly<Record<string, string | undefined>>): LaunchOptions {
  const dashes = argv.indexOf('--');
  const own = dashes === -1 ? argv : argv.slice(0, dashes);
  const coreArgs = dashes === -1 ? [] : argv.slice(dashes + 1);
  const userData = flagValue(own, '--user-data-dir') ?? (env['BSDM_USER_DATA'] || undefined);
  return userData === undefined ? { coreArgs } : { coreArgs, userData: path.resolve(userData) };
}

function flagValue(args: readonly string[], name: string): string | undefined {
  for (const [index, arg] of args.entries()) {
    if (arg.startsWith(`${name}=`)) return arg.slice(name.length + 1) || undefined;
    if (arg === name) return args[index + 1];
  }
  return undefined;
}

/**
 * Arguments for a core that takes the place of one that listened on `port`. A port the system chose (`--port 0` or
 * `HTTP_PORT=0`) is asked for again by number, for clients are already configured with it; a port that was named stays named.
 */
export function argsForRestart(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  port: number,
): string[] {
  const asked = flagValue(args, '--port');
  if (asked === undefined) return env['HTTP_PORT'] === '0' ? [...args, '--port', String(port)] : [...args];
  if (asked !== '0') return [...args];
  const kept = args.filter(
    (arg, index) => !arg.startsWith('--port=') && arg !== '--port' && args[index - 1] !== '--port',
  );
  return [...kept, '--port', String(port)];
}

/** Where a file inside the packaged archive lies unpacked beside it; unchanged when not packaged. */
export function unpackedPath(file: string): string {
  return file.replace(/([\\/])app\.asar([\\/])/, '$1app.asar.unpacked$2');
}
