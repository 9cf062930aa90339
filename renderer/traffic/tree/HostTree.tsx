/** The tree beside the table: hosts or clients, parts of paths, rows. Choosing one narrows the table to it. */
import { useEffect, useMemo, useState, type JSX } from 'react';
import { create } from 'zustand';
import { hasTerm, quoteValue, toggleTerm, withoutKey } from '../../../proxy-core/contract/filter/edit.ts';
import { useTexts } from '../../i18n/index.ts';
import { Choice } from '../../kit/Choice.tsx';
import { GROUPINGS, setPrefs, usePrefs, type Grouping } from '../../state/prefs.ts';
import { openDetails, setFilterText, setFollow, useTrafficUi } from '../../state/selection.ts';
import type { TrafficRow } from '../../state/traffic-ring.ts';
import { ring, useTraffic } from '../../state/traffic.ts';
import { clip, formatCount, formatRatio } from '../../ui/format.ts';
import { Icon } from '../../ui/icons.tsx';
import { shownOutcome } from '../../ui/Outcome.tsx';
import { growTree, type Place, type TreeNode } from './tree.ts';
import './tree.css';

/** The tree is counted anew this often at most: it reads every row. */
const COUNT_MS = 1000;

/** What is unfolded, for as long as the page is open. */
const useOpen = create<{ open: ReadonlySet<string> }>()(() => ({ open: new Set() }));

function toggleOpen(id: string): void {
  const open = new Set(useOpen.getState().open);
  if (!open.delete(id)) open.add(id);
  useOpen.setState({ open });
}

/** The terms that narrow the table to a place. */
function termsOf({ client, isApp, host, path }: Place): string[] {
  return [
    ...(client === undefined ? [] : [`${isApp === true ? 'app' : 'client'}=${quoteValue(client)}`]),
    ...(host === undefined ? [] : [`host=${quoteValue(host)}`]),
    ...(path === undefined ? [] : [`path:${quoteValue(`${path}*`)}`]),
  ];
}

const KEYS = ['app', 'client', 'host', 'path'] as const;

/** Narrows the table to a place and to no other; or to none, when it was that one. */
function choose(filterText: string, place: Place, chosen: boolean): void {
  const rest = KEYS.reduce(withoutKey, filterText);
  setFilterText(chosen ? rest : termsOf(place).reduceRight((line, term) => `${term} ${line}`.trim(), rest));
}

function isChosen(filterText: string, place: Place): boolean {
  const terms = termsOf(place);
  const left = terms.reduce(toggleTerm, filterText);
  return terms.every((term) => hasTerm(filterText, term)) && KEYS.reduce(withoutKey, left) === left.trim();
}

function Counts({ of }: { of: TreeNode }): JSX.Element {
  const t = useTexts();
  return (
    <span className="tree-counts" title={`${t.top.ratioShort}: ${formatRatio(of.hits, of.count)}`}>
      {of.errors > 0 && (
        <span className="tree-errors">
          <Icon name="ERROR" size={10} />
          {formatCount(of.errors)}
        </span>
      )}
      <span className="tree-bar" aria-hidden="true">
        <span style={{ width: `${(100 * of.hits) / of.count}%` }} />
      </span>
      {formatCount(of.count)}
    </span>
  );
}

/** One exchange at the end of its path. */
function Row({ row }: { row: TrafficRow }): JSX.Element {
  const current = useTrafficUi((state) => state.current === row.key);
  const query = row.path.indexOf('?');
  const outcome = shownOutcome(row);
  return (
    <li className="tree-line">
      <span className="tree-fold" />
      <button
        type="button"
        className={`tree-name tree-row o-${outcome.toLowerCase()}`}
        aria-current={current ? 'true' : undefined}
        onClick={() => {
          setFollow(false);
          openDetails(row.key);
        }}
      >
        <Icon name={outcome === 'NONE' ? 'PENDING' : outcome} size={11} />
        <span className="cut grow">
          {clip(row.method)} {query < 0 ? '' : clip(row.path.slice(query))}
        </span>
        <span className="tree-counts">{row.status}</span>
      </button>
    </li>
  );
}

function Node({
  node,
  filterText,
  open,
}: {
  node: TreeNode;
  filterText: string;
  open: ReadonlySet<string>;
}): JSX.Element {
  const t = useTexts();
  const chosen = isChosen(filterText, node.place);
  const unfolded = open.has(node.id);
  return (
    <li>
      <div className="tree-line">
        <button
          type="button"
          className="tree-fold"
          aria-expanded={unfolded}
          aria-label={t.traffic.treeInside(clip(node.name))}
          onClick={() => toggleOpen(node.id)}
        >
          <Icon name={unfolded ? 'chevronDown' : 'chevronRight'} size={12} />
        </button>
        <button
          type="button"
          className="tree-name"
          aria-pressed={chosen}
          title={clip(node.name)}
          onClick={() => choose(filterText, node.place, chosen)}
        >
          <span className="cut grow">{clip(node.name)}</span>
          <Counts of={node} />
        </button>
      </div>
      {unfolded && <Inside node={node} filterText={filterText} open={open} />}
    </li>
  );
}

function Inside({
  node,
  filterText,
  open,
}: {
  node: TreeNode;
  filterText: string;
  open: ReadonlySet<string>;
}): JSX.Element {
  const t = useTexts();
  return (
    <ul>
      {node.nodes.map((inner) => (
        <Node key={inner.id} node={inner} filterText={filterText} open={open} />
      ))}
      {node.left > 0 && <li className="faint tree-left">{t.traffic.treeLeft(node.left)}</li>}
      {node.rows.map((row) => (
        <Row key={row.key} row={row} />
      ))}
    </ul>
  );
}

export function HostTree(): JSX.Element {
  const t = useTexts();
  const filterText = useTrafficUi((state) => state.filterText);
  const by = usePrefs((state) => state.treeBy);
  const open = useOpen((state) => state.open);
  const [version, setVersion] = useState(() => useTraffic.getState().version);
  useEffect(() => {
    const timer = setInterval(() => setVersion(useTraffic.getState().version), COUNT_MS);
    return () => clearInterval(timer);
  }, []);
  // Of each second that brought something, and at once when something is unfolded.
  const tree = useMemo(() => treeOf(version, by, open), [version, by, open]);
  return (
    <nav className="tree" aria-label={t.traffic.tree}>
      <Choice
        label={t.traffic.treeBy}
        options={GROUPINGS.map((value) => ({ value, label: t.traffic.column[value] }))}
        value={by}
        onChange={(treeBy) => setPrefs({ treeBy })}
      />
      <Inside node={tree} filterText={filterText} open={open} />
    </nav>
  );
}

/** The rows as they stand with this version. */
const treeOf = (_version: number, by: Grouping, open: ReadonlySet<string>): TreeNode =>
  growTree((visit) => ring.forEach(visit), by, open);
