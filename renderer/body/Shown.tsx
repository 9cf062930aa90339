/** A body as it was laid out: lines, JSON tree, form, picture. */
import { useMemo, type JSX } from 'react';
import { useTexts } from '../i18n/index.ts';
import { formatBytes } from '../ui/format.ts';
import { CodeView } from './code/CodeView.tsx';
import { EventList } from './EventList.tsx';
import { JsonTree } from './JsonTree.tsx';
import { Lines } from './Lines.tsx';
import type { Laid } from './worker/lay-out.ts';
import { TextLines } from './worker/lines.ts';

/** Characters of a form's value shown. */
const VALUE_MAX = 4000;

const clip = (text: string): string => (text.length > VALUE_MAX ? `${text.slice(0, VALUE_MAX)}…` : text);

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

/** The bytes are not what their type says. */
function NothingRead(): JSX.Element {
  return <p className="faint pad">{useTexts().detail.body_.notOfType}</p>;
}

function LaidLines({
  laid,
  ...rest
}: {
  laid: Extract<Laid, { kind: 'lines' }>;
  search: string;
  line: number;
  label: string;
}): JSX.Element {
  const lines = useMemo(() => new TextLines(laid.lines), [laid]);
  const plain = <Lines lines={lines} {...rest} />;
  return laid.code === undefined ? (
    plain
  ) : (
    <CodeView text={laid.lines.text} language={laid.code} {...rest}>
      {plain}
    </CodeView>
  );
}

/** `line` is the one to scroll to. */
export function Shown({
  laid,
  search,
  line,
  label,
}: {
  laid: Laid;
  search: string;
  line: number;
  label: string;
}): JSX.Element {
  switch (laid.kind) {
    case 'nothing':
      return <NothingRead />;
    case 'form':
      return <FormBody laid={laid} />;
    case 'tree':
      return <JsonTree tree={laid.tree} label={label} />;
    case 'events':
      return <EventList laid={laid.found} label={label} />;
    case 'lines':
      return <LaidLines laid={laid} search={search} line={line} label={label} />;
  }
}

/** What went wrong while a body was laid out goes to the nearest boundary. */
export function Rethrow({ thrown }: { thrown: unknown }): never {
  throw thrown;
}
