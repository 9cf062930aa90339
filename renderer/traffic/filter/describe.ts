/** A filter in plain words, and what is wrong with one that does not parse. Pure. */
import type { Catalogue } from '../../i18n/index.ts';
import type { FilterProblem } from './lex.ts';
import type { FilterNode } from './parse.ts';
import { IS_WORDS } from './terms.ts';

const CONTAINS = new Set(['reason', 'host', 'path', 'url', 'client', 'error']);

function describeTerm(node: Extract<FilterNode, { kind: 'term' }>, t: Catalogue): string {
  const { key, value } = node;
  const words = t.filter;
  if (key === 'is') {
    const known = IS_WORDS.find((item) => item === value.toLowerCase());
    return known === undefined ? value : words.is[known];
  }
  let op = words.op.is;
  if (node.op !== ':' && node.op !== '=') op = words.op[node.op];
  else if (key === 'size' || key === 'time' || key === 'age') op = words.op['>='];
  else if (CONTAINS.has(key) && node.op === ':') op = /[*?]/.test(value) ? words.op.matches : words.op.contains;
  const shown = key === 'cache' || key === 'method' ? value.toUpperCase() : value;
  return `${words.key[key]} ${op} ${shown}`;
}

/** `cache outcome is MISS and not (type is image)`. */
export function describeFilter(node: FilterNode | null, t: Catalogue, inner = false): string {
  if (node === null) return t.traffic.everything;
  switch (node.kind) {
    case 'and':
    case 'or': {
      const text = node.parts
        .map((part) => describeFilter(part, t, true))
        .join(node.kind === 'and' ? t.filter.and : t.filter.or);
      return inner && node.kind === 'or' ? `(${text})` : text;
    }
    case 'not':
      return t.filter.not(describeFilter(node.part, t, true));
    case 'text':
      return t.filter.text(node.text);
    case 'regex':
      return t.filter.regex(node.source);
    case 'term':
      return describeTerm(node, t);
  }
}

export function describeProblem(problem: FilterProblem, t: Catalogue): string {
  return `${t.filter.problem[problem.code](problem.what)} (${t.filter.at(String(problem.at + 1))})`;
}
