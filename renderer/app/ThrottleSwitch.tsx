/** Slow lines for all traffic: a menu of profiles, and a badge for as long as one is in force. */
import type { JSX } from 'react';
import {
  findThrottleProfile,
  NO_THROTTLE,
  parseThrottleProfiles,
  THROTTLE_PROFILES,
  type ThrottleProfile,
} from '../../proxy-core/contract/throttle.ts';
import { call } from '../connection/core.ts';
import { useTexts, type Catalogue } from '../i18n/index.ts';
import { MenuButton, type MenuItem } from '../kit/Menu.tsx';
import { useConnection } from '../state/connection.ts';
import { usePrefs } from '../state/prefs.ts';
import { showProblem } from '../state/toasts.ts';
import { formatDuration } from '../ui/format.ts';
import { Icon } from '../ui/icons.tsx';
import { showSettings } from './actions.ts';

const titleOf = (t: Catalogue, name: string): string =>
  Object.entries(t.throttle.names).find(([known]) => known === name)?.[1] ?? name;

function sayRate({ throttle: { says } }: Catalogue, kbps: number): string {
  if (kbps === 0) return says.unlimited;
  const written = new Intl.NumberFormat(usePrefs.getState().language).format(kbps < 1000 ? kbps : kbps / 1000);
  return `${written} ${kbps < 1000 ? says.kbit : says.mbit}`;
}

function sayProfile(t: Catalogue, { latencyMs, downKbps, upKbps, lossPercent }: ThrottleProfile): string {
  const { says } = t.throttle;
  if (lossPercent === 100) return says.nothing;
  const parts = [says.line(formatDuration(latencyMs), sayRate(t, downKbps), sayRate(t, upKbps))];
  if (lossPercent > 0) parts.push(says.loss(String(lossPercent)));
  return parts.join(', ');
}

/** Puts a profile in force, or none. */
function setThrottle(throttle: string): void {
  call('settings.update', { patch: { throttle } }).then(
    (settings) => useConnection.setState({ settings }),
    showProblem,
  );
}

export function ThrottleSwitch(): JSX.Element | null {
  const t = useTexts();
  const state = useConnection(({ settings }) => settings?.throttle ?? null);
  const own = useConnection(({ settings }) => String(settings?.throttleProfiles.value ?? ''));
  if (state === null) return null;
  const now = findThrottleProfile(String(state.value), own);
  const item = (label: string, note: string, name: string): MenuItem => ({
    label,
    note,
    checked: name === (now?.name ?? NO_THROTTLE),
    disabled: state.locked,
    run: () => setThrottle(name),
  });
  const items = (): MenuItem[] => [
    item(t.throttle.off, t.throttle.offNote, NO_THROTTLE),
    { label: '-' },
    ...[...THROTTLE_PROFILES, ...(parseThrottleProfiles(own) ?? [])].map((profile) =>
      item(titleOf(t, profile.name), sayProfile(t, profile), profile.name),
    ),
    { label: '-' },
    ...(state.locked ? [{ label: t.throttle.locked(t.settings.sources[state.source]), disabled: true }] : []),
    { label: t.throttle.settings, run: () => showSettings('proxy') },
  ];
  const said = now === undefined ? t.throttle.off : t.throttle.on(titleOf(t, now.name));
  return (
    <MenuButton
      label={`${t.throttle.name}: ${now === undefined ? t.throttle.off : titleOf(t, now.name)}`}
      title={now === undefined ? said : `${said}: ${sayProfile(t, now)}`}
      className={`top-chip ${now === undefined ? '' : 'bad'}`}
      items={items}
    >
      <Icon name="slow" size={14} />
      {now !== undefined && <span data-testid="throttle-badge">{titleOf(t, now.name)}</span>}
      <Icon name={state.locked ? 'lock' : 'chevronDown'} size={12} />
    </MenuButton>
  );
}
