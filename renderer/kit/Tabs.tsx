/** A row of tabs with its panel; arrows move between tabs. */
import { Tabs as Base } from '@base-ui/react/tabs';
import type { JSX, ReactNode } from 'react';
import styles from './Tabs.module.css';

interface TabsProps<T extends string> {
  label: string;
  tabs: readonly { id: T; label: string; mark?: ReactNode }[];
  active: T;
  onChange: (id: T) => void;
  /** Stands to the right of the tabs. */
  aside?: ReactNode;
  children: ReactNode;
}

export function Tabs<T extends string>({ label, tabs, active, onChange, aside, children }: TabsProps<T>): JSX.Element {
  return (
    <Base.Root
      className={styles['root']}
      value={active}
      onValueChange={(value: unknown) => {
        const tab = tabs.find(({ id }) => id === value);
        if (tab !== undefined) onChange(tab.id);
      }}
    >
      <div className={styles['bar']}>
        <Base.List className={styles['list']} aria-label={label} activateOnFocus>
          {tabs.map((tab) => (
            <Base.Tab key={tab.id} className={styles['tab']} value={tab.id}>
              {tab.label}
              {tab.mark}
            </Base.Tab>
          ))}
        </Base.List>
        {aside}
      </div>
      <Base.Panel className={styles['panel']} value={active} tabIndex={0}>
        {children}
      </Base.Panel>
    </Base.Root>
  );
}
