/** The window's own icons: one stroke weight, 16 px grid, drawn in the text's colour and silent to screen readers. */
import type { JSX } from 'react';

const PATHS = {
  traffic: 'M2 4h9M2 8h12M2 12h7M13 3l1.5 1.5L13 6',
  cache:
    'M2.5 4c0-1.1 2.5-2 5.5-2s5.5.9 5.5 2-2.5 2-5.5 2-5.5-.9-5.5-2Zm0 0v8c0 1.1 2.5 2 5.5 2s5.5-.9 5.5-2V4M2.5 8c0 1.1 2.5 2 5.5 2s5.5-.9 5.5-2',
  statistics: 'M1.5 12.5l3.5-5 3 3 3-6 3.5 4M1.5 14.5h13',
  rules: 'M2 4h6M11 4h3M8 2.5h3v3H8zM2 12h2M7 12h7M4 10.5h3v3H4zM2 8h12',
  compose: 'M2 13.5l.8-3.2L10.6 2.5l2.4 2.4-7.8 7.8zM9 4.1l2.4 2.4M8.5 13.5H14',
  connect: 'M5.5 2v3.5M10.5 2v3.5M3.5 5.5h9v2.7a4.5 4.5 0 0 1-9 0zM8 12.7V15',
  settings: 'M2 4.5h6M11.5 4.5H14M2 11.5h2.5M8 11.5h6M9.7 2.8v3.4M6.2 9.8v3.4',
  pause: 'M5.5 3v10M10.5 3v10',
  play: 'M4.5 2.8v10.4l8.5-5.2z',
  record: 'M8 4.2a3.8 3.8 0 1 0 0 7.6 3.8 3.8 0 0 0 0-7.6Z',
  trash: 'M2.5 4h11M6 4V2.5h4V4M4 4l.7 9.5h6.6L12 4M6.6 6.5v4.5M9.4 6.5v4.5',
  close: 'M3.5 3.5l9 9M12.5 3.5l-9 9',
  filter: 'M2 3h12l-4.6 5.6v4.4l-2.8-1.6V8.6z',
  columns: 'M2 3h12v10H2zM6.5 3v10M10.5 3v10',
  down: 'M8 2.5v10M3.8 8.5L8 12.7l4.2-4.2',
  up: 'M8 13.5v-10M3.8 7.5L8 3.3l4.2 4.2',
  chevronDown: 'M4 6l4 4 4-4',
  chevronRight: 'M6 4l4 4-4 4',
  chevronUp: 'M4 10l4-4 4 4',
  star: 'M8 1.8l1.9 4 4.3.6-3.1 3 .7 4.3L8 11.6l-3.8 2.1.7-4.3-3.1-3 4.3-.6z',
  pin: 'M6 2h4l-.5 4.5L12 9H4l2.5-2.5zM8 9v5',
  copy: 'M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3',
  search: 'M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9ZM10.4 10.4L14 14',
  lock: 'M3.5 7.5h9v6h-9zM5.3 7.5V5.2a2.7 2.7 0 0 1 5.4 0v2.3',
  lockOpen: 'M3.5 7.5h9v6h-9zM5.3 7.5V4.6a2.7 2.7 0 0 1 5.2-1',
  reset: 'M3 8a5 5 0 1 0 1.6-3.7M4.5 1.8v2.7h2.7',
  warning: 'M8 2l6.5 11.5h-13zM8 6.5v3.2M8 11.6v.2',
  link: 'M6 3H3v10h10v-3M9 2.5h4.5V7M13.2 2.8L7.5 8.5',
  help: 'M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8ZM6 6.2c.2-2.4 4.1-2.3 4 .1 0 1.5-2 1.4-2 3M8 11.4v.2',
  keyboard: 'M1.5 4h13v8.5h-13zM4 6.7h.2M6.6 6.7h.2M9.2 6.7h.2M11.8 6.7h.2M4.5 9.9h7',
  system: 'M1.5 2.5h13v8.5h-13zM5.5 14h5M8 11v3M4.5 6.8h6M8.5 4.6l2.2 2.2-2.2 2.2',
  check: 'M3 8.5l3.2 3.2L13 4.8',
  bottom: 'M2 2.5h12v11H2zM2 9h12',
  side: 'M2 2.5h12v11H2zM9 2.5v11',
  save: 'M8 2v8M4.5 6.8L8 10.3l3.5-3.5M2.5 13.5h11',
  clock: 'M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8ZM8 4.5V8l2.5 1.5',
  refresh: 'M13 8a5 5 0 0 1-9.2 2.7M3 8a5 5 0 0 1 9.2-2.7M12.6 2.3v3.2H9.4M3.4 13.7v-3.2h3.2',
  slow: 'M2.6 12a5.8 5.8 0 1 1 10.8 0M8 10.2L5.2 6.6M8 11.4a1 1 0 1 0 0-2a1 1 0 1 0 0 2',
  refreshOff: 'M13 8a5 5 0 0 1-9.2 2.7M3 8a5 5 0 0 1 9.2-2.7M12.6 2.3v3.2H9.4M3.4 13.7v-3.2h3.2M2 14.5L14 1.5',
  note: 'M2.5 2.5h11v8l-3 3h-8zM13.5 10.5h-3v3M5 5.5h6M5 8h6',
  bookmark: 'M4 2.2h8v11.6L8 10.6l-4 3.2z',
  highlight: 'M9.5 2.5l4 4L8 12H4V8zM2.5 14.5h11M7.5 4.5l4 4',
  tree: 'M2.5 3h4M2.5 3v9.5h4M2.5 7.7h4M9 3h5M9 7.7h5M9 12.5h5',
  browser: 'M2 2.5h12v11H2zM2 6h12M4 4.3h.2M6 4.3h.2',
  server: 'M2.5 2.5h11V7h-11zM2.5 9h11v4.5h-11zM5 4.8h.2M5 11.3h.2',
  code: 'M5 4.5L1.8 8 5 11.5M11 4.5L14.2 8 11 11.5M9.2 3.5L6.8 12.5',
  map: 'M2 2.5h12v11H2zM8.5 2.5v11M8.5 8H14M2 9h6.5',
  // outcomes: each its own shape, so that colour is never the only sign
  HIT: 'M3 8.5l3.2 3.2L13 4.8',
  STALE: 'M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11ZM8 5v3.2l2 1.3',
  REVALIDATED: 'M13 8a5 5 0 0 1-9.2 2.7M3 8a5 5 0 0 1 9.2-2.7M12.6 2.3v3.2H9.4M3.4 13.7v-3.2h3.2',
  MISS: 'M2.5 8h10M9 4.2L12.8 8 9 11.8',
  BYPASS: 'M2 10c3 0 3-6 6-6s3 6 6 6M11.6 8.2l2.4 1.8-2 2',
  ERROR: 'M3.5 3.5l9 9M12.5 3.5l-9 9',
  PENDING: 'M3.5 8h.2M8 8h.2M12.5 8h.2',
  notStored: 'M3 4.5h10v8H3zM2 14.5L14 2',
  TUNNEL: 'M2 5.5h12M2 10.5h12M5 3.5v9M11 3.5v9',
} as const;
export type IconName = keyof typeof PATHS;

/** One icon; give the control around it a name. */
export function Icon({
  name,
  size = 16,
  filled = false,
}: {
  name: IconName;
  size?: number;
  filled?: boolean;
}): JSX.Element {
  return (
    <svg
      className="icon"
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill={filled ? 'currentColor' : 'none'}
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
