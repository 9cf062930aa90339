/** Russian texts of the picture of caches. */
import type { chainEn } from './chain-en.ts';
import { countedRu as counted, sameRu as same } from './counted.ts';

export const chainRu: typeof chainEn = {
  label: 'От клиента к серверу',
  kinds: {
    client: 'Клиент',
    this: 'Этот прокси',
    cache: 'Кэш',
    application: 'Кэш приложения',
    proxy: 'Прокси',
    origin: 'Сервер',
  },
  read: 'Прочитано из',
  earlier: (state) => `раньше: ${state}`,
  answered: 'Ответ пришёл отсюда',
  nobody: 'Ни одно поле не говорит о других кэшах на пути.',
  contradictions: 'Что не сходится',
  unknown: 'Непонятное',
  cut: counted(same('Пропущено, потому что слишком много: #')),
  none: 'Ответа, о пути которого можно рассказать, нет.',
  mark: counted(same('Не сходится: #')),
};
