/** A host's own row in the list of entries: folds, and tells what lies below it. */
import type { JSX } from 'react';
import type { Catalogue } from '../i18n/index.ts';
import { clip, formatBytes } from '../ui/format.ts';
import { Icon } from '../ui/icons.tsx';
import type { HostRow } from './grouped.ts';

export function HostLine({
  row,
  onFold,
  t,
}: {
  row: HostRow;
  onFold: (host: string) => void;
  t: Catalogue;
}): JSX.Element {
  return (
    <span className="host-line">
      <button
        type="button"
        className="host-fold"
        tabIndex={-1}
        aria-expanded={!row.folded}
        aria-label={row.host}
        onClick={(event) => {
          event.stopPropagation();
          onFold(row.host);
        }}
      >
        <Icon name={row.folded ? 'chevronRight' : 'chevronDown'} size={12} />
      </button>
      <span className="host-name cut">{clip(row.host)}</span>
      <span className="faint">{t.cache.total(row.entries, formatBytes(row.bytes))}</span>
    </span>
  );
}
