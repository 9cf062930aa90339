/** What can be done with the selected exchanges. */
import type { JSX } from 'react';
import { call } from '../connection/core.ts';
import { texts, useTexts } from '../i18n/index.ts';
import { openDetails, openPurge, setFilterText, showEntry, toggleMarks, useTrafficUi } from '../state/selection.ts';
import { showProblem, showToast } from '../state/toasts.ts';
import { ring, rowOf } from '../state/traffic.ts';
import { copyText } from '../ui/copy.ts';
import { formatBytes } from '../ui/format.ts';
import { Menu, type MenuItem, type Point } from '../kit/Menu.tsx';
import { copyAs, COPY_FORMS, type CopyForm } from './copy-as.ts';
import { quoteValue, setTerm, toggleTerm } from '../../proxy-core/contract/filter/edit.ts';

/** Request bodies longer than this do not go on a command line. */
const CURL_BODY_MAX = 64 * 1024;

async function copyRequest(id: number, form: CopyForm): Promise<void> {
  const { row, requestFields, requestBody } = await call('exchange.get', { id });
  const isWhole = requestBody.kept === requestBody.bytes && requestBody.bytes <= CURL_BODY_MAX;
  const wanted = isWhole && requestBody.bytes > 0;
  const body = wanted ? (await call('exchange.body', { id, side: 'request' })).bytes : new Uint8Array();
  const text = copyAs(form, { method: row.method, url: row.url, fields: requestFields, body });
  if (text === undefined) return void showToast({ tone: 'bad', text: texts().traffic.menu.cannotCarry });
  copyText(text);
  if (!isWhole) showToast({ tone: 'info', text: texts().traffic.menu.curlNoBody(formatBytes(requestBody.bytes)) });
}

export function RowMenu({ at, onClose }: { at: Point; onClose: () => void }): JSX.Element | null {
  const t = useTexts();
  const current = useTrafficUi((state) => state.current);
  const selected = useTrafficUi((state) => state.selected);
  const marked = useTrafficUi((state) => state.marked);
  const row = rowOf(current);
  if (row === undefined) return null;
  const keys = selected.size > 0 ? [...selected] : [row.key];
  const live = ring.isLive(row.key);
  const filterText = useTrafficUi.getState().filterText;
  const entryIds = [...new Set(keys.filter((key) => ring.isLive(key)).flatMap((key) => rowOf(key)?.entryId ?? []))];
  const items: MenuItem[] = [
    { label: t.traffic.menu.open, keys: 'Enter', run: () => openDetails(row.key) },
    { label: '-' },
    {
      label: t.traffic.menu.onlyHost,
      note: row.host,
      run: () => setFilterText(setTerm(filterText, 'host', row.host, '=')),
    },
    {
      label: t.traffic.menu.notHost,
      note: row.host,
      run: () => setFilterText(toggleTerm(filterText, `-host=${quoteValue(row.host)}`)),
    },
    { label: '-' },
    { label: t.traffic.menu.copyUrl, run: () => copyText(keys.map((key) => rowOf(key)?.url ?? '').join('\n')) },
    ...COPY_FORMS.map((form) => ({
      label: t.traffic.menu.copyAs[form],
      disabled: !live || row.kind === 'tunnel',
      run: () => void copyRequest(row.id, form).catch(showProblem),
    })),
    { label: '-' },
    {
      label: t.traffic.menu.openEntry,
      disabled: row.entryId === undefined || !live,
      run: () => row.entryId !== undefined && showEntry(row.entryId),
    },
    {
      label: t.traffic.menu.evictEntry,
      disabled: entryIds.length === 0,
      run: () => openPurge({ kind: 'ids', ids: entryIds }),
    },
    { label: '-' },
    {
      label: keys.every((key) => marked.has(key)) ? t.traffic.menu.unmark : t.traffic.menu.mark,
      keys: 'M',
      run: () => toggleMarks(keys),
    },
  ];
  return <Menu at={at} items={items} label={row.url} onClose={onClose} />;
}
