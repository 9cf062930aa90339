/** Where the proxy listens, how its cache works, and how it is doing; each a control, not only a light. */
import type { JSX } from 'react';
import { CACHE_MODES, INTERCEPT_MODES, isLoopbackHost } from '../../proxy-core/contract/settings.ts';
import { listedItems } from '../../proxy-core/contract/host-patterns.ts';
import type { StatsSample } from '../../proxy-core/contract/stats.ts';
import { modeOf, setIntercept } from '../connect/actions.ts';
import { useTexts } from '../i18n/index.ts';
import { listeningAddress, useConnection } from '../state/connection.ts';
import { setPrefs, usePrefs } from '../state/prefs.ts';
import { showProblem } from '../state/toasts.ts';
import { hitsSince, useStats } from '../state/stats.ts';
import { formatBytes, formatCount, formatRate, formatRatio } from '../ui/format.ts';
import { Icon } from '../ui/icons.tsx';
import { MenuButton, type MenuItem } from '../kit/Menu.tsx';
import { copyAddress, setCacheMode, showSettings } from './actions.ts';
import { ReloadSwitch } from './ReloadSwitch.tsx';
import { SystemProxySwitch } from './SystemProxy.tsx';
import { ThrottleSwitch } from './ThrottleSwitch.tsx';

function requestRate(latest: StatsSample | null, previous: StatsSample | null): number {
  if (latest === null || previous === null) return 0;
  const seconds = (latest.atMs - previous.atMs) / 1000;
  return seconds <= 0 ? 0 : Math.max(0, (latest.totals.requests - previous.totals.requests) / seconds);
}

function Listening(): JSX.Element {
  const t = useTexts();
  const info = useConnection((state) => state.info);
  const address = listeningAddress(info);
  const away = info === null ? t.top.notConnected : t.top.notListening;
  const lan = info?.listening != null && !isLoopbackHost(info.listening.host);
  return (
    <button
      type="button"
      className={`top-chip ${address === null ? 'bad' : ''}`}
      data-testid="listening-address"
      disabled={address === null}
      title={address === null ? (info?.listenProblem ?? away) : t.top.listeningHint(address)}
      onClick={copyAddress}
    >
      <span className={`dot ${address === null ? 'bad' : 'good'}`} />
      <span className="hidden-text">{t.top.listening} </span>
      <span className="mono">{address ?? away}</span>
      {lan && (
        <span className="lan" title={t.top.lanHint}>
          {t.top.lan}
        </span>
      )}
      {address !== null && <Icon name="copy" size={13} />}
    </button>
  );
}

function Mode(): JSX.Element | null {
  const t = useTexts();
  const state = useConnection(({ settings }) => settings?.cacheMode ?? null);
  if (state === null) return null;
  const now = CACHE_MODES.find((mode) => mode === state.value) ?? 'standard';
  const items = (): MenuItem[] => [
    ...CACHE_MODES.map((mode): MenuItem => ({
      label: t.top.modes[mode],
      note: t.top.modeTexts[mode],
      checked: mode === now,
      disabled: state.locked,
      run: () => setCacheMode(mode),
    })),
    ...(state.locked
      ? [{ label: '-' }, { label: t.top.modeLocked(t.settings.sources[state.source]), disabled: true }]
      : []),
  ];
  return (
    <MenuButton
      label={`${t.top.mode}: ${t.top.modes[now]}`}
      title={t.top.modeTexts[now]}
      className="top-chip"
      items={items}
    >
      <Icon name="cache" size={14} />
      <span>{t.top.modes[now]}</span>
      <Icon name={state.locked ? 'lock' : 'chevronDown'} size={12} />
    </MenuButton>
  );
}

function Interception(): JSX.Element | null {
  const t = useTexts();
  const i = t.clients.intercept;
  const state = useConnection(({ settings }) => settings?.intercept ?? null);
  if (state === null) return null;
  const now = modeOf(state);
  const items = (): MenuItem[] => [
    ...INTERCEPT_MODES.map((mode): MenuItem => ({
      label: i.menu[mode],
      note: i.notes[mode],
      checked: mode === now,
      disabled: state.locked,
      run: () => setIntercept(mode),
    })),
    { label: '-' },
    ...(state.locked ? [{ label: i.locked(t.settings.sources[state.source]), disabled: true }] : []),
    { label: i.settings, run: () => showSettings('https') },
    { label: i.connect, run: () => setPrefs({ view: 'connect' }) },
  ];
  return (
    <MenuButton label={i.chip(i.modes[now])} title={i.notes[now]} className="top-chip" items={items}>
      <Icon name={now === 'off' ? 'lock' : 'lockOpen'} size={14} />
      <span>{i.chip(i.modes[now])}</span>
      <Icon name="chevronDown" size={12} />
    </MenuButton>
  );
}

/** There as long as a certificate is accepted that would not pass. */
function Accepted(): JSX.Element | null {
  const t = useTexts();
  const list = useConnection(({ settings }) => String(settings?.upstreamAccept.value ?? ''));
  const hosts = listedItems(list);
  if (hosts.length === 0) return null;
  return (
    <button
      type="button"
      className="top-chip bad"
      title={t.top.acceptedHint(hosts.slice(0, 10).join(', '))}
      onClick={() => showSettings('upstream')}
    >
      <Icon name="warning" size={14} />
      <span>{t.top.accepted(hosts.length)}</span>
    </button>
  );
}

/** A newer version, as the desktop shell tells it. */
function Update(): JSX.Element | null {
  const t = useTexts();
  const version = useConnection((state) => state.update);
  if (version === null) return null;
  return (
    <button
      type="button"
      className="top-chip"
      title={t.top.updateHint}
      onClick={() => window.bsdmDesktop?.showUpdate()}
    >
      <Icon name="down" size={14} />
      <span>{t.top.update(version)}</span>
    </button>
  );
}

function Kafka(): JSX.Element | null {
  const t = useTexts();
  const kafka = useConnection((state) => state.kafka);
  const enabled = useConnection((state) => state.settings?.kafkaEnabled.value === true);
  if (kafka === null || !enabled) return null;
  const tone = kafka.state === 'ready' ? 'good' : kafka.state === 'backing-off' ? 'bad' : 'wait';
  return (
    <button
      type="button"
      className="top-chip"
      title={t.top.kafkaHint(formatCount(kafka.sent), formatCount(kafka.failed), formatCount(kafka.dropped))}
      onClick={() => showSettings('kafka')}
    >
      <span className={`dot ${tone}`} />
      <span>
        {t.top.kafka}: {t.top.kafkaStates[kafka.state]}
      </span>
    </button>
  );
}

function Figure({
  label,
  short,
  value,
  share,
  onClick,
}: {
  label: string;
  short: string;
  value: string;
  share?: number;
  onClick: () => void;
}): JSX.Element {
  return (
    <button type="button" className="figure" title={label} onClick={onClick}>
      <span className="figure-value">{value}</span>{' '}
      <span className="figure-name">
        {short}
        {share !== undefined && (
          <span className="meter">
            <span style={{ width: `${Math.min(100, 100 * share)}%` }} />
          </span>
        )}
      </span>
    </button>
  );
}

function Figures(): JSX.Element | null {
  const t = useTexts();
  const latest = useStats((state) => state.latest);
  const previous = useStats((state) => state.previous);
  const base = useStats((state) => state.base);
  if (latest === null) return null;
  const { cache, memory } = latest;
  const { hits, answered } = hitsSince(latest, base);
  const toStatistics = (): void => setPrefs({ view: 'statistics' });
  return (
    <div className="figures">
      <Figure
        label={t.top.rate}
        short={t.top.rateShort}
        value={formatRate(requestRate(latest, previous))}
        onClick={toStatistics}
      />
      <Figure
        label={base === null ? t.top.ratio : t.top.ratioSinceClear}
        short={t.top.ratioShort}
        value={formatRatio(hits, answered)}
        onClick={toStatistics}
      />
      <Figure
        label={t.top.cacheBytes}
        short={t.top.cacheShort}
        value={`${formatBytes(cache.bytes)} / ${formatBytes(cache.maxBytes)}`}
        share={cache.maxBytes > 0 ? cache.bytes / cache.maxBytes : 0}
        onClick={() => setPrefs({ view: 'cache' })}
      />
      <Figure label={t.top.memory} short={t.top.memoryShort} value={formatBytes(memory.rss)} onClick={toStatistics} />
    </div>
  );
}

function CoreStatus(): JSX.Element {
  const t = useTexts();
  const phase = useConnection((state) => state.phase);
  const coreProcess = useConnection((state) => state.coreProcess);
  const troubled = coreProcess !== null && coreProcess.state !== 'running' ? coreProcess.state : null;
  const state =
    phase === 'connected' && (troubled === null || troubled === 'starting') ? 'connected' : (troubled ?? phase);
  const tone =
    state === 'connected'
      ? 'good'
      : state === 'connecting' || state === 'starting' || state === 'restarting'
        ? 'wait'
        : 'bad';
  const desktop = window.bsdmDesktop;
  const text = (
    <>
      <span className={`dot ${tone}`} />
      {t.top.core[state]}
    </>
  );
  return desktop === undefined ? (
    <span className="core-status" role="status" data-testid="core-status" data-state={state}>
      {text}
    </span>
  ) : (
    <MenuButton
      label={t.top.core[state]}
      className="core-status as-button"
      items={() => [{ label: t.top.restart, run: () => void desktop.restartCore().catch(showProblem) }]}
    >
      <span role="status" data-testid="core-status" data-state={state} className="core-inner">
        {text}
      </span>
      <Icon name="chevronDown" size={12} />
    </MenuButton>
  );
}

export function TopBar({ onPalette }: { onPalette: () => void }): JSX.Element {
  const t = useTexts();
  const view = usePrefs((prefs) => prefs.view);
  return (
    <header className="top" aria-label={t.app.status}>
      <h1 className="hidden-text">BSDM-Proxy: {t.app.views[view]}</h1>
      <Listening />
      <Mode />
      <ReloadSwitch />
      <Interception />
      <SystemProxySwitch />
      <ThrottleSwitch />
      <Accepted />
      <Kafka />
      <Update />
      <span className="grow" />
      <Figures />
      <CoreStatus />
      <button
        type="button"
        className="button quiet icon-only"
        aria-label={t.top.palette}
        title={`${t.top.palette} (Ctrl+K)`}
        onClick={onPalette}
      >
        <Icon name="search" />
      </button>
    </header>
  );
}
