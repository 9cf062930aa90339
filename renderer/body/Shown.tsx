/** A body as it was laid out: lines, JSON tree, form, picture. */
import { useEffect, useMemo, useState, type JSX } from 'react';
import { useTexts } from '../i18n/index.ts';
import { formatBytes } from '../ui/format.ts';
import { EventList } from './EventList.tsx';
import { JsonTree } from './JsonTree.tsx';
import { Lines } from './Lines.tsx';
import type { Laid } from './worker/lay-out.ts';
import { TextLines } from './worker/lines.ts';

/** Characters of a form's value shown. */
const VALUE_MAX = 4000;

const clip = (text: string): string => (text.length > VALUE_MAX ? `${text.slice(0, VALUE_MAX)}…` : text);

export function ImageBody({ bytes, type }: { bytes: Uint8Array; type: string }): JSX.Element {
  const [size, setSize] = useState('');
  const [url, setUrl] = useState<string | null>(null);
  useEffect(() => {
    const made = URL.createObjectURL(new Blob([new Uint8Array(bytes)], { type }));
    const timer = setTimeout(() => setUrl(made), 0);
    return () => {
      clearTimeout(timer);
      URL.revokeObjectURL(made);
    };
  }, [bytes, type]);
  return (
    <figure className="image-body">
      {url !== null && (
        <img
          src={url}
          alt=""
          onLoad={(event) => setSize(`${event.currentTarget.naturalWidth} × ${event.currentTarget.naturalHeight}`)}
        />
      )}
      <figcaption className="faint">{size}</figcaption>
    </figure>
  );
}

function FormBody({ laid }: { laid: Extract<Laid, { kind: 'form' }> }): JSX.Element {
  const t = useTexts();
  return (
    <>
      <table className="fields">
        <tbody>
          {laid.pairs.map(([name, value], index) => (
            <tr key={index}>
              <th scope="row">{clip(name)}</th>
              <td>{clip(value)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {laid.left > 0 && <p className="faint pad">{t.detail.body_.left(formatBytes(laid.left))}</p>}
    </>
  );
}

function LaidLines({
  laid,
  ...rest
}: {
  laid: Extract<Laid, { kind: 'lines' }>;
  search: string;
  first: number;
  label: string;
}): JSX.Element {
  const lines = useMemo(() => new TextLines(laid.lines), [laid]);
  return <Lines lines={lines} {...rest} />;
}

/** `first` is the line of the first match. */
export function Shown({
  laid,
  search,
  first,
  label,
}: {
  laid: Laid;
  search: string;
  first: number;
  label: string;
}): JSX.Element | null {
  switch (laid.kind) {
    case 'nothing':
      return null;
    case 'form':
      return <FormBody laid={laid} />;
    case 'tree':
      return <JsonTree tree={laid.tree} label={label} />;
    case 'events':
      return <EventList laid={laid.found} label={label} />;
    case 'lines':
      return <LaidLines laid={laid} search={search} first={first} label={label} />;
  }
}

/** What went wrong while a body was laid out goes to the nearest boundary. */
export function Rethrow({ thrown }: { thrown: unknown }): never {
  throw thrown;
}
