/** Lines of a name and a value, with one empty line to write on. */
import { useId, type JSX } from 'react';
import type { FieldLine } from '../../proxy-core/contract/exchange.ts';
import { IconButton } from '../ui/IconButton.tsx';
import { FIELD_VALUES, valuesOf } from './known-fields.ts';
import { useComposeTexts } from './texts.ts';

const NAMES = Object.keys(FIELD_VALUES);

export function FieldRows({
  lines,
  label,
  isForm = false,
  onChange,
}: {
  lines: FieldLine[];
  label: string;
  /** Names of a form: nothing is known of them. */
  isForm?: boolean;
  onChange: (lines: FieldLine[]) => void;
}): JSX.Element {
  const c = useComposeTexts();
  const id = useId();
  const put = (index: number, line: FieldLine): void => {
    const next = [...lines];
    next[index] = line;
    onChange(next);
  };
  const shown: FieldLine[] = [...lines, ['', '']];
  return (
    <ul className="compose-lines" aria-label={label}>
      {shown.map(([name, value], index) => {
        const values = isForm ? [] : valuesOf(name);
        const list = `${id}-${index}`;
        return (
          // A line has no name of its own but its place.
          <li key={index}>
            <input
              className="input mono"
              aria-label={(isForm ? c.name : c.field)(String(index + 1))}
              list={isForm ? undefined : id}
              value={name}
              spellCheck={false}
              autoComplete="off"
              onChange={({ target }) => put(index, [target.value, value])}
            />
            <input
              className="input mono"
              aria-label={c.value(name)}
              list={values.length === 0 ? undefined : list}
              value={value}
              spellCheck={false}
              autoComplete="off"
              onChange={({ target }) => put(index, [name, target.value])}
            />
            {values.length > 0 && (
              <datalist id={list}>
                {values.map((one) => (
                  <option key={one} value={one} />
                ))}
              </datalist>
            )}
            {index < lines.length ? (
              <IconButton
                label={c.dropField(name)}
                icon="close"
                onClick={() => onChange(lines.filter((_, at) => at !== index))}
              />
            ) : (
              <span />
            )}
          </li>
        );
      })}
      {!isForm && (
        <datalist id={id}>
          {NAMES.map((one) => (
            <option key={one} value={one} />
          ))}
        </datalist>
      )}
    </ul>
  );
}
