/** A row of tabs with their panels; arrows move between tabs. A panel that was left stays as it was, at rest. */
import { Tabs as Base } from '@base-ui/react/tabs';
import { Activity, useState, type JSX, type ReactNode } from 'react';
import styles from './Tabs.module.css';

interface TabsProps<T extends string> {
  label: string;
  tabs: readonly { id: T; label: string; mark?: ReactNode }[];
  active: T;
  onChange: (id: T) => void;
  /** Stands to the right of the tabs. */
  aside?: ReactNode;
  /** What stands in the panel of a tab; asked for the active one and those that were active before. */
  panel: (id: T) => ReactNode;
}

export function Tabs<T extends string>({ label, tabs, active, onChange, aside, panel }: TabsProps<T>): JSX.Element {
  const [visited, setVisited] = useState<ReadonlySet<T>>(() => new Set([active]));
  if (!visited.has(active)) setVisited(new Set([...visited, active]));
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
      {tabs.map(
        ({ id }) =>
          (id === active || visited.has(id)) && (
            <Base.Panel
              key={id}
              className={styles['panel']}
              value={id}
              keepMounted
              // At once, without a frame that shows two of them.
              hidden={id !== active}
              tabIndex={id === active ? 0 : -1}
            >
              <Activity mode={id === active ? 'visible' : 'hidden'}>{panel(id)}</Activity>
            </Base.Panel>
          ),
      )}
    </Base.Root>
  );
}
