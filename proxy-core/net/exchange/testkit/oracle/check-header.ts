/** Cache-Status (RFC 9211), read with a structured-field parser that is not ours. */
import { isInnerList, parseList, Token } from 'structured-headers';
import type { ExpectedHeader } from './expected.ts';
import type { Tally } from './tally.ts';

const FORWARDS = ['bypass', 'method', 'uri-miss', 'vary-miss', 'miss', 'request', 'stale', 'partial'];

const isWhole = (value: unknown): boolean => typeof value === 'number' && Number.isInteger(value);
/** Parameters of RFC 9211 §2 and what each may be. */
const PARAMETERS: Record<string, (value: unknown) => boolean> = {
  hit: (value) => typeof value === 'boolean',
  fwd: (value) => value instanceof Token && FORWARDS.includes(value.toString()),
  'fwd-status': (value) => isWhole(value) && Number(value) >= 100 && Number(value) < 600,
  ttl: isWhole,
  stored: (value) => typeof value === 'boolean',
  collapsed: (value) => typeof value === 'boolean',
  key: (value) => typeof value === 'string',
  detail: (value) => typeof value === 'string' || value instanceof Token,
};

/** Our member's parameters; undefined when the field does not parse, or is not one member of ours. */
function parametersOf(text: string): ReadonlyMap<string, unknown> | undefined {
  try {
    const list = parseList(text);
    const [member] = list;
    if (member === undefined || list.length !== 1 || isInnerList(member)) return undefined;
    return member[0] instanceof Token && member[0].toString() === 'BSDM-Proxy' ? member[1] : undefined;
  } catch {
    return undefined;
  }
}

/** Holds the field against what happened; answers its `detail`. */
export function checkHeader(text: string, expected: ExpectedHeader, about: string, tally: Tally): string | undefined {
  const given = parametersOf(text);
  tally.checked('cache-status parses');
  if (given === undefined) {
    tally.contradict('cache-status parses', `${about}: ${text}`);
    return undefined;
  }
  for (const [name, value] of given) {
    tally.checked('cache-status types');
    if (PARAMETERS[name]?.(value) !== true) tally.contradict('cache-status types', `${about}: ${name} in ${text}`);
  }
  const said = (name: string): unknown => {
    const value = given.get(name);
    return value instanceof Token ? value.toString() : value;
  };
  tally.same('hit', about, said('hit') ?? false, expected.hit);
  tally.same('fwd', about, said('fwd'), expected.fwd);
  tally.same('fwd-status', about, said('fwd-status'), expected.fwdStatus);
  tally.same('stored', about, said('stored') ?? false, expected.stored);
  tally.same('collapsed', about, said('collapsed') ?? false, expected.collapsed);
  tally.same('ttl', about, said('ttl'), expected.ttl);
  return String(said('detail'));
}
