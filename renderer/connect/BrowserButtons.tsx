/** One button for each browser found; opens it on a profile of its own. */
import { useState, type JSX } from 'react';
import type { BrowserFamily } from '../../proxy-core/contract/clients.ts';
import { useTexts } from '../i18n/index.ts';
import { useConnection } from '../state/connection.ts';
import { openBrowser } from './actions.ts';

/** `url` is the page to begin with; `most` browsers are offered. */
export function BrowserButtons({ url, most }: { url?: string | undefined; most?: number }): JSX.Element | null {
  const t = useTexts();
  const b = t.clients.browsers;
  const clients = useConnection((state) => state.clients);
  const setting = useConnection((state) => state.settings?.intercept ?? null);
  const [opening, setOpening] = useState<BrowserFamily | null>(null);
  if (clients === null || setting === null) return null;
  const offersRead = setting.value === 'off' && !setting.locked;

  function open(family: BrowserFamily, read: boolean): void {
    setOpening(family);
    void openBrowser(family, { read, ...(url !== undefined && { url }) }).finally(() => setOpening(null));
  }
  return (
    <div className="browser-buttons">
      {clients.found.slice(0, most).map(({ family, name, path }, index) => (
        <span key={family} className="browser-choice">
          <button
            type="button"
            className={`button ${index === 0 ? 'primary' : ''}`}
            data-testid={`open-${family}`}
            title={path}
            disabled={opening !== null || clients.problem !== undefined}
            onClick={() => open(family, offersRead)}
          >
            {opening === family ? b.opening : offersRead ? b.openAndRead(name) : b.open(name)}
          </button>
          {offersRead && most === undefined && (
            <button
              type="button"
              className="button quiet"
              disabled={opening !== null || clients.problem !== undefined}
              onClick={() => open(family, false)}
            >
              {b.open(name)}
            </button>
          )}
        </span>
      ))}
    </div>
  );
}
