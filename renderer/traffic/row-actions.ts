/** What can be done with the chosen exchanges: the menu of a row and the palette both show it. */
import { ROW_COLORS } from '../../proxy-core/contract/labels.ts';
import { shortType } from '../../proxy-core/contract/filter/short-type.ts';
import { quoteValue, setTerm, toggleTerm } from '../../proxy-core/contract/filter/edit.ts';
import { call } from '../connection/core.ts';
import { texts, type Catalogue } from '../i18n/index.ts';
import type { MenuItem } from '../kit/Menu.tsx';
import { compare, useComparing, type Compared } from '../state/comparing.ts';
import { labelRows, writeNote } from '../state/labels.ts';
import { chooseExchangeTab } from '../state/panes.ts';
import { openDetails, openPurge, setFilterText, showEntry, toggleMarks, useTrafficUi } from '../state/selection.ts';
import { showProblem, showToast } from '../state/toasts.ts';
import type { TrafficRow } from '../state/traffic-ring.ts';
import { ofShown, ring, rowOf } from '../state/traffic.ts';
import { copyText } from '../ui/copy.ts';
import { clip, formatBytes } from '../ui/format.ts';
import { pickSide } from '../ui/pick-side.ts';
import { AGAIN, canSendAgain, sendAgain } from './again.ts';
import { COPY_FORMS, type CopyForm } from './copy-forms.ts';

/** Request bodies longer than this do not go on a command line. */
const CURL_BODY_MAX = 64 * 1024;

async function copyRequest(id: number, form: CopyForm): Promise<void> {
  const of = ofShown();
  const { row, requestFields, requestBody } = await call('exchange.get', { id, ...of });
  const isWhole = requestBody.kept === requestBody.bytes && requestBody.bytes <= CURL_BODY_MAX;
  const wanted = isWhole && requestBody.bytes > 0;
  const body = wanted ? (await call('exchange.body', { id, side: 'request', ...of })).bytes : new Uint8Array();
  const { copyAs } = await import('./copy-as.ts');
  const text = copyAs(form, { method: row.method, url: row.url, fields: requestFields, body });
  if (text === undefined) return void showToast({ tone: 'bad', text: texts().traffic.menu.cannotCarry });
  copyText(text);
  if (!isWhole) showToast({ tone: 'info', text: texts().traffic.menu.curlNoBody(formatBytes(requestBody.bytes)) });
}

/** A part of its own: few rows are ever broken on. */
function breakOn(row: TrafficRow): void {
  import('../held/actions.ts').then((held) => held.breakOn(row), showProblem);
}

/** The same. */
function mockFrom({ id }: TrafficRow): void {
  import('../rules/from-exchange.ts').then((rules) => rules.mockFrom(id)).catch(showProblem);
}

/** The terms that rows like this one pass, and others do not. */
function termsOf(row: TrafficRow): string[] {
  const path = row.path.split('?')[0] ?? '';
  const pairs: [key: string, value: string | undefined][] = [
    ['host=', row.host],
    ['path:', path === '' ? undefined : path],
    ['status:', row.status?.toString()],
    ['type=', shortType(row.contentType)],
    ['method:', row.method.toLowerCase()],
    ['app=', row.app],
    ['reason=', row.reason],
    ['op=', row.operation],
    ['color:', row.color],
  ];
  return pairs.flatMap(([key, value]) => (value === undefined || value === '' ? [] : [`${key}${quoteValue(value)}`]));
}

const sideOf = ({ id, method, host, path }: TrafficRow): Compared => ({
  ref: { exchange: id, ...ofShown() },
  label: clip(`${method} ${host}${path}`),
});

/** Two rows at once, or one after the other; the other side may be a stored response. */
function compareActions({ traffic: { menu } }: Catalogue, row: TrafficRow, keys: readonly number[]): MenuItem[] {
  const [first, second, ...more] = keys.map((key) => rowOf(key));
  const isThere = ring.isLive(row.key);
  if (first !== undefined && second !== undefined && more.length === 0)
    return [
      {
        label: menu.compareTwo,
        disabled: !ring.isLive(first.key) || !ring.isLive(second.key),
        run: () => compare(sideOf(first), sideOf(second)),
      },
    ];
  const { picked } = useComparing.getState();
  return [
    ...(picked === null
      ? []
      : [{ label: menu.compareTo(picked.label), disabled: !isThere, run: () => compare(picked, sideOf(row)) }]),
    { label: menu.compareWith, disabled: !isThere, run: () => pickSide(sideOf(row)) },
  ];
}

/** Those with a line between them; submenus stand in `items`. */
export function rowActions(t: Catalogue, row: TrafficRow, keys: readonly number[]): MenuItem[] {
  const { menu } = t.traffic;
  const { marked, filterText } = useTrafficUi.getState();
  const live = ring.isLive(row.key);
  // Notes are kept by the core that captured.
  const canLabel = live && ofShown().session === undefined;
  const entryIds = [...new Set(keys.filter((key) => ring.isLive(key)).flatMap((key) => rowOf(key)?.entryId ?? []))];
  return [
    { label: menu.open, keys: 'Enter', run: () => openDetails(row.key) },
    {
      label: t.labels.explain,
      run: () => {
        chooseExchangeTab('why');
        openDetails(row.key);
      },
    },
    { label: '-' },
    {
      label: menu.onlyHost,
      note: row.host,
      run: () => setFilterText(setTerm(filterText, 'host', row.host, '=')),
    },
    {
      label: menu.notHost,
      note: row.host,
      run: () => setFilterText(toggleTerm(filterText, `-host=${quoteValue(row.host)}`)),
    },
    {
      label: t.labels.filterBy,
      items: termsOf(row).map((term) => ({
        label: clip(term),
        run: () => setFilterText(toggleTerm(filterText, term)),
      })),
    },
    { label: t.held.breakOn, note: row.host, disabled: row.kind !== 'http', run: () => breakOn(row) },
    {
      label: t.rules.mockThis,
      note: row.host,
      disabled: row.kind !== 'http' || !live || row.status === undefined,
      run: () => mockFrom(row),
    },
    { label: '-' },
    { label: menu.copyUrl, run: () => copyText(keys.map((key) => rowOf(key)?.url ?? '').join('\n')) },
    {
      label: t.labels.copyAs,
      disabled: !live || row.kind === 'tunnel',
      items: COPY_FORMS.map((form) => ({
        label: menu.copyAs[form],
        run: () => void copyRequest(row.id, form).catch(showProblem),
      })),
    },
    { label: '-' },
    ...AGAIN.map(({ how, keys: byKey }) => ({
      label: menu[how],
      ...(byKey !== undefined && { keys: byKey.toUpperCase() }),
      disabled: !canSendAgain(row),
      run: () => sendAgain(how, row),
    })),
    ...compareActions(t, row, keys),
    { label: '-' },
    {
      label: menu.openEntry,
      disabled: row.entryId === undefined || !live,
      run: () => row.entryId !== undefined && showEntry(row.entryId),
    },
    {
      label: menu.evictEntry,
      disabled: entryIds.length === 0,
      run: () => openPurge({ kind: 'ids', ids: entryIds }),
    },
    { label: '-' },
    {
      label: keys.every((key) => marked.has(key)) ? menu.unmark : menu.mark,
      keys: 'M',
      run: () => toggleMarks(keys),
    },
    { label: t.labels.noteOpen, keys: 'N', disabled: !canLabel, run: () => writeNote(keys) },
    {
      label: t.labels.color,
      disabled: !canLabel,
      items: [
        ...ROW_COLORS.map((color, at) => ({
          label: t.labels.colors[color],
          keys: String(at + 1),
          swatch: `rgb(var(--label-${color}))`,
          run: () => void labelRows(keys, { color }),
        })),
        { label: t.labels.noColor, keys: '0', run: () => void labelRows(keys, { color: 'none' }) },
      ],
    },
  ];
}
