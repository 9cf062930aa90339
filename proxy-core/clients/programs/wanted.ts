/** What is asked of a system about its connections. */
import type { ClientProgram } from '../../contract/exchange.ts';

/** One end of a connection to the proxy. */
export interface Wanted {
  readonly address: string;
  readonly port: number;
}

/** Programs by port of the client, as far as the system tells them. */
export type Owners = (wanted: readonly Wanted[], proxyPort: number) => Promise<Map<number, ClientProgram>>;
