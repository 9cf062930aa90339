/** Russian texts about seeing hits: the switch for a client's reload. */
import type { hitsEn } from './hits-en.ts';

export const hitsRu: typeof hitsEn = {
  reload: {
    name: 'Перезагрузка',
    values: { obey: 'учитывать', ignore: 'игнорировать' },
    menu: { obey: 'Учитывать', ignore: 'Игнорировать (как CDN)' },
    notes: {
      obey: 'Перезагрузка страницы или «Disable cache» в инструментах браузера ведёт к серверу: no-cache, max-age, min-fresh и Pragma из запросов действуют.',
      ignore:
        'Перезагрузка получает сохранённое, пока оно свежее. no-store, only-if-cached и собственные условия запроса (If-…) действуют по-прежнему.',
    },
    locked: (source) => `Задано: ${source}; здесь не меняется`,
    palette: { obey: 'Перезагрузка: учитывать', ignore: 'Перезагрузка: игнорировать, как CDN' },
  },
};
