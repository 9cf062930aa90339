/** Russian texts of the details of an exchange and of an entry. */
import { countedRu as counted } from './counted.ts';
import type { panesEn } from './panes-en.ts';

export const panesRu: typeof panesEn = {
  decided: 'Что решило',
  decidedToo: 'Решило и это',
  checks: counted({
    one: 'Проверка по шагам: #',
    few: 'Все # проверки по шагам',
    many: 'Все # проверок по шагам',
  }),
  checksPassed: counted({ one: '# проверка пройдена', few: '# проверки пройдены', many: '# проверок пройдено' }),
};
