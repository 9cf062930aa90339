/** A text with colours and folds. Until the editor is there, and where it cannot be loaded, the lines alone. */
import { useEffect, useRef, useState, type JSX, type ReactNode } from 'react';
import { useTexts } from '../../i18n/index.ts';
import type { CodeLanguage } from '../worker/code-language.ts';
import type { Reader } from './editor.ts';

interface CodeViewProps {
  text: string;
  language: CodeLanguage;
  search: string;
  /** Line to scroll to, from 0; -1 for none. */
  line: number;
  label: string;
  /** Shown until the editor is there. */
  children: ReactNode;
}

/** An editor, and what it shows. */
interface Open {
  reader: Reader;
  text: string;
  language: CodeLanguage;
  label: string;
}

/** Open editors by their places: one in a view that was left stays as it is, with its folds and where it was scrolled to. */
const open = new Map<HTMLElement, Open>();

/** Closes those whose place is gone from the page; that of a hidden one is not. */
function closeGone(): void {
  for (const [element, { reader }] of open) {
    if (element.isConnected) continue;
    reader.close();
    open.delete(element);
  }
}

export function CodeView({ text, language, search, line, label, children }: CodeViewProps): JSX.Element {
  const b = useTexts().detail.body_;
  const host = useRef<HTMLDivElement>(null);
  const [made, setMade] = useState<Open | null>(null);
  const [wraps, setWraps] = useState(false);
  const reader = made?.text === text && made.language === language && made.label === label ? made.reader : null;
  useEffect(() => {
    const element = host.current;
    if (element === null) return;
    closeGone();
    const known = open.get(element);
    let current = true;
    const begin = async (): Promise<void> => {
      const { openReader } = await import('./editor.ts');
      if (!current) return;
      const root = element.shadowRoot ?? element.attachShadow({ mode: 'open' });
      const next = { reader: await openReader(root, text, language, label), text, language, label };
      if (!current) return next.reader.close();
      open.set(element, next);
      setMade(next);
    };
    if (known?.text !== text || known.language !== language || known.label !== label) {
      known?.reader.close();
      open.delete(element);
      // Without the editor the lines stay.
      begin().catch(() => undefined);
    }
    return () => {
      current = false;
      // Taken out of the page or only hidden: known a moment later.
      setTimeout(closeGone);
    };
  }, [text, language, label]);
  useEffect(() => reader?.search(search), [reader, search]);
  const shown = useRef<{ reader: Reader; line: number } | null>(null);
  useEffect(() => {
    if (reader === null || (shown.current?.reader === reader && shown.current.line === line)) return;
    shown.current = { reader, line };
    if (line >= 0) reader.showLine(line);
  }, [reader, line]);
  useEffect(() => reader?.wrap(wraps), [reader, wraps]);
  return (
    <>
      {reader === null && children}
      <div ref={host} className="code" data-testid="code" hidden={reader === null} />
      {reader !== null && (
        <button type="button" className="button code-wrap" aria-pressed={wraps} onClick={() => setWraps(!wraps)}>
          {b.wrap}
        </button>
      )}
    </>
  );
}
