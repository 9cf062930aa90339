/** English texts of Fix it. */
export const fixEn = {
  title: 'Fix it',
  choose: 'Which change',
  smallest: 'The smallest',
  withoutCookie: 'Without the cookie',
  privateData: 'Private data',
  mind: 'What else changes',
  server: 'Server',
  linesFor: (server: string) => `Lines for ${server}`,
  pathOnly: 'For this path only, whatever the query.',
  where: {
    express: 'Goes before the routes; app is your Express application.',
    nginx:
      'Goes into the server block. Take proxy_pass over from the location that answers this path now; add_header lines of the blocks around it do not count inside.',
    apache: 'Goes into the virtual host; needs mod_headers.',
    caddy: 'Goes into the site block.',
    django: 'Goes into a module of your project; name it first in MIDDLEWARE: "project.module.mended".',
    rails: 'Goes into a file of its own in config/initializers.',
    spring:
      'Goes into a class of its own (before Spring Boot 3 with javax.servlet). The session cookie of the container does not pass through it.',
    next: 'Goes into next.config.js, and counts from the next build on. Files with a hash in their name keep what Next.js says of them.',
    cloudflare: 'A Worker or a Snippet for the route of this path.',
  },
};
