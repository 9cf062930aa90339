/** The palette's actions, each with its key when it has one. */
import { SETTING_KEYS, SETTING_SPECS } from '../../proxy-core/contract/setting-specs.ts';
import { CACHE_MODES, INTERCEPT_MODES } from '../../proxy-core/contract/settings.ts';
import { LANGUAGE_NAMES, type Catalogue } from '../i18n/index.ts';
import { setIntercept } from '../connect/actions.ts';
import { breakOnFilter, resumeAll } from '../held/actions.ts';
import { useConnection } from '../state/connection.ts';
import { DENSITIES, LANGUAGES, setPrefs, THEMES, usePrefs, VIEWS } from '../state/prefs.ts';
import { useHeld } from '../state/held.ts';
import { closeDetails, openPurge, setFilterText, useTrafficUi } from '../state/selection.ts';
import { showSetting } from '../state/settings-search.ts';
import { rowOf, setPaused, useTraffic } from '../state/traffic.ts';
import { rowActions } from '../traffic/row-actions.ts';
import { clearCapture, copyAddress, setCacheMode, setIgnoreReload, toggleCapture } from './actions.ts';
import { RELOAD_CHOICES } from './ReloadSwitch.tsx';
import { focusSearch, MOD } from './shortcuts.ts';
import { showSwitching, switchSystemProxy, useSystemProxy } from './system-proxy.ts';

export interface PaletteAction {
  label: string;
  keys?: string;
  /** There are so many of its kind that it is listed only when something is typed. */
  byName?: true;
  run: () => void;
}

/** What the menu of the chosen row offers, its submenus laid flat. */
function selectionActions(t: Catalogue): PaletteAction[] {
  const { current, selected } = useTrafficUi.getState();
  const row = rowOf(current);
  if (row === undefined || usePrefs.getState().view !== 'traffic') return [];
  const keys = selected.size > 0 ? [...selected] : [row.key];
  const lead = t.labels.selected;
  return rowActions(t, row, keys)
    .filter(({ label, disabled }) => label !== '-' && disabled !== true)
    .flatMap(({ label, items = [], keys: key, run }): PaletteAction[] => [
      ...(run === undefined ? [] : [{ label: `${lead}: ${label}`, ...(key !== undefined && { keys: key }), run }]),
      ...items.flatMap((item): PaletteAction[] =>
        item.run === undefined ? [] : [{ label: `${lead}: ${label}: ${item.label}`, byName: true, run: item.run }],
      ),
    ]);
}

/** The way to every setting. */
const settingActions = (t: Catalogue): PaletteAction[] =>
  SETTING_KEYS.map((key) => ({
    label: t.labels.setting(t.settings.groups[SETTING_SPECS[key].group], t.settings.label[key]),
    byName: true,
    run: () => showSetting(key),
  }));

/** What can be switched now. */
function systemProxyActions({ systemProxy: s }: Catalogue): PaletteAction[] {
  const { now } = useSystemProxy.getState();
  if (now === null) return [];
  if (now.state !== 'off') return [{ label: s.switchOff, run: () => switchSystemProxy('off') }];
  return now.cannot === undefined
    ? [
        { label: s.switchOn, run: () => switchSystemProxy('on') },
        { label: `${s.name}: ${s.show}`, run: () => showSwitching('on') },
      ]
    : [];
}

export function paletteActions(t: Catalogue, showKeys: () => void): PaletteAction[] {
  const modeLocked = useConnection.getState().settings?.cacheMode.locked ?? true;
  return [
    ...selectionActions(t),
    ...VIEWS.map((view, index) => ({
      label: t.palette.goTo(t.app.views[view]),
      keys: `${MOD}${index + 1}`,
      run: () => setPrefs({ view }),
    })),
    { label: t.palette.focusFilter, keys: '/', run: () => requestAnimationFrame(focusSearch) },
    { label: t.palette.clearFilter, run: () => setFilterText('') },
    {
      label: t.palette.showErrors,
      run: () => {
        setFilterText('is:error');
        setPrefs({ view: 'traffic' });
      },
    },
    { label: t.held.breakOnFilter, run: () => breakOnFilter(useTrafficUi.getState().filterText) },
    ...(useHeld.getState().held.length > 0 ? [{ label: t.held.resumeAll, run: resumeAll }] : []),
    { label: t.palette.pauseView, keys: 'P', run: () => setPaused(!useTraffic.getState().paused) },
    { label: t.palette.toggleCapture, run: toggleCapture },
    { label: t.palette.clear, run: clearCapture },
    { label: t.palette.copyAddress, run: copyAddress },
    {
      label: t.palette.togglePlacement,
      run: () => setPrefs({ placement: usePrefs.getState().placement === 'bottom' ? 'side' : 'bottom' }),
    },
    { label: t.palette.closeDetails, keys: 'Esc', run: closeDetails },
    { label: t.palette.evictAll, run: () => openPurge({ kind: 'all' }) },
    ...(modeLocked
      ? []
      : CACHE_MODES.map((mode) => ({ label: t.palette.cacheMode(t.top.modes[mode]), run: () => setCacheMode(mode) }))),
    ...(useConnection.getState().settings?.ignoreClientCacheControl.locked === false
      ? RELOAD_CHOICES.map((choice) => ({
          label: t.hits.reload.palette[choice],
          run: () => setIgnoreReload(choice === 'ignore'),
        }))
      : []),
    ...(useConnection.getState().settings?.intercept.locked === false
      ? INTERCEPT_MODES.map((mode) => ({ label: t.clients.intercept.menu[mode], run: () => setIntercept(mode) }))
      : []),
    ...systemProxyActions(t),
    ...THEMES.map((theme) => ({ label: t.palette.theme(t.settings.themes[theme]), run: () => setPrefs({ theme }) })),
    ...DENSITIES.map((density) => ({
      label: t.palette.density(t.settings.densities[density]),
      run: () => setPrefs({ density }),
    })),
    ...LANGUAGES.map((language) => ({
      label: t.palette.language(LANGUAGE_NAMES[language]),
      run: () => setPrefs({ language }),
    })),
    { label: t.palette.keys, keys: '?', run: showKeys },
    ...settingActions(t),
  ];
}
