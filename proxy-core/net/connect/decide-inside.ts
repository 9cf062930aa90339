/** What becomes of a tunnel whose first bytes are known. Pure: what it has to know is asked through the policy. */
import { isIP } from 'node:net';
import type { Explained, TraceInput } from '../../contract/reasons.ts';
import type { InterceptMode } from '../../contract/settings.ts';
import { isListed, type HostPattern } from '../../contract/host-patterns.ts';
import { parseAuthority, type Authority } from '../../http/target.ts';
import type { FirstBytes } from './tls/client-hello.ts';

/** Which tunnels are read. */
export interface InterceptPolicy {
  readonly mode: InterceptMode;
  readonly hosts: readonly HostPattern[];
  readonly except: readonly HostPattern[];
}

/** Protocols whose inside is HTTP (RFC 7301 §6). */
const HTTP: ReadonlySet<string> = new Set(['h2', 'http/1.1', 'http/1.0']);

type Verdict = 'read' | 'except' | 'not-listed';

function verdictOn({ mode, hosts, except }: InterceptPolicy, hostname: string, port: number): Verdict {
  if (mode === 'off') return 'not-listed';
  if (isListed(except, hostname, port)) return 'except';
  return mode === 'all' || isListed(hosts, hostname, port) ? 'read' : 'not-listed';
}

/** Why nobody looks at the first bytes of a tunnel: all are left alone, this host is, or only others are read. */
export type NotRead = 'off' | Exclude<Verdict, 'read'>;

/**
 * Why the first bytes of a tunnel need not be looked at; undefined when they have to be. An address may turn out to be a
 * listed host by the name the client says in TLS.
 */
export function notRead(policy: InterceptPolicy, hostname: string, port: number): NotRead | undefined {
  if (policy.mode === 'off') return 'off';
  const verdict = verdictOn(policy, hostname, port);
  if (verdict === 'read' || (verdict === 'not-listed' && isIP(hostname) !== 0)) return undefined;
  return verdict;
}

/** Why a tunnel is left as it is. */
export type LeftAlone = Verdict | 'silent' | 'not-tls' | 'malformed' | 'too-long' | 'other-protocol';

export type InsidePlan =
  /** TLS ends here; requests are for `authority`, the certificate for its host. */
  | { kind: 'handshake'; authority: Authority; serverName: string | undefined }
  /** HTTP in the clear. */
  | { kind: 'plain'; authority: Authority }
  | { kind: 'tunnel'; why: LeftAlone; explained: Explained };

/** Decides by what the client said first; `silent` when it said nothing for a while. */
export function decideInside(first: FirstBytes | 'silent', connect: Authority, policy: InterceptPolicy): InsidePlan {
  const asked = verdictOn(policy, connect.hostname, connect.port);
  if (first === 'silent') return leave(connect, 'silent');
  if (first.kind === 'other') return leave(connect, first.why);
  if (first.kind === 'http') return asked === 'read' ? { kind: 'plain', authority: connect } : leave(connect, asked);
  const { serverName, protocols } = first;
  const facts = { serverName: serverName ?? null, alpn: protocols.slice(0, 8).join(', ').slice(0, 200) };
  let authority = connect;
  let verdict = asked;
  if (serverName !== undefined && serverName !== connect.hostname) {
    const named = parseAuthority(`${serverName}:${connect.port}`);
    if (!named.ok) return leave(connect, 'malformed', facts);
    ({ authority } = named);
    const byName = verdictOn(policy, authority.hostname, connect.port);
    // Whoever is left alone by either name is left alone.
    if (asked !== 'except' && (byName === 'except' || asked === 'not-listed')) verdict = byName;
  }
  if (verdict !== 'read') {
    const isByName = verdict === 'except' && asked !== 'except';
    return leave(connect, verdict, facts, isByName ? { host: authority.hostname } : {});
  }
  // Some speak TLS and something else than HTTP inside.
  if (protocols.length > 0 && !protocols.some((name) => HTTP.has(name))) return leave(connect, 'other-protocol', facts);
  return { kind: 'handshake', authority, serverName };
}

function leave(
  connect: Authority,
  why: LeftAlone,
  facts: Record<string, TraceInput> = {},
  told: Explained['facts'] = {},
): InsidePlan {
  const step = {
    code: 'first-bytes',
    inputs: { authority: connect.authority, why, ...facts },
    spec: 'RFC 9110 §9.3.6',
  };
  return {
    kind: 'tunnel',
    why,
    explained: { reason: 'tunnel', facts: { why, ...told }, trace: [{ ...step, phase: 'request', result: 'stop' }] },
  };
}
