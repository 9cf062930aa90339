/** The stores of this machine: asked all at once, changed one after the other and only when somebody said so. */
import type { TrustReport, TrustStore } from '../../contract/clients.ts';
import { CommandError } from '../../contract/errors.ts';
import type { CaInfo } from '../../contract/interception.ts';
import { onPath, type Machine } from '../machine.ts';
import type { RunTool } from '../run-tool.ts';
import { lineOf, quotePosix, type Step } from './lines.ts';
import { trustPlaces } from './places.ts';
import { trustCaOf, type Asked, type Place, type TrustCa } from './store.ts';

export interface TrustDeps {
  machine: Machine;
  run: RunTool;
  /** The CA there is; undefined while there is none. */
  ca: () => CaInfo | undefined;
  /** The CA, made now if there is none. */
  makeCa: () => CaInfo;
}

/** Certificates of one name come off one at a time; more than this many are not ours. */
const MAX_ROUNDS = 12;

export class Trust {
  readonly #deps: TrustDeps;
  /** The change under way: the next one waits for it. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(deps: TrustDeps) {
    this.#deps = deps;
  }

  async list(): Promise<TrustReport> {
    const { machine, run } = this.#deps;
    const info = this.#deps.ca();
    const ca = info && trustCaOf(info);
    const stores = await Promise.all(
      trustPlaces(machine).map(async (place) => this.#shown(place, await place.ask(machine, ca, run), ca)),
    );
    return { stores: stores.filter(({ state }) => state !== 'missing'), ...(ca !== undefined && { caFile: ca.file }) };
  }

  install(store: string): Promise<TrustReport> {
    return this.#inTurn(async () => {
      const place = this.#find(store);
      const ca = trustCaOf(this.#deps.makeCa());
      // What an earlier CA left goes first: one of ours in a store is enough.
      const asked = await place.ask(this.#deps.machine, ca, this.#deps.run);
      if (asked.state === 'other') await this.#removeAll(place);
      if (asked.state !== 'trusted') await this.#runSteps(place, place.install(this.#deps.machine, ca));
      return this.list();
    });
  }

  remove(store: string): Promise<TrustReport> {
    return this.#inTurn(async () => {
      await this.#removeAll(this.#find(store));
      return this.list();
    });
  }

  async #removeAll(place: Place): Promise<void> {
    const { machine, run } = this.#deps;
    const info = this.#deps.ca();
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const { remove } = await place.ask(machine, info && trustCaOf(info), run);
      if (remove.length === 0) return;
      await this.#runSteps(place, remove);
    }
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  #find(id: string): Place {
    const place = trustPlaces(this.#deps.machine).find((item) => item.id === id);
    if (place === undefined)
      throw new CommandError(
        'not-found',
        `there is no store ${JSON.stringify(id)}`,
        'See trust.list for those there are.',
      );
    return place;
  }

  #shown(place: Place, asked: Asked, ca: TrustCa | undefined): TrustStore {
    const { machine } = this.#deps;
    const lines = (steps: Step[]): string[] => steps.map((step) => lineOf(step, machine.platform, machine.isRoot));
    const steps = ca === undefined ? [] : place.install(machine, ca);
    const canRun =
      place.byShell === undefined &&
      asked.state !== 'unknown' &&
      asked.note === undefined &&
      [...steps, ...asked.remove].every((step) => step.root !== true || this.#mayBeRoot());
    const note = asked.note ?? (canRun ? undefined : 'needs-root');
    return {
      id: place.id,
      kind: place.kind,
      where: place.where,
      state: asked.state,
      install: place.byShell === undefined ? lines(steps) : ca === undefined ? [] : [place.byShell.install(ca)],
      remove: place.byShell === undefined ? lines(asked.remove) : [place.byShell.remove],
      canRun,
      ...(note !== undefined && { note }),
      ...(asked.detail !== undefined && { detail: asked.detail }),
    };
  }

  /** As root already, or by the desktop's own question for a password. */
  #mayBeRoot(): boolean {
    return this.#deps.machine.isRoot || this.#asker() !== undefined;
  }

  #asker(): string | undefined {
    const { machine } = this.#deps;
    const { DISPLAY, WAYLAND_DISPLAY } = machine.env;
    const hasScreen = (DISPLAY ?? '') !== '' || (WAYLAND_DISPLAY ?? '') !== '';
    return machine.platform === 'linux' && hasScreen ? onPath(machine, 'pkexec') : undefined;
  }

  async #runSteps(place: Place, steps: readonly Step[]): Promise<void> {
    const { machine } = this.#deps;
    if (place.byShell !== undefined)
      throw new CommandError('conflict', `${place.where} is set in each shell`, 'Copy the line into yours.');
    if (steps.length === 0)
      throw new CommandError('conflict', `the store ${place.where} cannot be changed from here`, 'See its note.');
    const needsRoot = !machine.isRoot && steps.some((step) => step.root === true);
    if (!needsRoot) {
      for (const step of steps) await this.#runOne(place, this.#withPath(step.argv));
      return;
    }
    const asker = this.#asker();
    if (asker === undefined)
      throw new CommandError(
        'forbidden',
        `only an administrator may change ${place.where}`,
        'Run the lines in a terminal.',
      );
    // All at once, so that the password is asked for once.
    const script = steps.map(({ argv }) => this.#withPath(argv).map(quotePosix).join(' ')).join(' && ');
    await this.#runOne(place, [asker, '/bin/sh', '-c', script]);
  }

  /** The program by its whole path: administrators' programs are not on everyone's. */
  #withPath(argv: readonly string[]): string[] {
    const [program = '', ...rest] = argv;
    return [onPath(this.#deps.machine, program) ?? program, ...rest];
  }

  async #runOne(place: Place, argv: readonly string[]): Promise<void> {
    const { ok, problem } = await this.#deps.run(argv);
    if (!ok) throw new CommandError('unavailable', `${place.where} was not changed: ${problem}`);
  }
}
