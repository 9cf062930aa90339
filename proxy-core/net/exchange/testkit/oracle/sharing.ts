/** May another request be answered by what is on its way (RFC 9111 §4)? */
import { requestDirectives } from './directives.ts';
import { valueOf, type Asked } from './fields.ts';
import type { Exchange, Flight } from './flights.ts';
import { CONDITIONS, selects } from './planning.ts';
import type { Settings } from './settings.ts';
import { leftMs, mustAsk } from './stored.ts';

/** Conditions and ranges are about this client's copy; If-Range alone says nothing. */
const OWN = [...CONDITIONS.filter((name) => name !== 'if-range'), 'range'];
const WISHES = ['no-cache', 'max-age', 'min-fresh'];

export function mayShare(
  asked: Asked,
  { leader, ticket }: Flight,
  { ignoreClientControl }: Settings,
  nowMs: number,
): boolean {
  if (ticket === undefined || asked.content !== undefined) return false;
  if (asked.method !== leader.asked.method || asked.url !== leader.asked.url) return false;
  const { stored } = ticket;
  if (mustAsk(stored) || stored.part !== undefined || stored.lifetime.seconds <= 0) return false;
  if (leftMs(stored, nowMs) < 0) return false;
  const said = requestDirectives(asked.fields).has;
  if (said.has('no-store') || (!ignoreClientControl && WISHES.some((name) => said.has(name)))) return false;
  return !OWN.some((name) => valueOf(asked.fields, name) !== undefined) && selects(stored, asked.fields);
}

/** Did it ask for nothing of its own: no condition, no part, no new answer? */
export const isPlain = ({ asked, plan }: Exchange): boolean =>
  plan.kind !== 'bypass' &&
  !['no-cache', 'max-age'].some((name) => requestDirectives(asked.fields).has.has(name)) &&
  (plan.kind === 'validate' || !OWN.some((name) => valueOf(asked.fields, name) !== undefined));
