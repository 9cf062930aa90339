/** Texts of the throttle. */
export const throttleEn = {
  name: 'Slow line',
  off: 'Full speed',
  offNote: 'Nothing is slowed down',
  on: (profile: string) => `Everything is slowed down (${profile})`,
  names: {
    offline: 'Offline',
    gprs: 'GPRS',
    '3g': '3G',
    '4g': '4G',
    'slow-wifi': 'Slow Wi-Fi',
    satellite: 'Satellite',
  },
  says: {
    nothing: 'every connection is dropped',
    line: (latency: string, down: string, up: string) => `latency ${latency}, down ${down}, up ${up}`,
    unlimited: 'unlimited',
    kbit: 'kbit/s',
    mbit: 'Mbit/s',
    loss: (percent: string) => `${percent} % dropped`,
  },
  locked: (source: string) => `Set by ${source}; cannot be changed here`,
  settings: 'Own profiles…',
};
