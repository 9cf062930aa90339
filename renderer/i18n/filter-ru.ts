/** Russian texts of the filter lines; what a filter says in words is the contract's. */
import { countedRu as counted } from './counted.ts';
import type { filterEn } from './filter-en.ts';

export const filterRu: typeof filterEn = {
  searching: counted({
    one: '# обмен ещё не просмотрен',
    few: '# обмена ещё не просмотрены',
    many: '# обменов ещё не просмотрены',
  }),
  unsearched: counted({
    one: '# запись не просмотрена',
    few: '# записи не просмотрены',
    many: '# записей не просмотрены',
  }),
  helpRows: [
    ['cache:miss', 'hit, miss, bypass, stale, revalidated, error'],
    ['reason:vary-mismatch', 'почему не отвечено из кэша'],
    ['host:*.example.com', '* — любой текст; host=shop.example — ровно это'],
    ['path:/api url:sse?live', 'текст в пути или во всём URL; вставленный URL находит свою строку'],
    ['path~^/v\\d+/', 'шаблон; не тормозит, каким бы он ни был'],
    ['status:5xx status:200-299', 'класс, диапазон, число; также status>=400'],
    ['type:image', 'html, css, js, json, xml, image, font, media, text или как в столбце: type=svg'],
    ['method:post proto:h2 client:10.0.0.5', ''],
    ['app:firefox app=curl', 'программа, которая спросила, или её User-Agent вкратце'],
    ['op:addtocart note:* color:red', 'операция GraphQL; что написано возле строки'],
    ['size>100kb time>300ms age>1h ttl<1min', 'без единиц: байты, мс, с, с'],
    [
      'is:marked is:tunnel is:error is:fixable',
      'также pending, open, done, failed, left, stored, not-stored, collapsed, cached, reload, intercepted, accepted',
    ],
    ['body:token req.body:x res.body~id=\\d+', 'в первом МиБ тела, распакованного'],
    ['res.cache-control:no-store req.cookie:* header.vary:*', 'поля; * — поле есть'],
    ['"текст с пробелами" /regex/', 'в любом месте URL'],
    ['-type:image (status:200 or status:404)', 'не, или, группы; слова рядом должны выполняться все'],
  ],
  cacheRows: [
    ['host:*.example.com path:/api', '* — любой текст; host=shop.example — ровно это'],
    ['type:image size>100kb', 'html, css, js, json, xml, image, font, media, text или как в столбце: type=svg'],
    ['is:stale is:pinned', 'также fresh, usable, partial, compressed'],
    ['age>1h ttl<1min hits:0', 'единицы: s, min, h, d'],
    ['status:5xx method:head', ''],
    ['tag:news variant:de', 'метки (surrogate keys); что выбирает вариант'],
    ['res.cache-control~max-age=\\d+ body:token', 'сохранённые поля; первый МиБ тела, распакованного'],
    ['"текст с пробелами" /regex/', 'в любом месте URL'],
    ['-type:image (status:200 or status:404)', 'не, или, группы; слова рядом должны выполняться все'],
  ],
  cachePlaceholder: 'Фильтр: host:*.example.com type:image is:stale size>100kb hits:0',
};
