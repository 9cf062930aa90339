/**
 * CodeMirror for reading: colours, folds, line numbers. It comes with the first text that has a language, and lives in a
 * shadow root, where its styles are constructed sheets: the page's policy allows no style elements.
 */
import { codeFolding, foldGutter, foldKeymap, HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import type { Extension } from '@codemirror/state';
import { Compartment, EditorState, RangeSetBuilder, StateEffect, StateField } from '@codemirror/state';
import { Decoration, EditorView, keymap, lineNumbers, ViewPlugin, type DecorationSet } from '@codemirror/view';
import { SearchCursor } from '@codemirror/search';
import { tags } from '@lezer/highlight';
import type { CodeLanguage } from '../worker/code-language.ts';

/** Matches that stand out at a time. */
const MARKS_MAX = 2000;

async function languageOf(name: CodeLanguage): Promise<Extension> {
  switch (name) {
    case 'json':
      return (await import('@codemirror/lang-json')).json();
    case 'html':
      return (await import('@codemirror/lang-html')).html({ autoCloseTags: false, matchClosingTags: false });
    case 'css':
      return (await import('@codemirror/lang-css')).css();
    case 'script':
      return (await import('@codemirror/lang-javascript')).javascript({ jsx: true });
    case 'xml':
      return (await import('@codemirror/lang-xml')).xml();
  }
}

const colours = HighlightStyle.define([
  { tag: [tags.propertyName, tags.attributeName, tags.definition(tags.variableName)], color: 'var(--syntax-key)' },
  { tag: [tags.string, tags.special(tags.string), tags.attributeValue], color: 'var(--syntax-string)' },
  { tag: [tags.number, tags.unit, tags.color], color: 'var(--syntax-number)' },
  { tag: [tags.keyword, tags.bool, tags.null, tags.tagName, tags.atom], color: 'var(--syntax-word)' },
  { tag: [tags.comment, tags.meta, tags.documentMeta, tags.processingInstruction], color: 'var(--text-faint)' },
]);

const theme = EditorView.theme({
  '&': { height: '100%', color: 'var(--text)', fontSize: 'var(--text-sm)' },
  '&.cm-focused': { outline: '2px solid var(--focus)', outlineOffset: '-2px' },
  '.cm-scroller': { fontFamily: 'var(--mono)', fontVariantLigatures: 'no-contextual', lineHeight: '18px' },
  '.cm-content': { padding: '4px 0' },
  '.cm-gutters': { backgroundColor: 'var(--bg)', color: 'var(--text-faint)', border: '0' },
  '.cm-foldGutter .cm-gutterElement': { cursor: 'pointer', padding: '0 4px' },
  '.cm-foldPlaceholder': {
    backgroundColor: 'var(--bg-sunk)',
    border: '1px solid var(--line)',
    color: 'var(--text-soft)',
  },
  '.cm-found': { backgroundColor: 'var(--mark-soft)', outline: '1px solid var(--mark)' },
  '& ::selection': { backgroundColor: 'var(--selection)' },
});

const setSearch = StateEffect.define<string>();
const searched = StateField.define<string>({
  create: () => '',
  update: (before, change) =>
    change.effects.reduce((now, effect) => (effect.is(setSearch) ? effect.value : now), before),
});

const mark = Decoration.mark({ class: 'cm-found' });

/** What is searched stands out where it is seen. */
function marksIn(view: EditorView): DecorationSet {
  const out = new RangeSetBuilder<Decoration>();
  const wanted = view.state.field(searched);
  if (wanted === '') return out.finish();
  let count = 0;
  for (const { from, to } of view.visibleRanges) {
    const cursor = new SearchCursor(view.state.doc, wanted, from, to, (text) => text.toLowerCase());
    while (!cursor.next().done && count++ < MARKS_MAX) out.add(cursor.value.from, cursor.value.to, mark);
  }
  return out.finish();
}

const marks = ViewPlugin.define(
  (view) => ({
    seen: marksIn(view),
    update({ docChanged, viewportChanged, transactions }) {
      const isSearch = transactions.some(({ effects }) => effects.some((effect) => effect.is(setSearch)));
      if (docChanged || viewportChanged || isSearch) this.seen = marksIn(view);
    },
  }),
  { decorations: ({ seen }) => seen },
);

/** A text that is shown. */
export interface Reader {
  search(text: string): void;
  /** Puts this line, from 0, into the middle. */
  showLine(line: number): void;
  wrap(on: boolean): void;
  close(): void;
}

export async function openReader(
  root: ShadowRoot,
  text: string,
  language: CodeLanguage,
  label: string,
): Promise<Reader> {
  const wrapping = new Compartment();
  const state = EditorState.create({
    doc: text,
    extensions: [
      EditorState.readOnly.of(true),
      EditorView.editable.of(false),
      EditorView.contentAttributes.of({ tabindex: '0', 'aria-label': label, 'aria-readonly': 'true' }),
      lineNumbers(),
      foldGutter(),
      codeFolding(),
      keymap.of(foldKeymap),
      syntaxHighlighting(colours),
      theme,
      searched,
      marks,
      wrapping.of([]),
      await languageOf(language),
    ],
  });
  const view = new EditorView({ state, parent: root, root });
  return {
    search: (wanted) => view.dispatch({ effects: setSearch.of(wanted) }),
    showLine(line) {
      if (line >= view.state.doc.lines) return;
      const { from } = view.state.doc.line(line + 1);
      view.dispatch({ effects: EditorView.scrollIntoView(from, { y: 'center' }) });
    },
    wrap: (on) => view.dispatch({ effects: wrapping.reconfigure(on ? EditorView.lineWrapping : []) }),
    close: () => view.destroy(),
  };
}
