/** JSON as a tree that folds, a row for each node: only rows that are seen are drawn, values stand as they were sent. */
import { useMemo, useRef, useState, type JSX, type KeyboardEvent } from 'react';
import { useTexts } from '../i18n/index.ts';
import { copyText } from '../ui/copy.ts';
import { Icon } from '../ui/icons.tsx';
import { useRows } from '../grid/use-rows.ts';
import { depthsOf, nameOf, openAtFirst, pathOf, rawOf, visibleNodes } from './tree-rows.ts';
import { LEAF, OBJECT, unquote, type JsonTree as Tree } from './worker/json.ts';

const ROW_HEIGHT = 20;
/** Levels that are indented; deeper ones stand like the last. */
const INDENTED = 40;
const INDENT = 16;
/** Characters of a value in its row, and below the tree. */
const ROW_CHARS = 300;
const VALUE_CHARS = 64 * 1024;

const kindOf = (raw: string): string => (raw.startsWith('"') ? 'j-string' : /^[-\d]/.test(raw) ? 'j-number' : 'j-word');
/** A string without its escapes but with its quotes. */
const readable = (raw: string): string => (raw.startsWith('"') ? `"${unquote(raw)}"` : raw);

function Label({ tree, node, open }: { tree: Tree; node: number; open: boolean }): JSX.Element {
  const name = nameOf(tree, node);
  const isLeaf = tree.kinds[node] === LEAF;
  const raw = isLeaf ? rawOf(tree, node, ROW_CHARS) : '';
  const isCut = (tree.ends[node] ?? 0) - (tree.starts[node] ?? 0) > ROW_CHARS;
  const [left, right] = tree.kinds[node] === OBJECT ? ['{', '}'] : ['[', ']'];
  return (
    <>
      <span className="j-mark">{!isLeaf && <Icon name={open ? 'chevronDown' : 'chevronRight'} size={12} />}</span>
      {name !== undefined && (
        <>
          <span className={tree.nameStarts[node] === -1 ? 'faint' : 'j-key'}>{name}</span>
          <span className="faint">:&nbsp;</span>
        </>
      )}
      {isLeaf ? (
        <span className={kindOf(raw)}>
          {isCut ? raw : readable(raw)}
          {isCut && '…'}
        </span>
      ) : (
        <span className="faint">{`${left} ${tree.counts[node] ?? 0} ${right}`}</span>
      )}
    </>
  );
}

export function JsonTree({ tree, label }: { tree: Tree; label: string }): JSX.Element {
  const b = useTexts().detail.body_;
  const scroller = useRef<HTMLDivElement>(null);
  const depths = useMemo(() => depthsOf(tree), [tree]);
  const [folded, setFolded] = useState(() => ({ tree, open: openAtFirst(tree) }));
  // Another tree begins as it would; a fold is kept while the tree is the same.
  if (folded.tree !== tree) setFolded({ tree, open: openAtFirst(tree) });
  const { open } = folded;
  const nodes = useMemo(
    () => visibleNodes(tree, folded.tree === tree ? open : openAtFirst(tree)),
    [tree, folded, open],
  );
  const [chosen, setChosen] = useState(-1);
  const at = chosen < tree.kinds.length ? chosen : -1;
  const rows = useRows(scroller, nodes.length, ROW_HEIGHT);

  const fold = (node: number, to: boolean): void => {
    const next = open.slice();
    next[node] = to ? 1 : 0;
    setFolded({ tree, open: next });
  };
  const go = (node: number): void => {
    setChosen(node);
    const row = nodes.indexOf(node);
    const element = scroller.current;
    if (element === null || row < 0) return;
    if (row * ROW_HEIGHT < element.scrollTop) element.scrollTop = row * ROW_HEIGHT;
    const over = (row + 1) * ROW_HEIGHT - element.clientHeight;
    if (over > element.scrollTop) element.scrollTop = over;
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const row = nodes.indexOf(at);
    const isOpen = open[at] === 1;
    const isLeaf = at < 0 || tree.kinds[at] === LEAF;
    const to: Record<string, () => void> = {
      ArrowDown: () => go(nodes[Math.min(nodes.length - 1, row + 1)] ?? 0),
      ArrowUp: () => go(nodes[Math.max(0, row - 1)] ?? 0),
      Home: () => go(0),
      End: () => go(nodes[nodes.length - 1] ?? 0),
      ArrowRight: () => (isLeaf || isOpen ? go(nodes[Math.min(nodes.length - 1, row + 1)] ?? 0) : fold(at, true)),
      ArrowLeft: () => (isLeaf || !isOpen ? go(Math.max(0, tree.parents[at] ?? 0)) : fold(at, false)),
      Enter: () => !isLeaf && fold(at, !isOpen),
    };
    const act = to[event.key];
    if (act === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  };

  return (
    <div className="json">
      <div
        ref={scroller}
        className="json-rows"
        role="tree"
        aria-label={label}
        tabIndex={0}
        aria-activedescendant={at < 0 ? undefined : `json-${at}`}
        onKeyDown={onKeyDown}
      >
        <div className="lines-inner" role="none" style={{ height: rows.height }}>
          {rows.shown.map(({ index, slot, top }) => {
            const node = nodes[index];
            if (node === undefined) return null;
            const isLeaf = tree.kinds[node] === LEAF;
            const depth = depths[node] ?? 0;
            return (
              <div
                key={slot}
                id={`json-${node}`}
                className="j-row"
                role="treeitem"
                aria-level={depth + 1}
                aria-selected={node === at}
                {...(!isLeaf && { 'aria-expanded': open[node] === 1 })}
                style={{ transform: `translateY(${top}px)`, paddingLeft: 6 + INDENT * Math.min(depth, INDENTED) }}
                onClick={() => {
                  setChosen(node);
                  if (!isLeaf) fold(node, open[node] !== 1);
                }}
              >
                <Label tree={tree} node={node} open={open[node] === 1} />
              </div>
            );
          })}
        </div>
      </div>
      {at >= 0 && (
        <div className="json-chosen">
          <code className="cut" title={pathOf(tree, at)}>
            {pathOf(tree, at)}
          </code>
          <button type="button" className="button quiet" onClick={() => copyText(pathOf(tree, at))}>
            {b.copyPath}
          </button>
          <button type="button" className="button quiet" onClick={() => copyText(rawOf(tree, at))}>
            {b.copyValue}
          </button>
          {(tree.ends[at] ?? 0) - (tree.starts[at] ?? 0) > ROW_CHARS && tree.kinds[at] === LEAF && (
            <pre tabIndex={0} aria-label={b.value}>
              {readable(rawOf(tree, at, VALUE_CHARS))}
            </pre>
          )}
        </div>
      )}
    </div>
  );
}
