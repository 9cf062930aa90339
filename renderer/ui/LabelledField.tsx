/** Fields of a form with their label above: one line, or several. */
import { useId, type JSX } from 'react';

interface Labelled {
  label: string;
  value: string;
  onChange: (value: string) => void;
  /** Of the room the field stands in. */
  className: string;
  /** Shown while it is empty. */
  hint?: string | undefined;
}

export function LineField({ label, value, hint, className, onChange }: Labelled): JSX.Element {
  const id = useId();
  return (
    <div className={className}>
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        className="input mono"
        value={value}
        spellCheck={false}
        autoComplete="off"
        placeholder={hint}
        onChange={({ target }) => onChange(target.value)}
      />
    </div>
  );
}

export interface AreaFieldProps extends Labelled {
  rows: number;
  /** Told below, and with the field's name. */
  note?: string | undefined;
  disabled?: boolean;
  /** What is typed stays as it is typed, whatever becomes of it: later values are not shown. */
  keepsTyped?: boolean;
}

export function AreaField({
  label,
  value,
  rows,
  hint,
  note,
  className,
  disabled = false,
  keepsTyped = false,
  onChange,
}: AreaFieldProps): JSX.Element {
  const id = useId();
  return (
    <div className={className}>
      <label htmlFor={id}>{label}</label>
      <textarea
        id={id}
        className="input mono"
        rows={rows}
        {...(keepsTyped ? { defaultValue: value } : { value })}
        disabled={disabled}
        spellCheck={false}
        placeholder={hint}
        aria-describedby={note === undefined ? undefined : `${id}-note`}
        onChange={({ target }) => onChange(target.value)}
      />
      {note !== undefined && (
        <p id={`${id}-note`} className="faint">
          {note}
        </p>
      )}
    </div>
  );
}
