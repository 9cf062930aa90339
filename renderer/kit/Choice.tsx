/** One of a few, side by side: arrows move between them, the chosen one stays chosen when pressed again. */
import { Toggle } from '@base-ui/react/toggle';
import { ToggleGroup } from '@base-ui/react/toggle-group';
import type { JSX } from 'react';
import styles from './Choice.module.css';

interface ChoiceProps<T extends string> {
  label: string;
  options: readonly { value: T; label: string }[];
  value: T;
  onChange: (value: T) => void;
}

export function Choice<T extends string>({ label, options, value, onChange }: ChoiceProps<T>): JSX.Element {
  return (
    <ToggleGroup
      className={styles['group']}
      aria-label={label}
      value={[value]}
      onValueChange={([next]) => {
        const option = options.find((item) => item.value === next);
        if (option !== undefined) onChange(option.value);
      }}
    >
      {options.map((option) => (
        <Toggle key={option.value} value={option.value} className={styles['item']}>
          {option.label}
        </Toggle>
      ))}
    </ToggleGroup>
  );
}
