/** The fields an explanation rests on, quoted: each leads to where it stands, or is plain text when that is gone. */
import { useRef, type JSX } from 'react';
import type { EntryDetail } from '../../../proxy-core/contract/entry.ts';
import { findStored, type Evidence } from '../../../proxy-core/contract/explain/evidence/locate.ts';
import { useTexts } from '../../i18n/index.ts';
import { jumpTo, type Destination, type ExplainingTab } from '../../state/jump.ts';
import { Icon } from '../../ui/icons.tsx';
import './evidence.css';
import { useReturn } from './use-jump-back.tsx';

/** Longest quote that is drawn. */
const QUOTE_MAX = 120;

const short = (text: string): string => (text.length > QUOTE_MAX ? `${text.slice(0, QUOTE_MAX)}…` : text);

/** Names of fields whose value is a secret: only what tells the kind of it is quoted outside the head itself. */
const SECRETS: Record<string, (quote: string) => string> = {
  authorization: (quote) => `${quote.trimStart().split(' ', 1)[0] ?? ''} …`,
  cookie: () => '…',
  'set-cookie': (quote) => `${quote.split('=', 1)[0] ?? ''}=…`,
};

/** What is shown of a quote. */
function shownQuote({ field, quote, place }: Evidence): string | undefined {
  if (quote === undefined) return undefined;
  const lower = field.toLowerCase();
  const cut = (Object.hasOwn(SECRETS, lower) ? SECRETS[lower] : undefined)?.(quote) ?? short(quote);
  if (place === undefined) return cut;
  return `${place.from > 0 ? '… ' : ''}${cut}${place.to < place.line[1].length ? ' …' : ''}`;
}

/** Where a quoted field leads; undefined when what it stood in is gone. */
function destinationOf({ place, stored: ref }: Evidence, stored: EntryDetail | null): Destination | undefined {
  if (place !== undefined) return { kind: 'line', place };
  if (ref === undefined || stored === null || findStored(stored.fields, ref) === undefined) return undefined;
  return { kind: 'stored', entryId: stored.entry.id, ref };
}

export function Quotes({
  all,
  of,
  from,
  stored,
  as = 'full',
}: {
  all: readonly Evidence[];
  /** Names the explanation within its tab. */
  of: string;
  from: { key: number; tab: ExplainingTab };
  /** The stored response that was looked at, if it is still there. */
  stored: EntryDetail | null;
  /** `quote` leaves out which message it is, `name` draws the field's name alone. */
  as?: 'full' | 'quote' | 'name';
}): JSX.Element | null {
  const t = useTexts().evidence;
  const list = useRef<HTMLUListElement>(null);
  useReturn(list, from);
  if (all.length === 0) return null;
  return (
    <ul ref={list} className="quotes" aria-label={t.rests}>
      {all.map((evidence, index) => {
        const name = `${of}-${index}`;
        const quote = shownQuote(evidence);
        const to = destinationOf(evidence, stored);
        const told = quote !== undefined && (
          <>
            : <b>{quote}</b>
          </>
        );
        const body = (
          <>
            {as === 'full' && <span className="quote-where">{t.messages[evidence.message]}</span>}
            <code>
              {short(evidence.field)}
              {as === 'name' ? <span className="hidden-text">{told}</span> : told}
            </code>
          </>
        );
        return (
          <li key={name}>
            {to === undefined ? (
              <span className="quote" title={t.gone}>
                {body}
              </span>
            ) : (
              <button
                type="button"
                className="quote leads"
                data-quote={name}
                title={`${as === 'name' ? `${short(evidence.field)}: ${quote ?? ''}\n` : ''}${to.kind === 'stored' ? t.showStored : t.show[to.place.side]}`}
                onClick={({ currentTarget }) =>
                  jumpTo(
                    {
                      ...from,
                      quote: name,
                      scrollTop: currentTarget.closest('[role=tabpanel]')?.scrollTop ?? 0,
                    },
                    to,
                  )
                }
              >
                {body}
                <Icon name={to.kind === 'stored' ? 'cache' : 'chevronRight'} size={12} />
              </button>
            )}
          </li>
        );
      })}
    </ul>
  );
}
