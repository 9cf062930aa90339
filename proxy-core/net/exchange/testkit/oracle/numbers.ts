/** Numbers an exchange may be told with, by what they mean; of several each is true. Spans in seconds. */
export type Role =
  | 'age'
  | 'lifetime'
  | 'left'
  | 'stale'
  | 'since'
  | 'ageAtStart'
  | 'maxAge'
  | 'minFresh'
  | 'maxStale'
  | 'whileRevalidating'
  | 'ifError'
  | 'size'
  | 'limit'
  | 'status'
  | 'sent';

export type Numbers = Partial<Record<Role, readonly number[]>>;

/** The later ones take the place of the earlier. */
export const join = (...all: readonly (Numbers | undefined)[]): Numbers => Object.assign({}, ...all) as Numbers;
