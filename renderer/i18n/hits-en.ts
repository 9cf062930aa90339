/** English texts about seeing hits: the switch for a client's reload, and the hints over the table. */
import { countedEn as counted } from './counted.ts';

const SETTINGS = { one: '# setting', other: '# settings' };

export const hitsEn = {
  reload: {
    name: 'Client’s reload',
    values: { obey: 'obey', ignore: 'ignore' },
    menu: { obey: 'Obey', ignore: 'Ignore (as CDNs do)' },
    notes: {
      obey: 'A reload, or “Disable cache” in the browser’s tools, goes to the origin: no-cache, max-age, min-fresh and Pragma of requests count.',
      ignore:
        'A reload gets what is stored, as long as that is fresh. no-store, only-if-cached and the request’s own conditions (If-…) still count.',
    },
    locked: (source: string) => `Set by ${source}; cannot be changed here`,
    palette: { obey: 'Client’s reload: obey', ignore: 'Client’s reload: ignore, as CDNs do' },
  },
  hint: {
    label: 'Hint',
    dismiss: 'Do not say this again in this session',
    show: 'Show them',
    ignore: 'Ignore reloads',
    ignored: 'Reloads now get what is stored and fresh',
    ignoredHint: 'With “Disable cache” on in the browser’s tools, every request of a page comes here.',
    locked: (source: string) => `The switch is set by ${source}.`,
    reload: {
      seen: counted(
        { one: 'the last request', other: 'the last # requests' },
        (requests, count: string, by: string) =>
          `Of ${requests} for something stored, ${count} went to the origin because the client asked for that: ${by}.`,
      ),
      todo: 'A reload sends this, and “Disable cache” in the browser’s tools with every request. Untick it, or have this proxy ignore it, as CDNs do.',
    },
    ownCache: {
      page: counted(
        { one: '# request', other: '# requests' },
        (requests, url: string, before: string) =>
          `${url} was loaded with ${requests}; before, it took ${before}. The rest did not come this way: browsers answer it from their own cache.`,
      ),
      notModified: counted(
        { one: 'the last request', other: 'the last # requests' },
        (requests, count: string) =>
          `${count} of ${requests} only asked whether the client’s own copy is still good (304): clients answer from their own cache.`,
      ),
      todo: 'To see everything here, tick “Disable cache” in the browser’s tools and have this proxy ignore what that sends; or use a new private window.',
    },
    unread: {
      seen: counted(
        { one: 'the last exchange', other: 'the last # exchanges' },
        (exchanges, tunnels: string) =>
          `HTTPS tunnels among ${exchanges}: ${tunnels}. They pass unread, so nothing in them can be a hit.`,
      ),
      todo: 'Have HTTPS read, for some hosts or for all, and it is cached like the rest.',
      act: 'Read HTTPS…',
    },
    cacheOff: {
      seen: 'The cache is off: every request goes to the origin.',
      todo: 'In the standard mode it answers by the rules of RFC 9111.',
      act: 'Standard mode',
    },
    notStored: {
      seen: counted(
        { one: 'the last miss', other: 'the last # misses' },
        (misses, count: string, by: string) =>
          `${count} of ${misses} cannot become hits, because their responses are not stored: ${by}.`,
      ),
      todo: 'Open one of them: Why says what keeps it out, and what would let it in.',
    },
    firstTime: {
      seen: counted({
        one: '# response is stored, and has not been asked for again yet.',
        other: '# responses are stored, and none of them has been asked for again yet.',
      }),
      todo: 'Ask for them again to see hits.',
    },
  },
  presets: {
    hint: 'each shows what it changes before it does',
    lead: {
      'high-load': 'For many small responses from busy origins.',
      'low-memory': 'For a machine with little memory.',
      'cdn-style':
        'The cache does what CDNs usually do: it keeps much, for long, and takes no orders from browsers. A reload no longer reaches the origin while what is stored is fresh.',
    },
    setting: 'Setting',
    now: 'Now',
    then: 'Then',
    before: 'Before it',
    effect: 'What that changes',
    effects: { room: 'Room only.', stored: 'What is stored.', answers: 'What clients get.' },
    texts: {
      cacheCapacity: 'So many responses are kept; beyond that the least recently used ones go.',
      cacheTtlSeconds:
        'A response that gives no lifetime is stored and used for this long without asking the origin, though it may have changed there. 0: only if a lifetime can be estimated from Last-Modified.',
      maxCacheBodySize: 'Larger responses pass through and are not stored.',
      cdnCacheControl: 'Where an origin sends CDN-Cache-Control, that counts in the place of Cache-Control.',
      ignoreClientCacheControl:
        'A reload gets what is stored and fresh, not what the origin has now. no-store, only-if-cached and the request’s own conditions still count.',
    },
    fixedTtl:
      'In the mode “Fixed TTL” every stored response is used for this long, whatever it says itself. 0: one hour.',
    same: 'Is so already.',
    locked: (source: string) => `Stays as it is: set by ${source}.`,
    changedSince: 'Changed again since the preset.',
    nothing: 'Nothing can change: all of it is so already, or is set by the command line or the environment.',
    apply: counted(SETTINGS, (settings) => `Change ${settings}`),
    applied: counted(SETTINGS, (settings, name: string) => `${name}: ${settings} changed`),
    appliedAt: (name: string, at: string) => `${name}, applied at ${at}`,
    undo: 'Undo',
    undoTitle: (name: string) => `Undo ${name}`,
    undoLead:
      'Settings go back to what they were before the preset, except what was changed since: that stays unless you say so.',
    restoreToo: (value: string) => `Back to ${value} all the same`,
    restore: counted(SETTINGS, (settings) => `Put ${settings} back`),
    keepAll: 'Keep all as it is',
    undone: counted(SETTINGS, (settings, name: string) => `${name} undone: ${settings} put back`),
    undoneNothing: (name: string) => `${name} undone: every setting stays as it is`,
  },
};
