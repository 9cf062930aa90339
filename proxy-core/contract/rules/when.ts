/** The filter language where rules run: what is known there can be asked, the rest is refused with what is known. */
import type { StageName } from '../exchange.ts';
import { describeProblem } from '../filter/describe.ts';
import type { Scope } from '../filter/language.ts';
import { parseFilter, type ParsedFilter } from '../filter/parse.ts';
import type { Reading } from '../filter/terms.ts';
import type { Language } from '../wording/language.ts';
import { seesResponse } from './rule.ts';
import type { RuleSubject } from './subject.ts';

const authorityOf = (url: string): string => {
  const from = url.indexOf('://') + 3;
  const slash = url.indexOf('/', from);
  return url.slice(from, slash < 0 ? url.length : slash);
};
const pathOf = (url: string): string => {
  const slash = url.indexOf('/', url.indexOf('://') + 3);
  return slash < 0 ? '/' : url.slice(slash);
};

/** Of a request nothing is known yet but what it is. */
const REQUEST: Scope<RuleSubject> = {
  name: 'request',
  texts: {
    host: ({ url }) => authorityOf(url),
    path: ({ url }) => pathOf(url),
    url: ({ url }) => url,
    client: ({ client }) => client,
  },
  amounts: {},
  method: ({ method }) => method,
  is: {},
  free: [],
  fields: ['req.', 'header.'],
  bodies: [],
};

/** Of a response its head is there; its content is still to come. */
const RESPONSE: Scope<RuleSubject> = {
  ...REQUEST,
  name: 'response',
  status: ({ status }) => status,
  type: ({ responseFields }) => (responseFields === undefined ? undefined : combined(responseFields, 'content-type')),
  fields: ['req.', 'res.', 'header.'],
};

function parse(when: string, where: StageName): ParsedFilter<RuleSubject> {
  return parseFilter(when, seesResponse(where) ? RESPONSE : REQUEST);
}

/** What is wrong with a filter at a place, if anything. */
export function checkWhen(when: string, where: StageName, language: Language = 'en'): string | undefined {
  const parsed = parse(when, where);
  return parsed.ok ? undefined : describeProblem(parsed.problem, language);
}

/** The test of a filter; throws an Error with {@link checkWhen}'s words. */
export function compileWhen(when: string, where: StageName): (subject: RuleSubject) => boolean {
  const parsed = parse(when, where);
  if (!parsed.ok) throw new Error(describeProblem(parsed.problem, 'en'));
  const { filter } = parsed;
  if (filter === null) return () => true;
  const { readings } = filter;
  if (readings.length === 0) return (subject) => filter.decide(subject) === true;
  return (subject) => filter.decide(subject, (place) => readField(readings[place]!, subject)) === true;
}

/** All lines of a name as one (RFC 9110 §5.3); `name` in lower case. */
function combined(fields: readonly string[], name: string): string | undefined {
  let out: string | undefined;
  for (let i = 0; i + 1 < fields.length; i += 2)
    if (fields[i]!.toLowerCase() === name) out = out === undefined ? fields[i + 1]! : `${out}, ${fields[i + 1]!}`;
  return out;
}

/** A field that is not there answers no question. */
function readField({ side, name, test }: Reading, { requestFields, responseFields }: RuleSubject): boolean {
  const asked = side === 'response' ? undefined : combined(requestFields, name);
  if (asked !== undefined && test(asked)) return true;
  const answered = side === 'request' || responseFields === undefined ? undefined : combined(responseFields, name);
  return answered !== undefined && test(answered);
}
