/** What page and desktop shell tell each other besides the core: the language they speak, and a place that the shell wants shown. */
import type { DesktopApi } from '../../electron/desktop-api.ts';
import { useConnection } from '../state/connection.ts';
import { setPrefs, usePrefs } from '../state/prefs.ts';
import { openDetails, setFilterText } from '../state/selection.ts';
import { showProblem } from '../state/toasts.ts';

export function followDesktop(desktop: DesktopApi): void {
  desktop.setLanguage(usePrefs.getState().language);
  usePrefs.subscribe(({ language }, before) => {
    if (language !== before.language) desktop.setLanguage(language);
  });
  desktop.onUpdate((update) => useConnection.setState({ update }));
  desktop.onGoTo(({ view, row, filter, file }) => {
    setPrefs({ view });
    if (file !== undefined)
      void import('../sessions/open.ts').then(({ openPath }) => openPath(file)).catch(showProblem);
    if (filter !== undefined) setFilterText(filter);
    if (row !== undefined) openDetails(row);
  });
}
