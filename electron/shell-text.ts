/** The shell's own words (menu, tray, dialogs) in the language of the page; in the system's until the page has spoken. */

const ENGLISH = {
  file: 'File',
  restartCore: 'Restart Proxy Core',
  openDataFolder: 'Open Data Folder',
  openLogs: 'Open Logs Folder',
  keepRunning: 'Keep Proxy Running When the Window Is Closed',
  startAtLogin: 'Start at Login',
  quit: 'Quit BSDM-Proxy',
  edit: 'Edit',
  view: 'View',
  window: 'Window',
  help: 'Help',
  about: 'About BSDM-Proxy',
  showWindow: 'Show Window',
  systemProxy: 'System Proxy',
  systemProxyStates: { changed: 'changed by somebody else', elsewhere: 'leads to another proxy' },
  notHere: 'not possible here',
  capture: 'Record Traffic',
  paused: 'not recording',
  notListening: 'Does not listen',
  cacheMode: 'Cache Mode',
  cacheModes: { standard: 'Standard', 'fixed-ttl': 'Fixed TTL', off: 'Off' },
  intercept: 'Read HTTPS',
  interceptModes: { off: 'No', listed: 'Of Listed Hosts', all: 'Of All Hosts' },
  misses: 'Recent Misses',
  errors: 'Errors',
  states: {
    starting: 'Starting',
    running: 'Running',
    crashed: 'Stopped unexpectedly',
    restarting: 'Restarting',
    stopped: 'Stopped',
  },
  close: {
    message: 'Close the window, and the proxy goes on?',
    detail:
      'Programs that use the proxy keep working while it runs in the tray. Quitting ends the proxy, and puts the system proxy back as it was. The choice is kept; File → Keep Proxy Running When the Window Is Closed changes it.',
    keep: 'Keep Running in the Tray',
    quit: 'Quit',
    cancel: 'Cancel',
  },
  crash: {
    message: 'The proxy core keeps stopping',
    again: 'It is started again and again, ever more slowly. Programs that use the proxy have no connection meanwhile.',
    restart: 'Restart Now',
    copy: 'Copy Details',
    logs: 'Open Logs Folder',
    dismiss: 'Close',
  },
  updates: {
    check: 'Check for Updates…',
    item: (version: string) => `Version ${version} Is Available…`,
    loading: (version: string) => `Downloading Version ${version}…`,
    available: (version: string, own: string) => `BSDM-Proxy ${version} is available; this is ${own}`,
    offer: (file: string, size: number, host: string) =>
      `Download ${file} (${size} MiB) from ${host}? It goes into your downloads folder, and its checksum is compared. Nothing is installed by itself.`,
    noPackage: (kind: string, feed: string) => `The feed has no package for this installation (${kind}): ${feed}`,
    download: 'Download',
    later: 'Not Now',
    ready: (version: string) => `BSDM-Proxy ${version} is downloaded`,
    checked: 'Its length and checksum are those in the feed. Quit BSDM-Proxy before it is replaced.',
    open: 'Open Installer',
    folder: 'Show in Folder',
    close: 'Close',
    newest: (own: string) => `There is no newer version than ${own}`,
    noFeed: 'No feed of new versions is set',
    noFeedDetail: 'This package came without one. Settings → Updates takes the address of a feed.',
    failed: 'The update could not be had',
  },
  failed: 'It could not be done',
};
type Words<T> = {
  readonly [Key in keyof T]: T[Key] extends string
    ? string
    : T[Key] extends (...given: never[]) => string
      ? T[Key]
      : Words<T[Key]>;
};
export type ShellText = Words<typeof ENGLISH>;

const RUSSIAN: ShellText = {
  file: 'Файл',
  restartCore: 'Перезапустить ядро прокси',
  openDataFolder: 'Открыть папку данных',
  openLogs: 'Открыть папку журналов',
  keepRunning: 'Не останавливать прокси при закрытии окна',
  startAtLogin: 'Запускать при входе в систему',
  quit: 'Завершить BSDM-Proxy',
  edit: 'Правка',
  view: 'Вид',
  window: 'Окно',
  help: 'Справка',
  about: 'О программе BSDM-Proxy',
  showWindow: 'Показать окно',
  systemProxy: 'Системный прокси',
  systemProxyStates: { changed: 'изменён кем-то другим', elsewhere: 'ведёт к другому прокси' },
  notHere: 'здесь недоступен',
  capture: 'Записывать трафик',
  paused: 'запись остановлена',
  notListening: 'Не слушает',
  cacheMode: 'Режим кэша',
  cacheModes: { standard: 'Стандарт', 'fixed-ttl': 'Фиксированный TTL', off: 'Выключен' },
  intercept: 'Читать HTTPS',
  interceptModes: { off: 'Нет', listed: 'Узлов из списка', all: 'Всех узлов' },
  misses: 'Последние промахи',
  errors: 'Ошибки',
  states: {
    starting: 'Запускается',
    running: 'Работает',
    crashed: 'Неожиданно остановлено',
    restarting: 'Перезапускается',
    stopped: 'Остановлено',
  },
  close: {
    message: 'Закрыть окно и не останавливать прокси?',
    detail:
      'Пока прокси работает в трее, программы, которые через него ходят, продолжают работать. Завершение останавливает прокси и возвращает прежний системный прокси. Выбор запоминается; изменить его можно в меню «Файл → Не останавливать прокси при закрытии окна».',
    keep: 'Оставить в трее',
    quit: 'Завершить',
    cancel: 'Отмена',
  },
  crash: {
    message: 'Ядро прокси снова и снова останавливается',
    again: 'Оно запускается снова, каждый раз с большей паузой. Программы, которые ходят через прокси, пока без сети.',
    restart: 'Перезапустить сейчас',
    copy: 'Скопировать подробности',
    logs: 'Открыть папку журналов',
    dismiss: 'Закрыть',
  },
  updates: {
    check: 'Проверить обновления…',
    item: (version) => `Есть версия ${version}…`,
    loading: (version) => `Загружается версия ${version}…`,
    available: (version, own) => `Есть BSDM-Proxy ${version}; установлена ${own}`,
    offer: (file, size, host) =>
      `Загрузить ${file} (${size} МиБ) с ${host}? Файл попадёт в папку загрузок, контрольная сумма будет сверена. Само ничего не устанавливается.`,
    noPackage: (kind, feed) => `В ленте нет пакета для этой установки (${kind}): ${feed}`,
    download: 'Загрузить',
    later: 'Не сейчас',
    ready: (version) => `BSDM-Proxy ${version} загружен`,
    checked: 'Длина и контрольная сумма совпадают с указанными в ленте. Перед заменой завершите BSDM-Proxy.',
    open: 'Открыть установщик',
    folder: 'Показать в папке',
    close: 'Закрыть',
    newest: (own) => `Новее версии ${own} ничего нет`,
    noFeed: 'Лента новых версий не задана',
    noFeedDetail: 'Этот пакет собран без неё. Адрес ленты задаётся в разделе «Настройки → Обновления».',
    failed: 'Обновление получить не удалось',
  },
  failed: 'Не получилось',
};

export const SHELL_LANGUAGES = ['en', 'ru'] as const;

/** Words for a locale such as `ru-RU`; English where there are none. */
export function shellText(locale: string): ShellText {
  return locale.toLowerCase().split('-')[0] === 'ru' ? RUSSIAN : ENGLISH;
}
