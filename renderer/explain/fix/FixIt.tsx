/**
 * Fix it: the smallest change of the response with which the next such request is a hit, as the core found it, what it means for
 * private data, and the lines that make it. Nothing is decided here.
 */
import { useId, useState, type JSX } from 'react';
import {
  explainCannot,
  explainChange,
  explainExposure,
  explainGain,
  explainOrdinary,
  explainStored,
} from '../../../proxy-core/contract/explain/fix.ts';
import type { ExchangeFix, ExposureCode, Fix } from '../../../proxy-core/contract/fix/fix.ts';
import { linesFor } from '../../../proxy-core/contract/fix/lines/lines.ts';
import { SERVERS } from '../../../proxy-core/contract/fix/lines/servers.ts';
import { useTexts } from '../../i18n/index.ts';
import { setPrefs, usePrefs } from '../../state/prefs.ts';
import { copyText } from '../../ui/copy.ts';
import { Icon } from '../../ui/icons.tsx';
import { SERVER_NAMES } from './server-names.ts';
import './fix.css';

/** Not about anybody's data. */
const NOT_PRIVATE: ReadonlySet<ExposureCode> = new Set<ExposureCode>(['drops-cookie', 'vary', 'was-no-cache']);

/** The card over an answer. */
export function FixCard({ fix, url }: { fix: ExchangeFix; url: string }): JSX.Element | null {
  const t = useTexts();
  const language = usePrefs((state) => state.language);
  const title = useId();
  if (fix.kind === 'none' && fix.why === 'hit') return null;
  return (
    <section className="card fix" aria-labelledby={title} data-testid="fix-it">
      <h2 id={title}>{t.fix.title}</h2>
      {fix.kind === 'none' && <p>{explainStored(language, fix.seconds)}</p>}
      {fix.kind === 'cannot' && (
        <>
          <p>{explainCannot(language, fix.code)}</p>
          {fix.ordinary !== undefined && <p>{explainOrdinary(language, fix.ordinary.length === 0)}</p>}
          {fix.ordinary !== undefined && fix.ordinary.length > 0 && <Changes fixes={fix.ordinary} url={url} />}
        </>
      )}
      {fix.kind === 'fix' && <Changes fixes={fix.fixes} url={url} varied={fix.varied} />}
    </section>
  );
}

function Changes({
  fixes,
  url,
  varied,
}: {
  fixes: readonly Fix[];
  url: string;
  varied?: string | undefined;
}): JSX.Element | null {
  const t = useTexts();
  const language = usePrefs((state) => state.language);
  const [chosen, setChosen] = useState(0);
  const fix = fixes[Math.min(chosen, fixes.length - 1)];
  if (fix === undefined) return null;
  return (
    <>
      {fixes.length > 1 && (
        <div className="segmented" role="group" aria-label={t.fix.choose}>
          {fixes.map((_, n) => (
            <button key={n} type="button" aria-pressed={n === chosen} onClick={() => setChosen(n)}>
              {n === 0 ? t.fix.smallest : t.fix.withoutCookie}
            </button>
          ))}
        </div>
      )}
      <p className="fix-change">{explainChange(language, fix.edits)}</p>
      <p className="soft">{explainGain(language, fix, varied).join(' ')}</p>
      {fix.exposes.length > 0 && <Warnings fix={fix} />}
      <CopyLines fix={fix} url={url} />
    </>
  );
}

function Warnings({ fix }: { fix: Fix }): JSX.Element {
  const t = useTexts();
  const language = usePrefs((state) => state.language);
  const title = useId();
  const isPrivate = fix.exposes.some(({ code }) => !NOT_PRIVATE.has(code));
  return (
    <div className={isPrivate ? 'fix-warning private' : 'fix-warning'} role="group" aria-labelledby={title}>
      <h3 id={title}>
        <Icon name={isPrivate ? 'lock' : 'warning'} size={14} />
        {isPrivate ? t.fix.privateData : t.fix.mind}
      </h3>
      <ul>
        {fix.exposes.map((exposure) => (
          <li key={exposure.code}>{explainExposure(language, exposure)}</li>
        ))}
      </ul>
    </div>
  );
}

function CopyLines({ fix, url }: { fix: Fix; url: string }): JSX.Element {
  const t = useTexts();
  const server = usePrefs((state) => state.fixServer);
  const label = useId();
  const lines = linesFor(server, fix.edits, url);
  return (
    <>
      <div className="fix-server">
        <label htmlFor={label}>{t.fix.server}</label>
        <select
          id={label}
          className="input"
          value={server}
          onChange={(event) => {
            const next = SERVERS.find((name) => name === event.target.value);
            if (next !== undefined) setPrefs({ fixServer: next });
          }}
        >
          {SERVERS.map((name) => (
            <option key={name} value={name}>
              {SERVER_NAMES[name]}
            </option>
          ))}
        </select>
        <button type="button" className="button" onClick={() => copyText(lines)}>
          <Icon name="copy" size={14} />
          {t.app.copy}
        </button>
      </div>
      <pre className="fix-lines" tabIndex={0} role="region" aria-label={t.fix.linesFor(SERVER_NAMES[server])}>
        {lines}
      </pre>
      <p className="faint">
        {t.fix.where[server]} {t.fix.pathOnly}
      </p>
    </>
  );
}
