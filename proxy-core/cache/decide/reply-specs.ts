/** The clause by which a field of the request makes a reply another one. */
export const REPLY_SPECS = {
  'If-None-Match': 'RFC 9110 §13.1.2',
  'If-Modified-Since': 'RFC 9110 §13.1.3',
  'If-Range': 'RFC 9110 §13.1.5',
  Range: 'RFC 9110 §14.2',
} as const;
