/** JSON as a tree that folds; long lists and long strings are shown in parts. */
import { useState, type JSX } from 'react';
import { Icon } from '../../ui/icons.tsx';
import { unquote, type JsonBranch, type JsonNode } from './json.ts';

/** Members shown at once; more on demand. */
const PART = 200;
/** Characters of a value shown at once. */
const VALUE_PART = 1000;
/** The branches of the root start open when they have no more members than this together. */
const OPEN_MEMBERS = 500;

function Value({ raw }: { raw: string }): JSX.Element {
  const [shown, setShown] = useState(VALUE_PART);
  const isString = raw.startsWith('"');
  const text = isString ? JSON.stringify(unquote(raw)) : raw;
  return (
    <>
      <span className={isString ? 'j-string' : /^[-\d]/.test(raw) ? 'j-number' : 'j-word'}>{text.slice(0, shown)}</span>
      {text.length > shown && (
        <button type="button" className="link" onClick={() => setShown(shown * 4)}>
          … + {text.length - shown}
        </button>
      )}
    </>
  );
}

/** True when the root's branches have few members in all, so that opening them draws little. */
function isSmall(root: JsonNode): boolean {
  if (root.kind === 'leaf') return true;
  let members = 0;
  for (const item of root.items.slice(0, PART)) members += item.kind === 'leaf' ? 0 : item.items.length;
  return members <= OPEN_MEMBERS;
}

function nameOf(branch: JsonBranch, index: number): string {
  const raw = branch.names[index];
  return raw === undefined ? String(index) : unquote(raw).slice(0, VALUE_PART);
}

export function JsonTree({
  name,
  node,
  open: opened = true,
  openInner = isSmall(node),
}: {
  name?: string;
  node: JsonNode;
  open?: boolean;
  openInner?: boolean;
}): JSX.Element {
  const [open, setOpen] = useState(opened);
  const [shown, setShown] = useState(PART);
  const label =
    name === undefined ? null : (
      <>
        <span className="j-key">{name}</span>
        <span className="faint">: </span>
      </>
    );
  if (node.kind === 'leaf') {
    return (
      <div className="j-line">
        {label}
        <Value raw={node.raw} />
      </div>
    );
  }
  const [left, right] = node.kind === 'array' ? ['[', ']'] : ['{', '}'];
  const { items } = node;
  return (
    <div className="j-branch">
      <button type="button" className="j-line j-fold" aria-expanded={open} onClick={() => setOpen(!open)}>
        <Icon name={open ? 'chevronDown' : 'chevronRight'} size={12} />
        {label}
        <span className="faint">{open ? left : `${left} ${items.length} ${right}`}</span>
      </button>
      {open && (
        <div className="j-inner">
          {items.slice(0, shown).map((item, index) => (
            <JsonTree key={index} name={nameOf(node, index)} node={item} open={openInner} openInner={false} />
          ))}
          {items.length > shown && (
            <button type="button" className="link" onClick={() => setShown(shown + PART * 5)}>
              + {items.length - shown}
            </button>
          )}
        </div>
      )}
      {open && <div className="j-line faint">{right}</div>}
    </div>
  );
}
