/** The shape of one language's words about filters: a text missing for a key or a problem does not compile. */
import type { AmountKey, FilterKey, IsWord } from './language.ts';
import type { FilterProblem } from './problem.ts';

export interface FilterWords {
  everything: string;
  and: string;
  or: string;
  not: (text: string) => string;
  /** Free text. */
  text: (text: string) => string;
  regex: (source: string) => string;
  key: Record<Exclude<FilterKey, 'is'>, string>;
  /** A field of a message. */
  field: Record<'request' | 'response' | 'either', (name: string) => string>;
  op: Record<'is' | 'contains' | 'matches' | 'pattern' | 'present' | '>' | '<' | '>=' | '<=', string>;
  /** What `time>1` and the like are counted in is said with the amount. */
  amount: Record<AmountKey, 'size' | 'duration' | 'count'>;
  is: Record<IsWord, string>;
  problem: Record<FilterProblem['code'], (what: string) => string>;
  accepts: (what: string) => string;
  at: (column: string) => string;
}
