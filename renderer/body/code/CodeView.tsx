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

export function CodeView({ text, language, search, line, label, children }: CodeViewProps): JSX.Element {
  const b = useTexts().detail.body_;
  const host = useRef<HTMLDivElement>(null);
  const [reader, setReader] = useState<Reader | null>(null);
  const [wraps, setWraps] = useState(false);
  useEffect(() => {
    const element = host.current;
    if (element === null) return;
    let current = true;
    let opened: Reader | null = null;
    const open = async (): Promise<void> => {
      const { openReader } = await import('./editor.ts');
      const root = element.shadowRoot ?? element.attachShadow({ mode: 'open' });
      const made = await openReader(root, text, language, label);
      if (!current) return made.close();
      opened = made;
      setReader(made);
    };
    // Without the editor the lines stay.
    open().catch(() => undefined);
    return () => {
      current = false;
      opened?.close();
      setReader(null);
    };
  }, [text, language, label]);
  useEffect(() => reader?.search(search), [reader, search]);
  useEffect(() => {
    if (line >= 0) reader?.showLine(line);
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
