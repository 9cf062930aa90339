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
  fields: counted({ one: '# поле', few: '# поля', many: '# полей' }),
  differ: counted({ one: '# отличие', few: '# отличия', many: '# отличий' }),
  allFields: 'Все поля',
  dropped: 'Сервер прислал, клиент не получил',
  added: 'Не от сервера',
  originSent: 'Сервер прислал',
  clientGot: 'Клиент получил',
  phase: 'Этап',
  phaseFrom: 'Начало',
  phaseTook: 'Длилось',
  reusedTiming: 'Соединение уже было: ни поиска имени, ни подключения, ни рукопожатия.',
  life: 'Срок жизни',
  storedAt: (at: string, ago: string) => `Сохранена ${at} (${ago})`,
  until: {
    fresh: (at: string) => `свежая до ${at}`,
    swr: (at: string) => `устаревшей, пока обновляется, до ${at}`,
    sie: (at: string) => `устаревшей, если сервер откажет, до ${at}`,
  },
  freshness: 'Свежесть',
  now: 'сейчас',
};
