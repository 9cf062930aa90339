/** What surrounds the page once: the kit's few words, and its promise to write no style sheet into the page. */
import { CSPProvider } from '@base-ui/react/csp-provider';
import { createContext, useContext, type JSX, type ReactNode } from 'react';

/** Words the widgets need of themselves, in the language of the page. */
export interface KitWords {
  close: string;
}

const Words = createContext<KitWords>({ close: 'Close' });
export const useKitWords = (): KitWords => useContext(Words);

/** The strict content security policy allows no inline style element, so the widgets may make none. */
export function Kit({ words, children }: { words: KitWords; children: ReactNode }): JSX.Element {
  return (
    <CSPProvider disableStyleElements>
      <Words value={words}>{children}</Words>
    </CSPProvider>
  );
}
