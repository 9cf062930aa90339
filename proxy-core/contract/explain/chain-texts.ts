/** The shape of one language's words for the chain of caches. */
import type { ChainHop, Contradiction, HopState, LifetimeRule, UnknownField } from '../chain/chain.ts';
import { PRODUCTS } from '../chain/products.ts';

export interface ChainTexts {
  who: (hop: ChainHop) => string;
  states: Record<HopState, string>;
  /** What it did, now or then. */
  did: (hop: ChainHop) => string;
  /** What else it says. */
  notes: (hop: ChainHop) => string[];
  lifetime: (hop: ChainHop, rule: LifetimeRule, withSource: boolean) => string;
  contradiction: (contradiction: Contradiction, who: (hop: number) => string) => string;
  unknown: (why: UnknownField['why'], line: string) => string;
}

/** `Fastly cache-fra-eddf8230091`; empty when it gives neither product nor name. */
export function nameOf({ product, name }: ChainHop): string {
  const title = product === undefined ? '' : PRODUCTS[product].title;
  if (name === undefined || name.toLowerCase() === title.toLowerCase()) return title;
  return title === '' || name.startsWith(`${title} `) ? name : `${title} ${name}`;
}

/** `Cache-Control: max-age=60`, as it stands. */
export function ruleSource({ field, directive, evidence }: LifetimeRule): string {
  if (field === '') return directive;
  return `${field}: ${evidence?.part ?? evidence?.value ?? directive}`;
}
