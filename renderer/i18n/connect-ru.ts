/** Russian texts of the first run, and of a page without access. */
import type { connectEn } from './connect-en.ts';

export const connectRu: typeof connectEn = {
  title: 'Ждём первый запрос',
  lead: (address) => `Прокси слушает на ${address}. Всё, что пойдёт через него, сразу появится здесь.`,
  leadClosed: 'Прокси не слушает. Почему — сказано строкой выше.',
  leadAway: 'Связи с ядром пока нет.',
  browser: 'Открыть браузер через прокси',
  browserNote: 'С отдельным профилем, который исчезнет вместе с браузером.',
  browserProblem: (why) => `Открыть его нельзя: ${why}.`,
  terminal: 'Открыть терминал',
  terminalNote: 'Всё, что в нём запущено, идёт через прокси.',
  terminalProblem: (why) => `Открыть его нельзя: ${why}.`,
  test: 'Проверить сейчас',
  testNote: 'Один запрос к странице самого прокси. Работает и без сети.',
  testing: 'Проверяем…',
  tested: (ms) => `Прокси работает: его страница пришла за ${ms}.`,
  testedUnseen: 'Запись выключена, поэтому в списке её нет.',
  demo: 'Показать пример',
  demoNote: 'Выдуманный трафик, чтобы осмотреться. Здесь ничего не изменится.',
  demoEnd: 'Назад к прокси',
  byHand: 'Или направьте клиента сами',
  platform: 'Система',
  platforms: { linux: 'Linux', mac: 'macOS', windows: 'Windows' },
  shell: 'Оболочка (bash, zsh)',
  powershell: 'PowerShell',
  cmd: 'Командная строка',
  curl: 'curl',
  node: 'Node.js 24',
  python: 'Python',
  git: 'git',
  browsers: { linux: 'Chromium', mac: 'Chrome', windows: 'Chrome (PowerShell)' },
  firefox: 'Firefox',
  firefoxSteps: (host, port) =>
    `Настройки → Настройки сети → Ручная настройка прокси: HTTP-прокси ${host}, порт ${port}, и «Также использовать этот прокси для HTTPS». Для сайтов на localhost установите network.proxy.allow_hijacking_localhost в true на странице about:config.`,
  nodeNote: (url) =>
    `Для node:http и node:https. Встроенный fetch даже обычный HTTP шлёт туннелем, мимо кэша; с пакетом undici 8 — нет: fetch(url, { dispatcher: new ProxyAgent('${url}') }).`,
  copyLine: (name) => `Копировать строку: ${name}`,
  note: 'HTTPS проходит туннелями: видны хосты и счётчики байтов, но не содержимое.',
  noteRead: 'HTTPS читается: эти клиенты должны доверять CA, см. «Клиенты».',
  more: 'Все способы подключиться',
  token: {
    none: 'У этой страницы нет токена доступа',
    noneText:
      'При запуске прокси напечатал адрес с токеном в конце. Откройте этот адрес или вставьте его сюда; хватит и того, что стоит за «token=».',
    wrong: 'Прокси не принимает этот токен',
    wrongText:
      'При каждом запуске прокси делает новый токен, если его не задаёт BSDM_CONTROL_TOKEN. Вставьте адрес, напечатанный последним, или то, что стоит за «token=».',
    field: 'Напечатанный адрес или токен',
    use: 'Открыть',
    missing: 'Токена здесь нет. Вставьте напечатанный адрес или то, что стоит за «token=».',
  },
};
