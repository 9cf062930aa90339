/** Puts the end of the core's process into words. Pure. */
import { readLastWords } from '../proxy-core/contract/lifetimes.ts';

/** What is known about a process that ended. */
export interface ProcessEnd {
  /** As Electron reports it: an exit code, or on POSIX the wait status of a signal, or 128 + signal. */
  code: number;
  /** What it wrote to standard error about its end, if anything (see {@link lastErrorOf}). */
  lastErrorLine?: string;
  /** Fatal error of V8 with its place in the source, when it announced one. */
  fatal?: string;
}

const SIGNALS: ReadonlyMap<number, string> = new Map([
  [4, 'crashed (illegal instruction)'],
  [6, 'aborted; often this means it ran out of memory'],
  [7, 'crashed (bus error)'],
  [8, 'crashed (arithmetic error)'],
  [9, 'was killed, by someone or by the system for want of memory'],
  [11, 'crashed (segmentation fault)'],
  [15, 'was asked to end by another program'],
]);

/** Windows' NTSTATUS codes that a crash ends with. */
const WINDOWS: ReadonlyMap<number, string> = new Map([
  [0xc0000005, 'crashed (access violation)'],
  [0xc000001d, 'crashed (illegal instruction)'],
  [0xc0000409, 'aborted (fail fast)'],
  [0xe0000008, 'ran out of memory'],
]);

const LONGEST_LINE = 300;

/** One sentence without a full stop: `The proxy core was killed, …`. */
export function describeEnd(end: ProcessEnd): string {
  const words =
    end.fatal === undefined ? describeCode(end.code) : `hit a fatal error in V8 (${end.fatal.slice(0, LONGEST_LINE)})`;
  const said = end.lastErrorLine?.trim().slice(0, LONGEST_LINE);
  return `The proxy core ${words}${said ? `; its last words: ${said}` : ''}`;
}

function describeCode(code: number): string {
  if (code === 0) return 'ended although nobody asked it to';
  const windows = WINDOWS.get(code >>> 0);
  if (windows !== undefined) return windows;
  // 128 is the core-dump flag of a wait status and also the shell's offset for signals: both leave the signal below it.
  const signal = SIGNALS.get(code & 0x7f);
  if (signal !== undefined && code < 256) return signal;
  const exitCode = code > 255 && code < 65_536 && (code & 0xff) === 0 ? code >> 8 : code;
  return `ended with exit code ${exitCode}`;
}

/**
 * What a core said about its end: its own last words, or the line of an error that Node or V8 printed, e.g. `TypeError: …`.
 * Other output on standard error is the core's ordinary log.
 */
export function lastErrorOf(errors: string): string | undefined {
  return (
    readLastWords(errors) ??
    errors
      .split('\n')
      .filter((line) => /^(\w{0,80}Error|FATAL ERROR)\b.*:/.test(line))
      .at(-1)
  );
}
