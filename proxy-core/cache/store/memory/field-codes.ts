/**
 * Names that fields of responses usually have, as codes of one or two characters: what a stored response spends on the
 * names of its fields. A name is known in one spelling and, with a mark before the code, in lower case as HTTP/2 has it;
 * in any other it is kept as it came. The table belongs to one run, so its order may change.
 */

/** The name that follows is in lower case. */
const LOWER = '\u0001';
/** A printable character follows: the second table. */
const SECOND = '\u0002';
const FIRST_CODE = 0x03;
const FIRST_SECOND_CODE = 0x21;
const FIRST_PRINTABLE = 0x20;
const LINE_FEED = 0x0a;

/** The most frequent ones; as many as control characters are left, without the line feed. */
const COMMON: readonly string[] = [
  'Date',
  'Content-Type',
  'Content-Length',
  'Cache-Control',
  'Server',
  'ETag',
  'Last-Modified',
  'Expires',
  'Vary',
  'Age',
  'Accept-Ranges',
  'Content-Encoding',
  'Set-Cookie',
  'Access-Control-Allow-Origin',
  'Strict-Transport-Security',
  'X-Content-Type-Options',
  'X-Frame-Options',
  'X-XSS-Protection',
  'Content-Security-Policy',
  'Referrer-Policy',
  'Via',
  'X-Cache',
  'Alt-Svc',
  'Link',
  'Location',
  'X-Powered-By',
  'Timing-Allow-Origin',
  'Pragma',
];

/** At most 94. */
const OTHERS: readonly string[] = [
  'Accept-CH',
  'Access-Control-Allow-Credentials',
  'Access-Control-Allow-Headers',
  'Access-Control-Allow-Methods',
  'Access-Control-Expose-Headers',
  'Access-Control-Max-Age',
  'Allow',
  'Cache-Status',
  'Cache-Tag',
  'CDN-Cache-Control',
  'CF-Cache-Status',
  'CF-RAY',
  'Content-Disposition',
  'Content-Language',
  'Content-Location',
  'Content-Range',
  'Content-Security-Policy-Report-Only',
  'Cross-Origin-Embedder-Policy',
  'Cross-Origin-Opener-Policy',
  'Cross-Origin-Resource-Policy',
  'Expect-CT',
  'NEL',
  'Origin-Agent-Cluster',
  'P3P',
  'Permissions-Policy',
  'Report-To',
  'Reporting-Endpoints',
  'Retry-After',
  'Server-Timing',
  'Speculation-Rules',
  'Surrogate-Control',
  'Surrogate-Key',
  'Warning',
  'X-Amz-Cf-Id',
  'X-Amz-Cf-Pop',
  'x-amz-id-2',
  'x-amz-request-id',
  'x-amz-server-side-encryption',
  'x-amz-version-id',
  'X-Cache-Hits',
  'X-Cache-Status',
  'X-DNS-Prefetch-Control',
  'X-Download-Options',
  'X-Permitted-Cross-Domain-Policies',
  'X-Request-Id',
  'X-Robots-Tag',
  'X-Runtime',
  'X-Served-By',
  'X-Timer',
  'X-UA-Compatible',
  'X-Varnish',
];

/** A code as it is read: the name it stands for, and its own length. */
interface FieldCode {
  readonly name: string;
  readonly length: number;
}

const codes = new Map<string, string>();
/** By the character of the code: names as written above, and in lower case. */
const common: FieldCode[] = [];
const commonLower: FieldCode[] = [];
const second: FieldCode[] = [];
const secondLower: FieldCode[] = [];

function add(name: string, code: string, plain: FieldCode[], lower: FieldCode[]): void {
  const at = code.charCodeAt(code.length - 1);
  const lowerName = name.toLowerCase();
  plain[at] = { name, length: code.length };
  lower[at] = { name: lowerName, length: code.length + 1 };
  codes.set(lowerName, LOWER + code);
  codes.set(name, code);
}

let next = FIRST_CODE;
for (const name of COMMON) {
  if (next === LINE_FEED) next++;
  add(name, String.fromCharCode(next++), common, commonLower);
}
next = FIRST_SECOND_CODE;
for (const name of OTHERS) add(name, SECOND + String.fromCharCode(next++), second, secondLower);

/** What stands for a name before its value; undefined when the name is to be written out. */
export function fieldCode(name: string): string | undefined {
  return codes.get(name);
}

/** The code a line begins with; undefined when the line is a name. */
export function readCode(line: string): FieldCode | undefined {
  const first = line.charCodeAt(0);
  // Not a number for an empty line.
  if (!(first < FIRST_PRINTABLE)) return undefined;
  if (first === 1) {
    const after = line.charCodeAt(1);
    return after === 2 ? secondLower[line.charCodeAt(2)] : commonLower[after];
  }
  return first === 2 ? second[line.charCodeAt(1)] : common[first];
}
