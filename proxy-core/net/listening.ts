/**
 * Where the proxy listens, in words a person can act on: what is wrong with an address that cannot be opened and which port
 * is free instead, and what it means that other machines reach it. Also moves the proxy when the settings change.
 */
import { joinHostPort } from '../contract/address.ts';
import type { CoreInfo } from '../contract/commands.ts';
import { CommandError } from '../contract/errors.ts';
import { isLoopbackHost } from '../contract/settings.ts';
import { findFreePort } from './front/free-port.ts';
import { findPortHolder, type PortHolder } from './front/port-holder.ts';
import type { Proxy } from './proxy.ts';

interface Address {
  host: string;
  port: number;
}

export interface ListeningOptions {
  proxy: Pick<Proxy, 'listen' | 'listening'>;
  /** The address of the settings. */
  wanted: () => Address;
  /** Ports that are not suggested as a replacement for a taken one. */
  reservedPorts: readonly number[] | undefined;
  warn: (message: string) => void;
  /** What {@link Listening.info} tells may be something else now. */
  onChange: () => void;
}

export class Listening {
  readonly #options: ListeningOptions;
  #problem: string | undefined;
  #freePort: number | undefined;
  /** False until somebody asked to listen: a change of the port alone opens none. */
  #isWanted = false;

  constructor(options: ListeningOptions) {
    this.#options = options;
  }

  /** Opens the address of the settings. Rejects with the system's error (EADDRINUSE …), which {@link info} then tells. */
  async open(): Promise<Address> {
    const { proxy, wanted, onChange } = this.#options;
    this.#isWanted = true;
    try {
      const at = await proxy.listen();
      this.#problem = this.#freePort = undefined;
      return at;
    } catch (error) {
      this.#freePort = await this.#freePortFor(error, wanted());
      this.#problem = describeListenError(error, wanted(), await holderFor(error, wanted()));
      throw error;
    } finally {
      onChange();
    }
  }

  /** Moves to where the settings will be; throws a CommandError when that cannot be, the proxy being where it was. */
  async move(at: Address): Promise<void> {
    const { proxy, warn, onChange } = this.#options;
    try {
      await proxy.listen(at);
      this.#problem = this.#freePort = undefined;
      for (const warning of this.#warnings()) warn(warning);
    } catch (error) {
      const free = await this.#freePortFor(error, at);
      const offer = free === undefined ? '' : ` Port ${free} is free.`;
      const problem = describeListenError(error, at, await holderFor(error, at));
      if (proxy.listening === null && this.#problem === undefined)
        this.#problem = `${problem}; the old address could not be opened again either`;
      throw new CommandError(
        'conflict',
        problem,
        `${proxy.listening === null ? 'The proxy does not listen.' : 'The proxy goes on where it was.'}${offer}`,
      );
    } finally {
      onChange();
    }
  }

  /** Whether a change of the settings takes the proxy elsewhere; `isNamed` when it speaks of the address at all. */
  isMovedBy(before: Address, after: Address, isNamed: boolean): boolean {
    if (!this.#isWanted) return false;
    const at = this.#options.proxy.listening;
    if (at === null) return isNamed;
    // A port the system chose may be named later: the proxy is there already.
    const isThere = at.host === after.host && at.port === after.port;
    return (before.host !== after.host || before.port !== after.port) && !isThere;
  }

  info(): Pick<CoreInfo, 'listening' | 'listenProblem' | 'freePort' | 'warnings'> {
    const warnings = this.#warnings();
    return {
      listening: this.#options.proxy.listening,
      ...(this.#problem !== undefined && { listenProblem: this.#problem }),
      ...(this.#freePort !== undefined && { freePort: this.#freePort }),
      ...(warnings.length > 0 && { warnings }),
    };
  }

  /** Nobody wants it any more. */
  stop(): void {
    this.#isWanted = false;
  }

  #warnings(): string[] {
    const { listening } = this.#options.proxy;
    return listening === null || isLoopbackHost(listening.host) ? [] : [describeOpenness(listening)];
  }

  async #freePortFor(error: unknown, at: Address): Promise<number | undefined> {
    return isTaken(error) ? findFreePort(at.host, at.port, this.#options.reservedPorts) : undefined;
  }
}

/** What it means that the proxy listens where other machines reach it. */
export function describeOpenness({ host, port }: { host: string; port: number }): string {
  return `the proxy listens on ${joinHostPort(host, port)}: other machines can use it and see what is cached`;
}

const isTaken = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';

const holderFor = async (error: unknown, { port }: Address): Promise<PortHolder | undefined> =>
  isTaken(error) ? findPortHolder(port) : undefined;

/** Why the port could not be opened, and what to do. */
export function describeListenError(error: unknown, { host, port }: Address, holder?: PortHolder): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  switch (code) {
    case 'EADDRINUSE':
      return `port ${port} on ${host} is in use by ${holder === undefined ? 'another program' : `${holder.name} (process ${holder.pid})`}; choose another port (--port, HTTP_PORT, or in the settings) or stop that program`;
    case 'EACCES':
      return `port ${port} on ${host} may not be opened by this user; choose one above 1023`;
    case 'EADDRNOTAVAIL':
      return `${host} is no address of this machine; 127.0.0.1 is for this machine only, 0.0.0.0 for all`;
    default:
      return `${host}:${port} could not be opened: ${error instanceof Error ? error.message : String(error)}`;
  }
}
