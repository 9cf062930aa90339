/**
 * Messages between main and the core's utility process. Frames of pages never pass here: each page gets a port of its own
 * with a `connect` message, and main is off that path.
 */

import type { CommandName } from '../proxy-core/contract/commands.ts';
import { parseShellNews, type ShellNews } from '../proxy-core/contract/shell.ts';

export type ToCore =
  /** First and once: where to keep files, and what puts the system proxy back, what the window is to be told. Flags come with the process's arguments. */
  | { type: 'start'; dataDir: string; restore: readonly string[]; notices: readonly string[] }
  /** A command of the contract, for a switch outside the window. */
  | { type: 'call'; name: CommandName; params: Record<string, unknown> }
  /** One more page; its port travels beside the message. */
  | { type: 'connect' }
  /** Finish what is in flight and end. */
  | { type: 'stop' };

export type FromCore =
  | { type: 'ready'; host: string; port: number }
  /** It does not listen. `usable`: it is up all the same and takes pages, which can offer another port. */
  | { type: 'failed'; code: 'port-in-use' | 'error'; message: string; usable: boolean }
  /** What is shown outside the window. */
  | { type: 'shell'; news: ShellNews }
  /** A `call` that failed, in words. */
  | { type: 'call-failed'; message: string }
  | { type: 'stopped' };

function isFields(raw: unknown): raw is Record<string, unknown> {
  return typeof raw === 'object' && raw !== null && !Array.isArray(raw);
}

/** Parses what the core sent; null when it is none of its messages. */
export function parseFromCore(raw: unknown): FromCore | null {
  if (!isFields(raw)) return null;
  switch (raw['type']) {
    case 'ready': {
      const { host, port } = raw;
      const isPort = typeof port === 'number' && Number.isInteger(port) && port > 0 && port <= 65_535;
      return typeof host === 'string' && isPort ? { type: 'ready', host, port } : null;
    }
    case 'failed': {
      const code = raw['code'] === 'port-in-use' ? 'port-in-use' : 'error';
      return typeof raw['message'] === 'string'
        ? { type: 'failed', code, message: raw['message'], usable: raw['usable'] === true }
        : null;
    }
    case 'shell': {
      const news = parseShellNews(raw['news']);
      return news && { type: 'shell', news };
    }
    case 'call-failed':
      return typeof raw['message'] === 'string' ? { type: 'call-failed', message: raw['message'] } : null;
    case 'stopped':
      return { type: 'stopped' };
    default:
      return null;
  }
}
