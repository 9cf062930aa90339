/** What the demo says would make an exchange a hit: by its outcome and Cache-Control, as the core would after trying it. */
import type { ExchangeDetail } from '../../proxy-core/contract/exchange.ts';
import type { ExchangeFix } from '../../proxy-core/contract/fix/fix.ts';

const LONG_SECONDS = 60;

export function demoFix({ row, responseFields }: ExchangeDetail): ExchangeFix {
  if (row.outcome === 'HIT') return { kind: 'none', why: 'hit', seconds: Math.max(0, row.ttlSeconds ?? 0) };
  if (row.kind !== 'http') return { kind: 'cannot', code: row.kind === 'tunnel' ? 'tunnel' : 'upgrade' };
  if (row.method !== 'GET') return { kind: 'cannot', code: 'method' };
  if (row.outcome === 'ERROR') return { kind: 'cannot', code: 'no-answer' };
  const control = responseFields.find(([name]) => name === 'Cache-Control')?.[1] ?? '';
  const said = control.split(',').map((text) => text.trim());
  const age = said.find((text) => text.startsWith('max-age='));
  const lifetime = age === undefined ? 0 : Number(age.slice('max-age='.length));
  const refused = (['no-store', 'private'] as const).filter((text) => said.includes(text));
  if (refused.length === 0 && lifetime >= LONG_SECONDS && row.outcome === 'MISS')
    return { kind: 'none', why: 'stored', seconds: lifetime };
  const seconds = lifetime >= LONG_SECONDS ? 3600 : LONG_SECONDS;
  const kept = said.filter(
    (text) => text !== '' && !text.startsWith('max-age') && !refused.some((name) => name === text),
  );
  const value = [...kept.slice(0, 1).filter((text) => text === 'public'), `max-age=${seconds}`];
  value.push(...kept.filter((text) => !value.includes(text)));
  const cookie = responseFields.find(([name]) => name === 'Set-Cookie')?.[1];
  const edit = { name: 'Cache-Control', was: control === '' ? null : control, value: value.join(', ') };
  const exposes = refused.map((text) => ({
    code: text === 'private' ? ('was-private' as const) : ('was-no-store' as const),
  }));
  if (cookie === undefined) return { kind: 'fix', fixes: [{ edits: [edit], seconds, exposes, mayStay: [] }] };
  const names = cookie.slice(0, Math.max(0, cookie.indexOf('=')));
  return {
    kind: 'fix',
    fixes: [
      { edits: [edit], seconds, exposes: [{ code: 'shares-cookie', names }, ...exposes], mayStay: [] },
      {
        edits: [edit, { name: 'Set-Cookie', was: cookie, value: null }],
        seconds,
        exposes: [...exposes, { code: 'drops-cookie', names }],
        mayStay: [],
      },
    ],
  };
}
