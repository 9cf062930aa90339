/** How bodies of a type were looked at last: the next one of that type in the same place is shown so, too. */
import { create } from 'zustand';
import type { BodyMode } from '../body/worker/kinds.ts';

/** So many types are remembered. */
const TYPES_MAX = 100;

type Chosen = ReadonlyMap<string, BodyMode>;

/** `of` names place and media type. The newest stands last, the oldest goes. Pure. */
export function withMode(chosen: Chosen, of: string, mode: BodyMode): Chosen {
  const next = new Map(chosen);
  next.delete(of);
  next.set(of, mode);
  for (const oldest of next.keys()) {
    if (next.size <= TYPES_MAX) break;
    next.delete(oldest);
  }
  return next;
}

const useChosen = create<{ modes: Chosen }>()(() => ({ modes: new Map() }));

/** The mode chosen for bodies of this type in this place, and how to choose another; null when none was. */
export function useChosenMode(place: string, mediaType: string): [BodyMode | null, (mode: BodyMode) => void] {
  const of = `${place} ${mediaType}`;
  return [
    useChosen(({ modes }) => modes.get(of) ?? null),
    (mode) => useChosen.setState(({ modes }) => ({ modes: withMode(modes, of, mode) })),
  ];
}
