/** Beside the cache mode: whether a client's reload counts, or gets what is stored, as from CDNs. */
import type { JSX } from 'react';
import { useTexts } from '../i18n/index.ts';
import { useConnection } from '../state/connection.ts';
import { Icon } from '../ui/icons.tsx';
import { MenuButton, type MenuItem } from '../kit/Menu.tsx';
import { setIgnoreReload } from './actions.ts';

export const RELOAD_CHOICES = ['obey', 'ignore'] as const;

export function ReloadSwitch(): JSX.Element | null {
  const t = useTexts();
  const r = t.hits.reload;
  const state = useConnection(({ settings }) => settings?.ignoreClientCacheControl ?? null);
  if (state === null) return null;
  const now = state.value === true ? 'ignore' : 'obey';
  const items = (): MenuItem[] => [
    ...RELOAD_CHOICES.map((choice): MenuItem => ({
      label: r.menu[choice],
      note: r.notes[choice],
      checked: choice === now,
      disabled: state.locked,
      run: () => setIgnoreReload(choice === 'ignore'),
    })),
    ...(state.locked ? [{ label: '-' }, { label: r.locked(t.settings.sources[state.source]), disabled: true }] : []),
  ];
  return (
    <MenuButton
      label={`${r.name}: ${r.values[now]}`}
      title={`${r.name}: ${r.values[now]}. ${r.notes[now]}`}
      className={`top-chip reload ${now === 'ignore' ? 'on' : ''}`}
      items={items}
    >
      <Icon name={now === 'ignore' ? 'refreshOff' : 'refresh'} size={14} />
      <span className="reload-client">
        {r.name}: {r.values[now]}
      </span>
      <Icon name={state.locked ? 'lock' : 'chevronDown'} size={12} />
    </MenuButton>
  );
}
