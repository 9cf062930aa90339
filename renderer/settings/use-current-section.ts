/** Which section of a long page one is in. */
import { useRef, useState, type RefObject } from 'react';

/** A section counts once its head has come this near to the top, px. */
const NEAR = 80;

/** The last section whose head is at the top or above it; at the end of the page the last of all. Pure. */
export function sectionAt<S extends string>(
  sections: readonly { id: S; top: number }[],
  { scrollTop, clientHeight, scrollHeight }: { scrollTop: number; clientHeight: number; scrollHeight: number },
): S | undefined {
  if (scrollTop > 0 && scrollTop + clientHeight >= scrollHeight - 1) return sections.at(-1)?.id;
  return sections.filter(({ top }) => top <= NEAR).at(-1)?.id ?? sections[0]?.id;
}

/** Follows the scrolling of an element that holds elements with the ids `settings-…`. */
export function useCurrentSection<S extends string>(
  ids: readonly S[],
): { scroll: RefObject<HTMLDivElement | null>; current: S | undefined; onScroll: () => void } {
  const scroll = useRef<HTMLDivElement>(null);
  const [current, setCurrent] = useState<S | undefined>(ids[0]);
  function onScroll(): void {
    const element = scroll.current;
    if (element === null) return;
    const edge = element.getBoundingClientRect().top;
    const sections = ids.flatMap((id) => {
      const section = document.getElementById(`settings-${id}`);
      return section === null ? [] : [{ id, top: section.getBoundingClientRect().top - edge }];
    });
    setCurrent(sectionAt(sections, element));
  }
  return { scroll, current, onScroll };
}
