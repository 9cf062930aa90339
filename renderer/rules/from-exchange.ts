/** A rule that answers as a captured exchange was answered, in the editor to be looked over. */
import type { FieldLine, ExchangeDetail } from '../../proxy-core/contract/exchange.ts';
import { setTerm } from '../../proxy-core/contract/filter/edit.ts';
import { RULE_LIMITS, type MockBody, type Rule } from '../../proxy-core/contract/rules/rule.ts';
import { call } from '../connection/core.ts';
import { texts } from '../i18n/index.ts';
import { setPrefs } from '../state/prefs.ts';
import { showToast } from '../state/toasts.ts';
import { ofShown } from '../state/traffic.ts';
import { formatBytes } from '../ui/format.ts';
import { edit } from './state.ts';

/** Of a connection, of the length, of this proxy, or of the time the answer was given: they are made anew. */
const NOT_KEPT = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'content-length',
  'te',
  'trailer',
  'upgrade',
  'via',
  'age',
  'date',
  'cache-status',
  'x-cache-status',
]);

/** The fields of the mock: those sent to the client that are the answer's own. */
export const mockedFields = (fields: readonly FieldLine[]): FieldLine[] =>
  fields.filter(([name]) => !NOT_KEPT.has(name.toLowerCase()));

/** The content of the mock: text where it is text in UTF-8 that names no value of a request, else its bytes. */
export function mockedBody(bytes: Uint8Array): MockBody | undefined {
  if (bytes.length === 0) return undefined;
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    if (!text.includes('{{') && !text.includes('\0')) return { text };
  } catch {
    // no text
  }
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return { base64: btoa(binary) };
}

/** The rule; `body` is the content of its answer. Before the cache is asked, for this URL and method. */
function mockOf({ row, responseFields }: ExchangeDetail, body: MockBody | undefined): Rule {
  const end = row.path.indexOf('?');
  const path = end < 0 ? row.path : row.path.slice(0, end);
  const status = row.status ?? 200;
  const hasContent = status !== 204 && status !== 304;
  return {
    id: crypto.randomUUID(),
    name: texts().rules.mockOf(`${row.host}${path}`.slice(0, 150)),
    enabled: true,
    when: setTerm(
      setTerm(setTerm('', 'method', row.method.toLowerCase(), '='), 'host', row.host, '='),
      'path',
      path,
      '=',
    ),
    where: 'client-request',
    then: [
      {
        do: 'mock',
        status,
        fields: mockedFields(responseFields),
        ...(hasContent && body !== undefined && { body }),
      },
    ],
  };
}

/** Opens the editor with it. Content that was not kept whole, or is too long for a rule, is left out, and that is said. */
export async function mockFrom(id: number): Promise<void> {
  // Asked once: another session may be shown by the time the content is here.
  const of = ofShown();
  const detail = await call('exchange.get', { id, ...of });
  const { bytes, kept } = detail.responseBody;
  // Base64 takes four characters for three bytes.
  const isWhole = kept === bytes && bytes <= (RULE_LIMITS.body / 4) * 3;
  const content =
    isWhole && bytes > 0 ? (await call('exchange.body', { id, side: 'response', ...of })).bytes : new Uint8Array();
  edit(mockOf(detail, mockedBody(content)));
  setPrefs({ view: 'rules' });
  if (!isWhole) showToast({ tone: 'info', text: texts().rules.mockNoBody(formatBytes(bytes)) });
}
