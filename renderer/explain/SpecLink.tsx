/** A clause of an RFC, as a link to its text. */
import type { JSX } from 'react';
import { specUrl } from '../../proxy-core/contract/reasons.ts';
import { useTexts } from '../i18n/index.ts';
import { showProblem } from '../state/toasts.ts';

export function SpecLink({ spec }: { spec: string }): JSX.Element {
  const t = useTexts();
  const url = specUrl(spec);
  if (url === undefined) return <span className="faint">{spec}</span>;
  return (
    <a
      className="spec"
      href={url}
      target="_blank"
      rel="noreferrer"
      title={t.app.openSpec(spec)}
      onClick={(event) => {
        const desktop = window.bsdmDesktop;
        if (desktop === undefined) return;
        event.preventDefault();
        desktop.openExternal(url).catch(showProblem);
      }}
    >
      {spec}
    </a>
  );
}
