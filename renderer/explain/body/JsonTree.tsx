/** JSON as a tree that folds; long lists are shown in parts. */
import { useState, type JSX } from 'react';
import { Icon } from '../../ui/icons.tsx';

/** Members shown at once; more on demand. */
const PART = 200;
/** Deeper levels start folded. */
const OPEN_DEPTH = 2;

function Value({ value }: { value: unknown }): JSX.Element {
  if (value === null) return <span className="j-word">null</span>;
  if (typeof value === 'string') return <span className="j-string">{JSON.stringify(value)}</span>;
  if (typeof value === 'number') return <span className="j-number">{value}</span>;
  return <span className="j-word">{value === true ? 'true' : 'false'}</span>;
}

function isBranch(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

export function JsonTree({ name, value, depth = 0 }: { name?: string; value: unknown; depth?: number }): JSX.Element {
  const [open, setOpen] = useState(depth < OPEN_DEPTH);
  const [shown, setShown] = useState(PART);
  const label = name === undefined ? null : (
    <>
      <span className="j-key">{name}</span>
      <span className="faint">: </span>
    </>
  );
  if (!isBranch(value)) {
    return (
      <div className="j-line">
        {label}
        <Value value={value} />
      </div>
    );
  }
  const members: [string, unknown][] = Object.entries(value);
  const [left, right] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  return (
    <div className="j-branch">
      <button type="button" className="j-line j-fold" aria-expanded={open} onClick={() => setOpen(!open)}>
        <Icon name={open ? 'chevronDown' : 'chevronRight'} size={12} />
        {label}
        <span className="faint">{open ? left : `${left} ${members.length} ${right}`}</span>
      </button>
      {open && (
        <div className="j-inner">
          {members.slice(0, shown).map(([key, member]) => (
            <JsonTree key={key} name={key} value={member} depth={depth + 1} />
          ))}
          {members.length > shown && (
            <button type="button" className="link" onClick={() => setShown(shown + PART * 5)}>
              + {members.length - shown}
            </button>
          )}
        </div>
      )}
      {open && <div className="j-line faint">{right}</div>}
    </div>
  );
}
