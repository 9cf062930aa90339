/** What becomes of a CONNECT (RFC 9110 §9.3.6). Pure: what it has to know is asked through the policy. */
import type { ProxyErrorCode } from '../../contract/errors.ts';
import type { Explained, TraceStep } from '../../contract/reasons.ts';
import { parseAuthority, type Authority } from '../../http/target.ts';
import type { NotRead } from './decide-inside.ts';

/** What the decision asks. */
export interface ConnectPolicy {
  /** The connection is for one origin already: the client does not know that it talks to a proxy. */
  readonly isAdopted: boolean;
  isSelf(hostname: string, port: number): boolean;
  /** Why tunnels to this host are not looked into; undefined when they are. */
  notRead(hostname: string, port: number): NotRead | undefined;
}

/** A decision with its reason; all but a refusal name where to. */
export type ConnectPlan = { explained: Explained } & (
  | { kind: 'tunnel' | 'intercept'; authority: Authority }
  | { kind: 'refuse'; code: ProxyErrorCode; text: string; /** Else the status of `code`. */ status?: number }
);

/** Decides one CONNECT by its target. */
export function decideConnect(target: string, policy: ConnectPolicy): ConnectPlan {
  if (policy.isAdopted)
    return malformed(target, 'CONNECT goes to a proxy, this connection is for one origin', 'RFC 9110 §9.3.6', {});
  const parsed = parseAuthority(target);
  if (!parsed.ok) return malformed(target, parsed.problem, 'RFC 9112 §3.2.3', { refused: 'authority' });
  const { authority } = parsed;
  const { hostname, port } = authority;
  if (policy.isSelf(hostname, port)) {
    return {
      kind: 'refuse',
      code: 'proxy_loop_detected',
      text: `CONNECT ${authority.authority} leads back to this proxy.`,
      explained: explain(
        'request-refused',
        { code: 'proxy_loop_detected', inputs: { target: authority.authority }, spec: 'RFC 9110 §7.6.3' },
        { refused: 'loop' },
      ),
    };
  }
  const why = policy.notRead(hostname, port);
  const kind = why === undefined ? 'intercept' : 'tunnel';
  const inputs = { authority: authority.authority, ...(why !== undefined && { why }) };
  const step = { code: kind, inputs, spec: 'RFC 9110 §9.3.6' };
  return { kind, authority, explained: explain(kind, step, why === undefined ? {} : { why }) };
}

function malformed(target: string, problem: string, spec: string, facts: Explained['facts']): ConnectPlan {
  return {
    kind: 'refuse',
    code: 'http_request_error',
    status: 400,
    text: `${problem}.`,
    explained: explain('request-refused', { code: 'request-target', inputs: { target }, spec }, facts),
  };
}

function explain(
  reason: Explained['reason'],
  step: Omit<TraceStep, 'phase' | 'result'>,
  facts: Explained['facts'] = {},
): Explained {
  return { reason, facts, trace: [{ ...step, phase: 'request', result: 'stop' }] };
}
