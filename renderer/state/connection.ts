/** What the page knows of its connection and of the core behind it. */
import { create } from 'zustand';
import { joinHostPort } from '../../proxy-core/contract/address.ts';
import type { CoreProcessStatus } from '../../electron/desktop-api.ts';
import type { ClientsState } from '../../proxy-core/contract/clients.ts';
import type { CoreInfo } from '../../proxy-core/contract/commands.ts';
import type { KafkaStatus } from '../../proxy-core/contract/kafka.ts';
import type { SettingsSnapshot } from '../../proxy-core/contract/settings.ts';

/** `lost`: was or will be connected; `refused`: the token is not accepted; `wrong-version`: page and core differ. */
export type ConnectionPhase = 'connecting' | 'connected' | 'lost' | 'refused' | 'wrong-version';

export interface ConnectionState {
  kind: 'desktop' | 'browser' | 'demo';
  phase: ConnectionPhase;
  /** What a refused page lacks: a token at all, or the core's. */
  refusal: 'none' | 'wrong';
  /** How often the page was refused. */
  refusals: number;
  problem: string | null;
  attempt: number;
  retryAtMs: number;
  theirVersion: number;
  /** State of the core's process, told by the desktop shell; null in a browser. */
  coreProcess: CoreProcessStatus | null;
  info: CoreInfo | null;
  settings: SettingsSnapshot | null;
  /** Null while the core offers no Kafka mirror. */
  kafka: KafkaStatus | null;
  /** Browsers of the core's machine; null until they are told. */
  clients: ClientsState | null;
  /** The version that is newer than this one, told by the desktop shell. */
  update: string | null;
}

export const useConnection = create<ConnectionState>()(() => ({
  kind: 'browser',
  phase: 'connecting',
  refusal: 'none',
  refusals: 0,
  problem: null,
  attempt: 0,
  retryAtMs: 0,
  theirVersion: 0,
  coreProcess: null,
  info: null,
  settings: null,
  kafka: null,
  clients: null,
  update: null,
}));

/** The address clients are to use, `host:port`; null while the proxy does not listen. */
export function listeningAddress(info: CoreInfo | null): string | null {
  if (info === null || info.listening === null) return null;
  const { host, port } = info.listening;
  return joinHostPort(host, port);
}
