/** The system proxy in the top bar: its state as it is, and the switch. */
import { useEffect, type JSX } from 'react';
import { useTexts, type Catalogue } from '../i18n/index.ts';
import { MenuButton, type MenuItem } from '../kit/Menu.tsx';
import type { SystemProxyState } from '../../proxy-core/contract/system-proxy.ts';
import { Icon } from '../ui/icons.tsx';
import { showSettings } from './actions.ts';
import { refreshSystemProxy, showSwitching, switchSystemProxy, useSystemProxy } from './system-proxy.ts';

/** What the chip says: the state, unless it is off because it cannot be on. */
const shown = ({ state, cannot }: SystemProxyState): keyof Catalogue['systemProxy']['states'] =>
  state === 'off' && cannot !== undefined ? 'cannot' : state;

function hintOf(t: Catalogue, { state, cannot, proxy = '', changed, problems }: SystemProxyState): string {
  const s = t.systemProxy;
  const words =
    state === 'off'
      ? cannot === undefined
        ? s.hints.off
        : s.cannot[cannot]
      : state === 'changed'
        ? `${s.hints.changed}: ${changed.join(', ')}`
        : s.hints[state](proxy);
  return [words, ...problems].join('. ');
}

export function SystemProxySwitch(): JSX.Element | null {
  const t = useTexts();
  const s = t.systemProxy;
  const now = useSystemProxy((state) => state.now);
  const busy = useSystemProxy((state) => state.busy);
  // Somebody may have changed it while this window was not looked at.
  useEffect(() => {
    window.addEventListener('focus', refreshSystemProxy);
    return () => window.removeEventListener('focus', refreshSystemProxy);
  }, []);
  if (now === null) return null;
  const key = shown(now);
  const isOn = now.state !== 'off';
  const canOn = now.cannot === undefined && now.state !== 'on' && now.state !== 'changed';
  const items = (): MenuItem[] => [
    ...(canOn
      ? [
          {
            label: now.state === 'elsewhere' ? s.takeOver : s.switchOn,
            note: s.onNote,
            disabled: busy,
            run: () => switchSystemProxy('on'),
          },
        ]
      : []),
    ...(isOn ? [{ label: s.switchOff, note: s.offNote, disabled: busy, run: () => switchSystemProxy('off') }] : []),
    ...(canOn || isOn ? [{ label: s.show, run: () => showSwitching(isOn ? 'off' : 'on') }] : []),
    ...(!canOn && !isOn && now.cannot !== undefined ? [{ label: s.cannot[now.cannot], disabled: true }] : []),
    { label: '-' },
    { label: s.bypass, run: () => showSettings('proxy') },
  ];
  const hint = hintOf(t, now);
  return (
    <MenuButton
      // Begins with what is seen, which who speaks to the window says.
      label={`${s.short}: ${s.states[key]} (${s.name})`}
      title={`${s.name}: ${s.states[key]}. ${hint}`}
      className={`top-chip reload ${now.state === 'on' ? 'on' : now.state === 'changed' ? 'bad' : ''}`}
      items={items}
    >
      <Icon name="system" size={14} />
      <span className="reload-text" data-testid="system-proxy" data-state={key}>
        <span className="reload-name">{s.short}: </span>
        {s.states[key]}
      </span>
      <Icon name="chevronDown" size={12} />
    </MenuButton>
  );
}
