/** The caches a response came through: client, this proxy, those its fields tell of, and the origin; what does not go together, and what is not understood. */
import { Fragment, useMemo, type JSX } from 'react';
import type { ChainEvidence, ChainHop, HopState } from '../../../proxy-core/contract/chain/chain.ts';
import { chainOfExchange } from '../../../proxy-core/contract/chain/of-exchange.ts';
import type { ExchangeDetail } from '../../../proxy-core/contract/exchange.ts';
import {
  describeHop,
  explainContradiction,
  explainLifetime,
  explainUnknown,
  hopName,
  hopStateWord,
} from '../../../proxy-core/contract/explain/chain.ts';
import { useTexts } from '../../i18n/index.ts';
import { usePrefs } from '../../state/prefs.ts';
import type { TrafficRow } from '../../state/traffic-ring.ts';
import { clip } from '../../ui/format.ts';
import { Icon } from '../../ui/icons.tsx';
import { Quotes } from '../evidence/Quotes.tsx';
import { answeredBy, distinct, hopsOf, KIND_ICONS, LOOKS, ruleOf } from './picture.ts';
import './chain.css';

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** How surely the request came to a hop: drawn, and said in its sentence. */
const reachedClass = (hop: ChainHop): string =>
  hop.kind === 'client' || hop.kind === 'this' || hop.reached === true
    ? ''
    : hop.reached === false
      ? 'not-reached'
      : 'perhaps';

export function ChainTab({ detail, row }: { detail: ExchangeDetail; row: TrafficRow }): JSX.Element {
  const t = useTexts().chain;
  const language = usePrefs((state) => state.language);
  const chain = useMemo(() => chainOfExchange(detail), [detail]);
  if (chain === undefined) return <p className="faint pad">{t.none}</p>;
  const { hops, contradictions, unknown, cut } = chain;
  const answered = answeredBy(chain);
  const from = { key: row.key, tab: 'chain' } as const;
  const quotes = (all: readonly ChainEvidence[], of: string, as?: 'quote' | 'name'): JSX.Element => (
    <Quotes all={distinct(detail, all)} of={of} from={from} stored={null} {...(as && { as })} />
  );
  const ruled = (hop: ChainHop, i: number): JSX.Element | undefined => {
    const rule = ruleOf(hop);
    return rule && quotes([rule], `rule-${i}`, 'quote');
  };
  return (
    <div className="chain">
      {contradictions.length > 0 && (
        <section aria-label={t.contradictions}>
          <ol className="contradictions">
            {contradictions.map((item, i) => (
              <li key={i}>
                <Numbers numbers={[i + 1]} />
                <div className="grow">
                  <div>{capital(explainContradiction(language, chain, item))}</div>
                  {item.kind === 'says-both' && quotes([item.evidence], `both-${i}`)}
                </div>
              </li>
            ))}
          </ol>
        </section>
      )}
      <ol className="hops" aria-label={t.label}>
        {hops.map((hop, i) => (
          <li key={i} className={`hop ${reachedClass(hop)} ${i === answered ? 'answered' : ''}`}>
            {i > 0 && (
              <span className="hop-arrow">
                <Icon name="MISS" size={18} />
              </span>
            )}
            <Hop
              hop={hop}
              answered={i === answered}
              numbers={contradictions.flatMap((item, n) => (hopsOf(item).includes(i) ? [n + 1] : []))}
              rule={ruled(hop, i)}
              read={quotes(hop.evidence, `hop-${i}`, 'name')}
            />
          </li>
        ))}
      </ol>
      {hops.length === 3 && <p className="faint">{t.nobody}</p>}
      {unknown.length > 0 && (
        <section>
          <h2>{t.unknown}</h2>
          <ul className="unknowns">
            {unknown.map((item, i) => (
              <li key={i}>
                <span className="faint">
                  <Icon name="help" size={14} />
                </span>
                <div className="grow">
                  <div>{clip(explainUnknown(language, item))}</div>
                  {quotes([item], `unknown-${i}`)}
                </div>
              </li>
            ))}
          </ul>
        </section>
      )}
      {cut > 0 && <p className="faint">{t.cut(cut)}</p>}
    </div>
  );
}

function Hop({
  hop,
  answered,
  numbers,
  rule,
  read,
}: {
  hop: ChainHop;
  answered: boolean;
  /** Numbers of the contradictions it has a part in. */
  numbers: readonly number[];
  /** The field its lifetime comes from, and those its state was read from. */
  rule: JSX.Element | undefined;
  read: JSX.Element;
}): JSX.Element {
  const t = useTexts().chain;
  const language = usePrefs((state) => state.language);
  const { did, notes } = describeHop(language, hop);
  const hasName = hop.kind !== 'client' && hop.kind !== 'this' && hop.kind !== 'origin';
  return (
    <div className={`hop-box ${LOOKS[hop.state].tone}`}>
      <div className="hop-head">
        <Icon name={KIND_ICONS[hop.kind]} size={16} />
        <span className="grow">
          {hasName && <span className="hop-kind">{t.kinds[hop.kind]}</span>}
          <strong>{hasName ? clip(capital(hopName(language, hop))) : t.kinds[hop.kind]}</strong>
          {hop.pop !== undefined && <span className="faint"> {clip(hop.pop)}</span>}
        </span>
        {numbers.length > 0 && <Numbers numbers={numbers} />}
      </div>
      <States hop={hop} />
      <p>{capital(did)}</p>
      {notes.length > 0 && (
        <ul className="hop-notes">
          {notes.map((note) => (
            <li key={note}>{clip(capital(note))}</li>
          ))}
        </ul>
      )}
      {hop.lifetime !== undefined && (
        <div className="hop-lifetime">
          <Icon name="clock" size={13} />
          <div className="grow">
            <div>{capital(explainLifetime(language, hop, rule === undefined))}</div>
            {rule}
          </div>
        </div>
      )}
      {hop.evidence.length > 0 && (
        <div className="hop-read">
          <span className="faint">{t.read}</span>
          {read}
        </div>
      )}
      {answered && <p className="hop-answered">{t.answered}</p>}
    </div>
  );
}

/** What it did; of one that was not asked this time, that it was not, and what it had done earlier. */
function States({ hop }: { hop: ChainHop }): JSX.Element | null {
  const t = useTexts().chain;
  const language = usePrefs((state) => state.language);
  if (hop.kind === 'client' && hop.state === 'asked') return null;
  const isEarlier = hop.reached === false && hop.kind !== 'origin';
  const badge = (state: HopState, word: string, more = ''): JSX.Element => (
    <span className={`outcome ${LOOKS[state].tone} ${more}`}>
      <Icon name={LOOKS[state].icon} size={12} />
      <span>{word}</span>
    </span>
  );
  const word = hopStateWord(language, hop.state);
  return (
    <div className="hop-state">
      {isEarlier && badge('not-asked', hopStateWord(language, 'not-asked'))}
      {badge(hop.state, isEarlier ? t.earlier(word) : word, isEarlier ? 'earlier' : '')}
      {hop.said !== undefined && <code className="faint">{clip(hop.said)}</code>}
    </div>
  );
}

/** Numbers of contradictions, in the picture and in the list below it. */
function Numbers({ numbers }: { numbers: readonly number[] }): JSX.Element {
  const t = useTexts().chain;
  return (
    <span className="numbers" title={t.contradictions}>
      <Icon name="warning" size={13} />
      <span className="hidden-text">{t.contradictions} </span>
      {numbers.map((number, i) => (
        <Fragment key={number}>
          {i > 0 && ', '}
          {number}
        </Fragment>
      ))}
    </span>
  );
}
