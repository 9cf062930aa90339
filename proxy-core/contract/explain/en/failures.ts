/** Why the origin gave no answer, in English; by the names of RFC 9209. */

const FAILED: Record<string, string> = {
  dns_error: 'the origin’s name could not be resolved',
  dns_timeout: 'the name server did not answer in time',
  destination_ip_prohibited: 'the settings forbid connections to the origin’s address',
  destination_ip_unroutable: 'there is no route to the origin',
  connection_refused: 'the connection to the origin was refused',
  connection_terminated: 'the connection to the origin broke off before an answer came',
  connection_timeout: 'no connection to the origin could be made in time',
  connection_read_timeout: 'the origin’s response took too long',
  connection_limit_reached: 'no file descriptor was left for a connection to the origin',
  tls_protocol_error: 'TLS with the origin could not be set up',
  tls_certificate_error: 'the origin’s certificate was not accepted',
  tls_alert_received: 'the origin ended TLS with an alert',
  http_request_error: 'the request cannot be forwarded as it is',
  http_response_incomplete: 'the origin’s response was cut off before its end',
  http_response_timeout: 'the origin did not answer in time',
  http_protocol_error: 'the origin’s response breaks the rules of HTTP',
  proxy_internal_error: 'the proxy itself failed when it asked the origin',
  proxy_configuration_error: 'a setting of the proxy does not work (upstream proxy, CA or client certificate)',
  proxy_loop_detected: 'the origin’s address leads back to this proxy',
};

/** `the connection to the origin was refused (connection_refused)`. */
export const failed = (error: string | number | undefined): string =>
  error === undefined
    ? 'the origin gave no answer'
    : `${FAILED[String(error)] ?? 'the origin gave no answer'} (${String(error)})`;
