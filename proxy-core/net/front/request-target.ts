/**
 * What a request asks for, by the connection it came on (RFC 9112 §3.3). A client that knows it speaks to a proxy sends
 * the whole URL; on an adopted connection scheme and authority come from the context, and Host may not say otherwise.
 */
import { shorten } from '../../http/host.ts';
import { parseTarget, type TargetResult } from '../../http/target.ts';
import type { ConnectionContext } from './front.ts';

/** Which server a request was for, and which the connection. */
export interface Misdirected {
  host: string;
  authority: string;
}

/** A target, or why there is none; 421 when it is for another server than the connection is for (RFC 9110 §7.4). */
export type ResolvedTarget =
  Extract<TargetResult, { ok: true }> | { ok: false; status: 400 | 421; problem: string; misdirected?: Misdirected };

/** Resolves a request target; `host` is the value of the Host field. Pure. */
export function resolveTarget(
  target: string,
  method: string,
  context: ConnectionContext | undefined,
  host: string | undefined,
): ResolvedTarget {
  if (context === undefined) {
    const parsed = parseTarget(target);
    return parsed.ok ? parsed : refused(parsed.problem);
  }
  const { scheme } = context;
  const authority = context.authority ?? host;
  if (authority === undefined || authority === '') return refused('the request names no host');
  const server = parseServer(scheme, authority);
  if (!server.ok) return server;
  if (host !== undefined && context.authority !== undefined) {
    const asked = parseServer(scheme, host);
    if (!asked.ok) return asked;
    if (asked.target.host !== server.target.host) return misdirected(host, server.target.host);
  }
  const isOriginForm = target.startsWith('/');
  if (isOriginForm) return or400(parseTarget(server.target.origin + target));
  if (target === '*') {
    return method === 'OPTIONS'
      ? or400(parseTarget(server.target.origin))
      : refused('only OPTIONS asks about a server as a whole (RFC 9112 §3.2.4)');
  }
  // A server takes the absolute form too (RFC 9112 §3.2.2), of itself.
  const absolute = or400(parseTarget(target));
  if (absolute.ok && absolute.target.origin !== server.target.origin)
    return misdirected(absolute.target.origin, server.target.origin);
  return absolute;
}

function parseServer(scheme: string, authority: string): ResolvedTarget {
  const parsed = or400(parseTarget(`${scheme}://${authority}/`));
  // Something of the text went into the path.
  if (parsed.ok && parsed.target.path !== '/')
    return refused(`${JSON.stringify(shorten(authority))} is not a host with an optional port`);
  return parsed;
}

function or400(result: TargetResult): ResolvedTarget {
  return result.ok ? result : refused(result.problem);
}

function refused(problem: string): ResolvedTarget {
  return { ok: false, status: 400, problem };
}

function misdirected(asked: string, authority: string): ResolvedTarget {
  const host = shorten(asked);
  return {
    ok: false,
    status: 421,
    problem: `the request is for ${JSON.stringify(host)}, the connection for ${authority}`,
    misdirected: { host, authority },
  };
}
