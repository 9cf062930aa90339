/** English texts about seeing hits: the switch for a client's reload. */
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
};
