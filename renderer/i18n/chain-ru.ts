/** Russian texts of the picture of caches. */
import type { chainEn } from './chain-en.ts';

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
  cut: (count) => `Пропущено, потому что слишком много: ${count}`,
  none: 'Ответа, о пути которого можно рассказать, нет.',
  mark: (count) => `Не сходится: ${count}`,
};
