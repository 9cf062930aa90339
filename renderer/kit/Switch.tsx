/** On or off, in effect at once. */
import { Switch as Base } from '@base-ui/react/switch';
import type { JSX } from 'react';
import styles from './Switch.module.css';

interface SwitchProps {
  id?: string;
  label: string;
  /** Id of an explanation. */
  describedBy?: string;
  on: boolean;
  disabled?: boolean;
  onChange: (on: boolean) => void;
}

export function Switch({ id, label, describedBy, on, disabled, onChange }: SwitchProps): JSX.Element {
  return (
    <Base.Root
      {...(id !== undefined && { id })}
      className={styles['switch']}
      nativeButton
      render={<button type="button" />}
      aria-label={label}
      aria-describedby={describedBy}
      checked={on}
      disabled={disabled === true}
      onCheckedChange={onChange}
    >
      <Base.Thumb className={styles['thumb']} />
    </Base.Root>
  );
}
