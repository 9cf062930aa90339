/** English texts of the filter lines; what a filter says in words is the contract's. */
import { countedEn as counted } from './counted.ts';

export const filterEn = {
  searching: counted({ one: '# exchange not looked into yet', other: '# exchanges not looked into yet' }),
  unsearched: counted({ one: '# entry was not looked into', other: '# entries were not looked into' }),
  helpRows: [
    ['cache:miss', 'hit, miss, bypass, stale, revalidated, error'],
    ['reason:vary-mismatch', 'why it was not answered from the cache'],
    ['host:*.example.com', '* stands for any text; host=shop.example: exactly this'],
    ['path:/api url:sse?live', 'text within the path or the whole URL; a pasted URL finds its row'],
    ['path~^/v\\d+/', 'a pattern; never slow, whatever it is'],
    ['status:5xx status:200-299', 'a class, a range, a number; also status>=400'],
    ['type:image', 'html, css, js, json, xml, image, font, media, text, or as the column says: type=svg'],
    ['method:post proto:h2 client:10.0.0.5', ''],
    ['app:firefox app=curl', 'the program that asked, or its User-Agent in short'],
    ['op:addtocart note:* color:red', 'the GraphQL operation; what was written beside a row'],
    ['size>100kb time>300ms age>1h ttl<1min', 'without a unit: bytes, ms, s, s'],
    [
      'is:marked is:tunnel is:error is:fixable',
      'also pending, open, done, failed, left, stored, not-stored, collapsed, cached, reload, intercepted, accepted',
    ],
    ['body:token req.body:x res.body~id=\\d+', 'in the first MiB of a body, decompressed'],
    ['res.cache-control:no-store req.cookie:* header.vary:*', 'fields; * says that it is there'],
    ['"free text" /regex/', 'anywhere in the URL'],
    ['-type:image (status:200 or status:404)', 'not, or, grouping; words side by side must all hold'],
  ] as [string, string][],
  cacheRows: [
    ['host:*.example.com path:/api', '* stands for any text; host=shop.example: exactly this'],
    ['type:image size>100kb', 'html, css, js, json, xml, image, font, media, text, or as the column says: type=svg'],
    ['is:stale is:pinned', 'also fresh, usable, partial, compressed'],
    ['age>1h ttl<1min hits:0', 'units: s, min, h, d'],
    ['status:5xx method:head', ''],
    ['tag:news variant:de', 'surrogate keys; what selects the variant'],
    ['res.cache-control~max-age=\\d+ body:token', 'stored fields; the first MiB of a body, decompressed'],
    ['"free text" /regex/', 'anywhere in the URL'],
    ['-type:image (status:200 or status:404)', 'not, or, grouping; words side by side must all hold'],
  ] as [string, string][],
  cachePlaceholder: 'Filter: host:*.example.com type:image is:stale size>100kb hits:0',
};
