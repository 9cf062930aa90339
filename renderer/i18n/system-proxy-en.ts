/** English texts about the system proxy: where the programs of the desktop are led. */
export const systemProxyEn = {
  name: 'System proxy',
  short: 'System',
  states: { off: 'off', on: 'on', changed: 'changed', elsewhere: 'elsewhere', cannot: 'not here' },
  hints: {
    off: 'Programs of this desktop go their own way',
    on: (proxy: string) =>
      `Programs of this desktop are led to ${proxy}. What was set before comes back when this is switched off, and when the proxy ends, however it ends`,
    changed:
      'It was switched on here, and somebody else has changed the settings since. Theirs stay when you switch off',
    elsewhere: (proxy: string) => `Programs of this desktop are led to ${proxy}, another proxy of BSDM-Proxy`,
  },
  cannot: {
    'no-desktop': 'No proxy settings are known on this machine: GNOME (gsettings), KDE, macOS and Windows have some',
    'not-listening': 'The proxy does not listen, so there is nowhere to lead programs to',
    'not-kept': 'This core keeps no data, so it could not put back what was set before',
  },
  switchOn: 'Switch the system proxy on',
  switchOff: 'Switch the system proxy off',
  takeOver: 'Lead programs here',
  onNote: 'Programs of this desktop go through this proxy',
  offNote: 'What was set before comes back',
  show: 'Show what will be done…',
  bypass: 'Hosts asked directly…',
  dialog: {
    on: 'Switching the system proxy on',
    off: 'Switching the system proxy off',
    lead: 'These lines are run, in this order:',
    nothing: 'Nothing needs to be changed.',
    keptLead: 'These stay as they are, for somebody else has changed them:',
    asking: 'Asking the desktop…',
    journal:
      'What is set now is written down first. It comes back when you switch off, when the proxy or the whole app ends or is killed, and at the next start.',
    places: (names: string) => `Settings of ${names}`,
    lines: 'Lines that will be run',
    problems: 'Could not be read',
  },
  done: { on: 'The system proxy is on', off: 'The system proxy is off; what was set before is back' },
  kept: (keys: string) => `Kept, for somebody else has changed it: ${keys}`,
};
