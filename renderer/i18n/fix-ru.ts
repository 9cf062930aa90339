/** Русские тексты раздела «Как исправить». */
import type { Catalogue } from './en.ts';

export const fixRu: Catalogue['fix'] = {
  title: 'Как исправить',
  choose: 'Какое изменение',
  smallest: 'Наименьшее',
  withoutCookie: 'Без cookie',
  privateData: 'Личные данные',
  mind: 'Что ещё изменится',
  server: 'Сервер',
  linesFor: (server) => `Строки для ${server}`,
  pathOnly: 'Только для этого пути, с любым запросом после «?».',
  where: {
    express: 'Вставьте перед маршрутами; app — ваше приложение Express.',
    nginx:
      'Вставьте в блок server. proxy_pass возьмите из того location, который отвечает на этот путь сейчас; строки add_header внешних блоков внутри не действуют.',
    apache: 'Вставьте в виртуальный хост; нужен mod_headers.',
    caddy: 'Вставьте в блок сайта.',
    django: 'Положите в модуль проекта и назовите первым в MIDDLEWARE: "project.module.mended".',
    rails: 'Положите в отдельный файл в config/initializers.',
    spring:
      'Положите в отдельный класс (до Spring Boot 3 — с javax.servlet). Сессионная cookie контейнера через него не проходит.',
    next: 'Вставьте в next.config.js; действует со следующей сборки. Для файлов с хешем в имени остаётся то, что говорит о них Next.js.',
    cloudflare: 'Worker или Snippet на маршруте этого пути.',
  },
};
