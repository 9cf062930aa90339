/** A row of tabs with its panel; arrows move between tabs. */
import { useId, type JSX, type ReactNode } from 'react';

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
  const base = useId();
  return (
    <>
      <div className="tabs-bar">
        <div
          className="tabs"
          role="tablist"
          aria-label={label}
          onKeyDown={(event) => {
            const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
            if (step === 0) return;
            event.preventDefault();
            event.stopPropagation();
            const next = tabs[(tabs.findIndex((tab) => tab.id === active) + step + tabs.length) % tabs.length];
            if (next === undefined) return;
            onChange(next.id);
            document.getElementById(`${base}-${next.id}`)?.focus();
          }}
        >
          {tabs.map((tab) => (
            <button
              key={tab.id}
              id={`${base}-${tab.id}`}
              type="button"
              role="tab"
              aria-selected={tab.id === active}
              aria-controls={`${base}-panel`}
              tabIndex={tab.id === active ? 0 : -1}
              onClick={() => onChange(tab.id)}
            >
              {tab.label}
              {tab.mark}
            </button>
          ))}
        </div>
        {aside}
      </div>
      <div
        className="tab-panel"
        id={`${base}-panel`}
        role="tabpanel"
        aria-labelledby={`${base}-${active}`}
        tabIndex={0}
      >
        {children}
      </div>
    </>
  );
}
