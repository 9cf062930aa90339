/** Names and values below each other, and a value to be copied. */
import type { JSX, ReactNode } from 'react';
import { useTexts } from '../i18n/index.ts';
import { copyText } from './copy.ts';
import { Icon } from './icons.tsx';

export type Fact = [name: string, value: ReactNode];

export function Facts({ facts }: { facts: readonly Fact[] }): JSX.Element {
  return (
    <dl className="facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** A long value, cut off where there is no room, with a button that copies all of it. */
export function Copyable({ text }: { text: string }): JSX.Element {
  const t = useTexts();
  return (
    <span className="with-copy">
      <code className="cut">{text}</code>
      <button
        type="button"
        className="button quiet icon-only"
        aria-label={t.app.copy}
        title={t.app.copy}
        onClick={() => copyText(text)}
      >
        <Icon name="copy" size={13} />
      </button>
    </span>
  );
}
