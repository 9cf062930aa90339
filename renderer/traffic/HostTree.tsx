/** Hosts and the first parts of their paths, counted; choosing one narrows the table to it. */
import { useEffect, useState, type JSX } from 'react';
import { useTexts } from '../i18n/index.ts';
import { setFilterText, useTrafficUi } from '../state/selection.ts';
import { ring, useTraffic } from '../state/traffic.ts';
import { clip, formatCount, formatRatio } from '../ui/format.ts';
import { Icon } from '../ui/icons.tsx';
import { hasTerm, quoteValue, setTerm, toggleTerm } from '../../proxy-core/contract/filter/edit.ts';
import { countHosts, type HostCount, type HostNode } from './hosts.ts';

/** The tree is counted anew this often at most: it reads every row. */
const COUNT_MS = 1000;

const hostTerm = (host: string): string => `host=${quoteValue(host)}`;
const pathTerm = (path: string): string => `path:${quoteValue(path.endsWith('/') ? `${path}*` : path)}`;

function Counts({ of }: { of: HostCount }): JSX.Element {
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

function Host({ host, filterText }: { host: HostNode; filterText: string }): JSX.Element {
  const t = useTexts();
  const [open, setOpen] = useState(false);
  const chosen = hasTerm(filterText, hostTerm(host.name));
  const choose = (): void =>
    setFilterText(chosen ? toggleTerm(filterText, hostTerm(host.name)) : setTerm(filterText, 'host', host.name, '='));
  function choosePath(path: string): void {
    if (chosen && hasTerm(filterText, pathTerm(path))) setFilterText(toggleTerm(filterText, pathTerm(path)));
    else
      setFilterText(
        setTerm(setTerm(filterText, 'path', path.endsWith('/') ? `${path}*` : path), 'host', host.name, '='),
      );
  }
  return (
    <li>
      <div className="tree-line">
        <button
          type="button"
          className="tree-fold"
          aria-expanded={open}
          aria-label={t.traffic.treePaths(host.name)}
          disabled={host.paths.length === 0}
          onClick={() => setOpen(!open)}
        >
          {host.paths.length > 0 && <Icon name={open ? 'chevronDown' : 'chevronRight'} size={12} />}
        </button>
        <button type="button" className="tree-name" aria-pressed={chosen} title={clip(host.name)} onClick={choose}>
          <span className="cut grow">{clip(host.name)}</span>
          <Counts of={host} />
        </button>
      </div>
      {open && (
        <ul>
          {host.paths.map((path) => (
            <li key={path.name} className="tree-line tree-path">
              <button
                type="button"
                className="tree-name"
                aria-pressed={chosen && hasTerm(filterText, pathTerm(path.name))}
                title={clip(path.name)}
                onClick={() => choosePath(path.name)}
              >
                <span className="cut grow">{clip(path.name)}</span>
                <Counts of={path} />
              </button>
            </li>
          ))}
        </ul>
      )}
    </li>
  );
}

export function HostTree(): JSX.Element {
  const t = useTexts();
  const filterText = useTrafficUi((state) => state.filterText);
  const [tree, setTree] = useState(() => countHosts((visit) => ring.forEach(visit)));
  useEffect(() => {
    let counted = useTraffic.getState().version;
    const timer = setInterval(() => {
      const { version } = useTraffic.getState();
      if (version === counted) return;
      counted = version;
      setTree(countHosts((visit) => ring.forEach(visit)));
    }, COUNT_MS);
    return () => clearInterval(timer);
  }, []);
  return (
    <nav className="tree" aria-label={t.traffic.tree}>
      <ul>
        {tree.hosts.map((host) => (
          <Host key={host.name} host={host} filterText={filterText} />
        ))}
      </ul>
      {tree.left > 0 && <p className="faint pad">{t.traffic.treeLeft(tree.left)}</p>}
    </nav>
  );
}
