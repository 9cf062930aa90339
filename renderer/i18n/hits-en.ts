/** English texts about seeing hits: the switch for a client's reload, and the hints over the table. */
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
      seen: (count: number, of: number, by: string) =>
        `Of the last ${of} requests for something stored, ${count} went to the origin because the client asked for that: ${by}.`,
      todo: 'A reload sends this, and “Disable cache” in the browser’s tools with every request. Untick it, or have this proxy ignore it, as CDNs do.',
    },
    ownCache: {
      page: (url: string, before: number, now: number) =>
        `${url} was loaded with ${now} ${now === 1 ? 'request' : 'requests'}; before, it took ${before}. The rest did not come this way: browsers answer it from their own cache.`,
      notModified: (count: number, of: number) =>
        `${count} of the last ${of} requests only asked whether the client’s own copy is still good (304): clients answer from their own cache.`,
      todo: 'To see everything here, tick “Disable cache” in the browser’s tools and have this proxy ignore what that sends; or use a new private window.',
    },
    unread: {
      seen: (count: number, of: number) =>
        `${count} of the last ${of} are HTTPS tunnels. They pass unread, so nothing in them can be a hit.`,
      todo: 'Have HTTPS read, for some hosts or for all, and it is cached like the rest.',
      act: 'Read HTTPS…',
    },
    cacheOff: {
      seen: 'The cache is off: every request goes to the origin.',
      todo: 'In the standard mode it answers by the rules of RFC 9111.',
      act: 'Standard mode',
    },
    notStored: {
      seen: (count: number, of: number, by: string) =>
        `${count} of the last ${of} misses cannot become hits, because their responses are not stored: ${by}.`,
      todo: 'Open one of them: Why says what keeps it out, and what would let it in.',
    },
    firstTime: {
      seen: (count: number) => `${count} responses are stored, and none of them has been asked for again yet.`,
      todo: 'Ask for them again to see hits.',
    },
  },
};
