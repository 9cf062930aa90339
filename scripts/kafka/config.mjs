/** server.properties of the one-node broker: KRaft, one combined node, everything on 127.0.0.1. */

/**
 * Passwords inside JAAS lines and property files stand between quotes.
 * @param {string} text
 */
const quoted = (text) => text.replaceAll('\\', '\\\\').replaceAll('"', '\\"');

/**
 * @typedef {{ name: string, password: string }} User
 * @typedef {Record<string, string | number | boolean>} Properties
 */

/**
 * Text of server.properties.
 * @param {object} options
 * @param {string} options.folder
 * @param {{ plain: number, controller: number, sasl?: number, tls?: number }} options.ports `sasl` and `tls` when those listeners are wanted
 * @param {number} options.partitions
 * @param {boolean} options.autoCreateTopics
 * @param {User | undefined} options.user
 * @param {{ file: string, password: string } | undefined} options.keystore
 * @param {Properties | undefined} options.extra
 */
export function serverProperties({ folder, ports, partitions, autoCreateTopics, user, keystore, extra }) {
  /** @type {Record<string, number>} */
  const listeners = { PLAINTEXT: ports.plain, CONTROLLER: ports.controller };
  if (ports.sasl) listeners.SASL = ports.sasl;
  if (ports.tls) listeners.TLS = ports.tls;
  /** @param {string[]} names */
  const addresses = (names) => names.map((name) => `${name}://127.0.0.1:${listeners[name]}`).join(',');
  const names = Object.keys(listeners);
  /** @type {Properties} */
  const properties = {
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${ports.controller}`,
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'PLAINTEXT',
    listeners: addresses(names),
    'advertised.listeners': addresses(names.filter((name) => name !== 'CONTROLLER')),
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SASL:SASL_PLAINTEXT,TLS:SSL',
    'log.dirs': `${folder.replaceAll('\\', '/')}/data`,
    // The folder goes with the broker; until then records stay, whatever their timestamps say.
    'log.retention.ms': -1,
    'num.partitions': partitions,
    'auto.create.topics.enable': autoCreateTopics,
    // One node: the inner topics cannot have the three copies they ask for by default.
    'offsets.topic.replication.factor': 1,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
    'offsets.topic.num.partitions': 1,
    'group.initial.rebalance.delay.ms': 0,
    'log.cleaner.enable': false,
    // A killed broker that comes back is let in when its old session has ended: 9 s by default.
    'broker.session.timeout.ms': 3000,
    'broker.heartbeat.interval.ms': 500,
    'num.network.threads': 2,
    'num.io.threads': 2,
  };
  if (user) {
    properties['listener.name.sasl.sasl.enabled.mechanisms'] = 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512';
    properties['listener.name.sasl.plain.sasl.jaas.config'] =
      `org.apache.kafka.common.security.plain.PlainLoginModule required user_${user.name}="${quoted(user.password)}";`;
    for (const mechanism of ['scram-sha-256', 'scram-sha-512'])
      properties[`listener.name.sasl.${mechanism}.sasl.jaas.config`] =
        'org.apache.kafka.common.security.scram.ScramLoginModule required;';
  }
  if (keystore) {
    properties['listener.name.tls.ssl.keystore.type'] = 'PKCS12';
    properties['listener.name.tls.ssl.keystore.location'] = keystore.file.replaceAll('\\', '/');
    properties['listener.name.tls.ssl.keystore.password'] = keystore.password;
    properties['listener.name.tls.ssl.key.password'] = keystore.password;
  }
  return Object.entries({ ...properties, ...extra })
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}
