/** Lines for a terminal, with a button that copies all of them. */
import type { JSX } from 'react';
import { useTexts } from '../i18n/index.ts';
import { copyText } from '../ui/copy.ts';
import { Icon } from '../ui/icons.tsx';

export function Lines({ lines, label }: { lines: readonly string[]; label: string }): JSX.Element {
  const t = useTexts();
  return (
    <div className="line-block">
      <pre tabIndex={0} role="region" aria-label={label}>
        {lines.join('\n')}
      </pre>
      <button
        type="button"
        className="button quiet icon-only"
        aria-label={`${t.app.copy}: ${label}`}
        title={t.clients.terminal.copyAll}
        onClick={() => copyText(lines.join('\n'))}
      >
        <Icon name="copy" size={14} />
      </button>
    </div>
  );
}
