/** Тексты медленной линии. */
import type { throttleEn } from './throttle-en.ts';

export const throttleRu: typeof throttleEn = {
  name: 'Медленная линия',
  off: 'Полная скорость',
  offNote: 'Ничего не замедляется',
  on: (profile) => `Всё идёт медленно (${profile})`,
  names: {
    offline: 'Без сети',
    gprs: 'GPRS',
    '3g': '3G',
    '4g': '4G',
    'slow-wifi': 'Слабый Wi-Fi',
    satellite: 'Спутник',
  },
  says: {
    nothing: 'каждое соединение обрывается',
    line: (latency, down, up) => `задержка ${latency}, приём ${down}, передача ${up}`,
    unlimited: 'без предела',
    kbit: 'кбит/с',
    mbit: 'Мбит/с',
    loss: (percent) => `обрывается ${percent} %`,
  },
  locked: (source) => `Задано: ${source}; здесь не меняется`,
  settings: 'Свои профили…',
};
