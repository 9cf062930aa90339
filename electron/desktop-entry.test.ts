import { expect, test } from 'vitest';
import { desktopEntry } from './desktop-entry.ts';

test('quotes what a desktop would read otherwise', () => {
  expect(desktopEntry(['/opt/a b/100% "x" $HOME\\y', '--hidden'])).toContain(
    'Exec="/opt/a b/100%% \\\\"x\\\\" \\\\$HOME\\\\\\\\y" "--hidden"\n',
  );
});
