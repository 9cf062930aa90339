/**
 * The change as code of an application. Each piece acts after everything that may set the fields, and only for the one path.
 */
import { bytesOf, decodedUtf8 } from './path.ts';
import { javaString, jsString, pythonString, rubyString } from './quote.ts';
import type { Line } from './line.ts';

const indented = (lines: readonly string[], spaces: number): string[] =>
  lines.map((line) => `${' '.repeat(spaces)}${line}`);

/** Express: when the head is written, whatever set the fields before. */
export function express(path: string, lines: readonly Line[]): string {
  const change = lines.map(({ name, value }) =>
    value === null ? `res.removeHeader(${jsString(name)});` : `res.setHeader(${jsString(name)}, ${jsString(value)});`,
  );
  return [
    'app.use((req, res, next) => {',
    `  if (req.path !== ${jsString(path)}) return next();`,
    '  const { writeHead } = res;',
    '  res.writeHead = function (...head) {',
    ...indented(change, 4),
    '    return writeHead.apply(this, head);',
    '  };',
    '  next();',
    '});',
  ].join('\n');
}

/** Django compares decoded paths; bytes that are no UTF-8 stay as escapes there. */
export function django(path: string, lines: readonly Line[]): string {
  const decoded = decodedUtf8(bytesOf(path))
    .map(({ code, byte }) => (code === undefined ? `%${byte.toString(16).toUpperCase()}` : String.fromCodePoint(code)))
    .join('');
  const change = lines.map(({ name, value }) => {
    if (value !== null) return `response[${pythonString(name)}] = ${pythonString(value)}`;
    return name === 'Set-Cookie' ? 'response.cookies.clear()' : `del response[${pythonString(name)}]`;
  });
  return [
    'def mended(get_response):',
    '    def middleware(request):',
    '        response = get_response(request)',
    `        if request.path == ${pythonString(decoded)}:`,
    ...indented(change, 12),
    '        return response',
    '    return middleware',
  ].join('\n');
}

/** Rails: outside of everything that Rails itself does to Cache-Control. */
export function rails(path: string, lines: readonly Line[]): string {
  const change = lines.flatMap(({ name, value }) => {
    const lower = name.toLowerCase();
    const gone = `headers.delete_if { |name, _| name.casecmp?(${rubyString(lower)}) }`;
    return value === null ? [gone] : [gone, `headers[${rubyString(lower)}] = ${rubyString(value)}`];
  });
  return [
    'class MendedHeaders',
    '  def initialize(app)',
    '    @app = app',
    '  end',
    '',
    '  def call(env)',
    '    status, headers, body = @app.call(env)',
    `    if env["PATH_INFO"] == ${rubyString(path)}`,
    ...indented(change, 6),
    '    end',
    '    [status, headers, body]',
    '  end',
    'end',
    '',
    'Rails.application.config.middleware.insert_before 0, MendedHeaders',
  ].join('\n');
}

/** Spring: set first, and kept from whoever sets it later. Spring Security leaves a Cache-Control that is there alone. */
export function spring(path: string, lines: readonly Line[]): string {
  const set = lines.flatMap(({ name, value }) =>
    value === null ? [] : [`response.setHeader(${javaString(name)}, ${javaString(value)});`],
  );
  const isOurs = lines.map(({ name }) => `name.equalsIgnoreCase(${javaString(name)})`).join(' || ');
  const noCookies = lines.some(({ name, value }) => name === 'Set-Cookie' && value === null)
    ? ['', '@Override public void addCookie(Cookie cookie) {}']
    : [];
  return [
    '@Component',
    '@Order(Ordered.HIGHEST_PRECEDENCE)',
    'public class MendedHeaders extends OncePerRequestFilter {',
    '    @Override',
    '    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)',
    '            throws ServletException, IOException {',
    `        if (!request.getRequestURI().equals(${javaString(path)})) {`,
    '            chain.doFilter(request, response);',
    '            return;',
    '        }',
    ...indented(set, 8),
    '        chain.doFilter(request, new HttpServletResponseWrapper(response) {',
    '            private boolean isOurs(String name) {',
    `                return ${isOurs};`,
    '            }',
    '',
    '            @Override public void setHeader(String name, String value) {',
    '                if (!isOurs(name)) super.setHeader(name, value);',
    '            }',
    '',
    '            @Override public void addHeader(String name, String value) {',
    '                if (!isOurs(name)) super.addHeader(name, value);',
    '            }',
    ...indented(noCookies, 12).map((line) => line.trimEnd()),
    '        });',
    '    }',
    '}',
  ].join('\n');
}

/** Characters of a Next.js `source` that are syntax there (path-to-regexp). */
const SYNTAX = '(){}:*+?\\';

/** Next.js: fields can be set from its configuration, not taken away. */
export function next(path: string, lines: readonly Line[]): string {
  const source = [...path].map((char) => (SYNTAX.includes(char) ? `\\${char}` : char)).join('');
  const set = lines.flatMap(({ name, value }) =>
    value === null ? [] : [`{ key: ${jsString(name)}, value: ${jsString(value)} },`],
  );
  const left = lines.filter(({ value }) => value === null).map(({ name }) => name);
  const why = left.map((name) => `// ${name}: cannot be taken away here, only where the route sets it`);
  if (set.length === 0) return why.join('\n');
  return [
    'module.exports = {',
    '  async headers() {',
    '    return [',
    '      {',
    `        source: ${jsString(source)},`,
    '        headers: [',
    ...indented(set, 10),
    ...indented(why, 10),
    '        ],',
    '      },',
    '    ];',
    '  },',
    '};',
  ].join('\n');
}

/** Cloudflare: a Worker or a Snippet; both sides of the comparison are spelled as URL spells them. */
export function cloudflare(path: string, lines: readonly Line[]): string {
  const change = lines.map(({ name, value }) =>
    value === null
      ? `response.headers.delete(${jsString(name)});`
      : `response.headers.set(${jsString(name)}, ${jsString(value)});`,
  );
  return [
    `const { pathname } = new URL(${jsString(`https://example.com${path}`)});`,
    '',
    'export default {',
    '  async fetch(request) {',
    '    const answer = await fetch(request);',
    '    if (new URL(request.url).pathname !== pathname) return answer;',
    '    const response = new Response(answer.body, answer);',
    ...indented(change, 4),
    '    return response;',
    '  },',
    '};',
  ].join('\n');
}
