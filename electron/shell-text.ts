/** The shell's own words (menu, tray, dialogs) in the system's language. The page has its own catalogue. */

const ENGLISH = {
  file: 'File',
  restartCore: 'Restart Proxy Core',
  openDataFolder: 'Open Data Folder',
  keepRunning: 'Keep Proxy Running When the Window Is Closed',
  quit: 'Quit BSDM-Proxy',
  edit: 'Edit',
  view: 'View',
  window: 'Window',
  help: 'Help',
  about: 'About BSDM-Proxy',
  showWindow: 'Show Window',
};
export type ShellText = Readonly<Record<keyof typeof ENGLISH, string>>;

const RUSSIAN: ShellText = {
  file: 'Файл',
  restartCore: 'Перезапустить ядро прокси',
  openDataFolder: 'Открыть папку данных',
  keepRunning: 'Не останавливать прокси при закрытии окна',
  quit: 'Завершить BSDM-Proxy',
  edit: 'Правка',
  view: 'Вид',
  window: 'Окно',
  help: 'Справка',
  about: 'О программе BSDM-Proxy',
  showWindow: 'Показать окно',
};

/** Words for a locale such as `ru-RU`; English where there are none. */
export function shellText(locale: string): ShellText {
  return locale.toLowerCase().split('-')[0] === 'ru' ? RUSSIAN : ENGLISH;
}
