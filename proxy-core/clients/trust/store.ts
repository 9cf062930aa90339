/** What a store of trust is here: how it is asked, and which commands put the CA in and take ours out. */
import type { StoreKind, TrustNote, TrustState } from '../../contract/clients.ts';
import type { CaInfo } from '../../contract/interception.ts';
import type { Machine } from '../machine.ts';
import type { RunTool } from '../run-tool.ts';
import { pemBody, type Step } from './lines.ts';

/** What every name that this program gives a certificate in a store begins with. */
export const NAME = 'BSDM-Proxy CA';
/** The same where names are in lower case and without blanks. */
export const ALIAS = 'bsdm-proxy-ca';

/** The CA, with what stores need of it. */
export interface TrustCa {
  /** File with the certificate, PEM. */
  file: string;
  /** Base64 without line ends. */
  body: string;
  fingerprint256: string;
  nickname: string;
  alias: string;
}

export function trustCaOf(info: CaInfo): TrustCa {
  const short = info.fingerprint256.replaceAll(':', '').slice(0, 8);
  return {
    file: info.file,
    body: pemBody(info.pem),
    fingerprint256: info.fingerprint256,
    nickname: `${NAME} ${short}`,
    alias: `${ALIAS}-${short.toLowerCase()}`,
  };
}

/** What asking a store gave. */
export interface Asked {
  state: TrustState;
  note?: TrustNote;
  detail?: string;
  /** What takes all of ours out again; empty when none is in. */
  remove: Step[];
}

export interface Place {
  id: string;
  kind: StoreKind;
  where: string;
  install(machine: Machine, ca: TrustCa): Step[];
  ask(machine: Machine, ca: TrustCa | undefined, run: RunTool): Promise<Asked>;
  /** Set by each shell; lines are for reading, nothing here can be run. */
  byShell?: { install: (ca: TrustCa) => string; remove: string };
}
