/** The system proxy switched on and off: journal first, then the watchdog, then the changes; put back from the journal. */
import { randomUUID } from 'node:crypto';
import net from 'node:net';
import { onPath, type Machine } from '../machine.ts';
import type { RunTool } from '../run-tool.ts';
import {
  changedMeanwhile,
  changesOn,
  decideOn,
  decideRestore,
  isSame,
  shownLine,
  withoutCredentials,
  type Change,
  type Place,
  type Slot,
  type State,
  type Target,
} from './decide.ts';
import { gnome } from './gnome.ts';
import { readJournal, removeJournal, writeJournal, type Journal } from './journal.ts';
import { kde } from './kde.ts';
import { macos } from './macos.ts';
import { windows } from './windows.ts';

/** Starts the process that outlives the proxy; answers its id once it watches. */
export type StartWatchdog = (journal: Journal) => Promise<number>;

export interface SystemProxyDeps {
  /** Where the journal lies. */
  folder: string;
  machine: Machine;
  run: RunTool;
  report: (message: string) => void;
}

/** What is done, or would be. Lines are for people: without names and passwords. */
export interface Done {
  lines: string[];
  /** Settings that somebody else has changed meanwhile, as `place: key`. */
  kept: string[];
  problems: string[];
}

export interface SystemProxyStatus {
  on: boolean;
  /** Where programs were led, while it is on. */
  at?: { host: string; port: number };
  /** Whose settings are known on this machine. */
  places: string[];
  /** What somebody else has changed since, as `place: key`. */
  changed: string[];
  /** What could not be read. */
  problems: string[];
}

/** Long enough for a tool on a busy machine. */
const TOOL_MS = 20_000;

export class SystemProxy {
  readonly #deps: SystemProxyDeps;
  constructor(deps: SystemProxyDeps) {
    this.#deps = deps;
  }

  /** Asks the system what it holds now, while it is on. */
  async status(): Promise<SystemProxyStatus> {
    const { folder, report } = this.#deps;
    const journal = readJournal(folder, report);
    const places = this.#places().map(({ name }) => name);
    if (journal === undefined) return { on: false, places, changed: [], problems: [] };
    const { places: read, problems } = await this.#read();
    const changed = journal.places.flatMap(({ name, slots }) => {
      const state = read.find(({ place }) => place.name === name)?.state;
      return state === undefined ? [] : changedMeanwhile(slots, state).map((key) => keyOf(name, key));
    });
    return { on: true, at: { host: journal.host, port: journal.port }, places, changed, problems };
  }

  /** What switching on runs; nothing is changed. */
  async dryRun(target: Target): Promise<Done> {
    const { places, problems } = await this.#read();
    const lines = places.flatMap(({ place, state }) => {
      const changes = changesOn(this.#slots(place, state, target), state);
      return changes.length === 0
        ? []
        : [...changes.flatMap((change) => place.lines(change)), ...place.notify].map(shownLine);
    });
    return { lines, kept: [], problems };
  }

  /** Rejects with words, everything put back, when a place does not take it. */
  async on(target: Target, startWatchdog: StartWatchdog): Promise<Done> {
    const { folder } = this.#deps;
    const before = await this.restore();
    if (before.problems.length > 0) throw new Error(before.problems.join('; '));
    const { places, problems } = await this.#read();
    if (places.length === 0)
      throw new Error(
        problems.join('; ') || 'no settings of a desktop that are known here: gsettings and kwriteconfig',
      );
    const journal: Journal = {
      owner: randomUUID(),
      watchdog: 0,
      host: target.host,
      port: target.port,
      places: places.map(({ place, state }) => ({ name: place.name, slots: this.#slots(place, state, target) })),
    };
    writeJournal(folder, journal);
    try {
      const watchdog = await startWatchdog(journal);
      writeJournal(folder, { ...journal, watchdog });
      const lines: string[] = [];
      for (const [i, { place, state }] of places.entries()) {
        const slots = journal.places[i]?.slots ?? [];
        lines.push(...(await this.#apply(place, changesOn(slots, state))));
        const now = await place.read(this.#deps.run);
        const missed = slots.find(({ key, ours }) => !isSame(now[key] ?? [], ours));
        if (missed) throw new Error(`${place.name} did not keep the new value of ${missed.key}`);
      }
      return { lines, kept: [], problems };
    } catch (error) {
      const { problems: more } = await this.restore();
      throw new Error([error instanceof Error ? error.message : String(error), ...more].join('; '), { cause: error });
    }
  }

  /**
   * Puts back what is still ours, and forgets it. Does nothing when it is off, or when it belongs to another `owner`.
   * What could not be put back stays in the journal for the next try.
   */
  async restore({ owner, dryRun = false }: { owner?: string; dryRun?: boolean } = {}): Promise<Done> {
    const { folder, run, report } = this.#deps;
    const done: Done = { lines: [], kept: [], problems: [] };
    const journal = readJournal(folder, report);
    if (journal === undefined || (owner !== undefined && journal.owner !== owner)) return done;
    const places = this.#places();
    // All places at once: whoever waits for this has no network.
    const restorePlace = async ({ name, slots }: Journal['places'][number]): Promise<void> => {
      const place = places.find((item) => item.name === name);
      try {
        if (place === undefined) throw new Error('its tools are not here');
        const { changes, kept } = decideRestore(slots, await place.read(run));
        done.kept.push(...kept.map((key) => keyOf(name, key)));
        done.lines.push(
          ...(dryRun
            ? changes.flatMap((change) => place.lines(change)).map(shownLine)
            : await this.#apply(place, changes)),
        );
      } catch (error) {
        const words = withoutCredentials(error instanceof Error ? error.message : String(error));
        done.problems.push(`the proxy settings of ${name} could not be put back: ${words}`);
      }
    };
    await Promise.all(journal.places.map(restorePlace));
    // Somebody may have switched on anew meanwhile.
    if (!dryRun && done.problems.length === 0 && readJournal(folder, report)?.owner === journal.owner)
      removeJournal(folder);
    return done;
  }

  /** At a start: puts back what a run left that is gone. Told in words, never a failure. */
  async recover(): Promise<void> {
    await this.#end(async (journal) => {
      if (isAlive(journal.watchdog) && (await answers(journal))) return false;
      this.#deps.report('an earlier run ended with the system proxy switched on; what was set before is put back');
      return true;
    });
  }

  /** When the proxy that listens there ends. Told in words, never a failure. */
  async release(listening: { port: number } | null): Promise<void> {
    await this.#end((journal) => Promise.resolve(journal.port === listening?.port));
  }

  async #end(isOver: (journal: Journal) => Promise<boolean>): Promise<void> {
    const { folder, report } = this.#deps;
    try {
      const journal = readJournal(folder, report);
      if (journal === undefined || !(await isOver(journal))) return;
      const { problems } = await this.restore({ owner: journal.owner });
      for (const problem of problems) report(problem);
    } catch (error) {
      report(withoutCredentials(error instanceof Error ? error.message : String(error)));
    }
  }

  #slots(place: Place, state: State, target: Target): Slot[] {
    return decideOn(state, place.wanted(target, state), (slot) => place.off(slot));
  }

  async #apply(place: Place, changes: readonly Change[]): Promise<string[]> {
    // One line that fails keeps no other from being run.
    const problems: string[] = [];
    const shown: string[] = [];
    const lines = changes.flatMap((change) => place.lines(change));
    for (const argv of [...lines, ...(lines.length > 0 ? place.notify : [])]) {
      shown.push(shownLine(argv));
      const { ok, problem } = await this.#deps.run(argv, TOOL_MS);
      // A desktop that is not running cannot be told, and has nothing to read anew.
      if (!ok && lines.some((line) => line === argv)) problems.push(`${shownLine(argv)}: ${problem}`);
    }
    if (problems.length > 0) throw new Error(withoutCredentials(problems.join('; ')));
    return shown;
  }

  async #read(): Promise<{ places: { place: Place; state: State }[]; problems: string[] }> {
    const places: { place: Place; state: State }[] = [];
    const problems: string[] = [];
    for (const place of this.#places())
      try {
        places.push({ place, state: await place.read(this.#deps.run) });
      } catch (error) {
        problems.push(withoutCredentials(error instanceof Error ? error.message : String(error)));
      }
    return { places, problems };
  }

  #places(): Place[] {
    const { machine } = this.#deps;
    if (machine.platform === 'darwin') return [macos];
    if (machine.platform === 'win32') return [windows(machine.env['SystemRoot'] ?? 'C:\\Windows')];
    const places: Place[] = [];
    const gsettings = onPath(machine, 'gsettings');
    if (gsettings !== undefined) places.push(gnome(gsettings));
    for (const version of ['6', '5']) {
      const read = onPath(machine, `kreadconfig${version}`);
      const write = onPath(machine, `kwriteconfig${version}`);
      if (read === undefined || write === undefined) continue;
      places.push(kde({ read, write, signal: onPath(machine, 'dbus-send') }));
      break;
    }
    return places;
  }
}

/** A slot for people; a network service and its setting are one key. */
const keyOf = (place: string, key: string): string => `${place}: ${key.replaceAll('\n', ' ')}`;

/** Whether something listens there. */
export function answers({ host, port }: { host: string; port: number }): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect({ host, port });
    const end = (result: boolean): void => {
      socket.destroy();
      resolve(result);
    };
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
  });
}

function isAlive(pid: number): boolean {
  if (pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
