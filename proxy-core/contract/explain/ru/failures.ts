/** Почему сервер не ответил, по-русски; имена из RFC 9209. */

const FAILED: Record<string, string> = {
  dns_error: 'не удалось узнать адрес сервера по имени',
  dns_timeout: 'сервер имён не ответил вовремя',
  destination_ip_prohibited: 'настройки запрещают соединяться с адресом сервера',
  destination_ip_unroutable: 'до сервера нет маршрута',
  connection_refused: 'в соединении с сервером отказано',
  connection_terminated: 'соединение с сервером оборвалось до ответа',
  connection_timeout: 'вовремя соединиться с сервером не удалось',
  connection_read_timeout: 'ответ сервера слишком затянулся',
  connection_limit_reached: 'для соединения с сервером не осталось файловых дескрипторов',
  tls_protocol_error: 'установить TLS с сервером не удалось',
  tls_certificate_error: 'сертификат сервера не принят',
  tls_alert_received: 'сервер прервал TLS сообщением об ошибке',
  http_request_error: 'запрос нельзя переслать в таком виде',
  http_response_incomplete: 'ответ сервера оборвался до конца',
  http_response_timeout: 'сервер не ответил вовремя',
  http_protocol_error: 'ответ сервера нарушает правила HTTP',
  proxy_internal_error: 'сам прокси дал сбой, когда спрашивал сервер',
  proxy_configuration_error: 'не работает настройка прокси (вышестоящий прокси, CA или сертификат клиента)',
  proxy_loop_detected: 'адрес сервера ведёт обратно к этому прокси',
};

/** «в соединении с сервером отказано (connection_refused)». */
export const failed = (error: string | number | undefined): string =>
  error === undefined
    ? 'сервер не дал ответа'
    : `${FAILED[String(error)] ?? 'сервер не дал ответа'} (${String(error)})`;
