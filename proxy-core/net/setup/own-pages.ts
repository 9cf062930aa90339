/** Which requests the setup site answers, and what it says when the CA cannot be used. */
import os from 'node:os';
import { isLoopbackHost } from '../../contract/settings.ts';
import { joinHostPort } from '../../contract/address.ts';
import type { FieldList } from '../../http/fields.ts';
import { buildPage, type LocalReply } from '../exchange/local-pages.ts';
import { SETUP_HOST, SETUP_PATH, setupReply, type SetupFacts } from './setup-site.ts';

/** The answer of the proxy for itself, or undefined when the request is for somebody else. */
export type OwnPages = (
  method: string,
  host: string | undefined,
  path: string,
  fields: FieldList,
) => LocalReply | undefined;

/** `facts` is asked when a page is. A request at the proxy's own address has no host here. */
export function ownPages(facts: () => SetupFacts): OwnPages {
  return (method, host, path, fields) => {
    if (host === undefined ? !isSetupPath(path) : host !== SETUP_HOST) return undefined;
    if (method !== 'GET' && method !== 'HEAD') {
      const refusal = buildPage(fields, 405, 'Method Not Allowed', 'This page can only be read.', []);
      refusal.fields.push('Allow', 'GET, HEAD');
      return refusal;
    }
    try {
      return (
        setupReply(path, fields, facts()) ??
        buildPage(fields, 404, 'Not Found', 'There is no such page here.', [`The setup page is http://${SETUP_HOST}/.`])
      );
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      return buildPage(fields, 503, 'Service Unavailable', 'The CA of this proxy cannot be used.', [`${problem}.`]);
    }
  };
}

const isSetupPath = (path: string): boolean =>
  path === SETUP_PATH || path.startsWith(`${SETUP_PATH}/`) || path.startsWith(`${SETUP_PATH}?`);

/** The address by which others reach what listens there: of a wildcard, the first of this machine's that is not loopback. */
export function reachableAddress(listening: { host: string; port: number } | null): {
  address: string;
  isOpen: boolean;
} {
  const { host, port } = listening ?? { host: '127.0.0.1', port: 1488 };
  if (isLoopbackHost(host)) return { address: joinHostPort(host, port), isOpen: false };
  if (host !== '0.0.0.0' && host !== '::') return { address: joinHostPort(host, port), isOpen: true };
  const found = Object.values(os.networkInterfaces())
    .flatMap((list) => list ?? [])
    .find(({ internal, family }) => !internal && family === 'IPv4');
  return { address: joinHostPort(found?.address ?? '127.0.0.1', port), isOpen: found !== undefined };
}
