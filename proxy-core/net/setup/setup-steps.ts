/** How each system is told to trust the CA, and how that is undone. */

export interface Steps {
  system: string;
  install: readonly string[];
  remove: string;
}

export const STEPS: readonly Steps[] = [
  {
    system: 'iPhone and iPad',
    install: [
      'Open this page in Safari and download the profile; allow it.',
      'Settings › General › VPN & Device Management: install “BSDM-Proxy CA”.',
      'Settings › General › About › Certificate Trust Settings: switch it on. Without this step the system does not use it.',
    ],
    remove: 'Settings › General › VPN & Device Management › BSDM-Proxy CA › Remove Profile.',
  },
  {
    system: 'Android',
    install: [
      'Download the certificate (`.crt`).',
      'Settings › Security › More › Encryption & credentials › Install a certificate › CA certificate, and choose the file. The names differ by maker; the search of the settings finds “CA certificate”.',
      'Browsers trust it now. Apps do only when they are built for it (`networkSecurityConfig` with `<certificates src="user"/>`), as debug builds of your own can be.',
    ],
    remove: 'Settings › Security › Encryption & credentials › User credentials.',
  },
  {
    system: 'macOS',
    install: [
      '`sudo security add-trusted-cert -d -r trustRoot -k /Library/Keychains/System.keychain bsdm-proxy-ca.crt`',
      'or: open the file, add it to the keychain “login”, open it there and choose Trust › Always Trust.',
    ],
    remove:
      '`sudo security delete-certificate -c "BSDM-Proxy CA" /Library/Keychains/System.keychain`, or delete it in Keychain Access.',
  },
  {
    system: 'Windows',
    install: [
      '`certutil -user -addstore Root bsdm-proxy-ca.crt`, for this user; it asks for consent.',
      'or: open the file › Install Certificate › Current User › Trusted Root Certification Authorities.',
    ],
    remove: '`certutil -user -delstore Root "BSDM-Proxy CA"`, or delete it in `certmgr.msc`.',
  },
  {
    system: 'Debian, Ubuntu',
    install: [
      '`sudo cp bsdm-proxy-ca.pem /usr/local/share/ca-certificates/bsdm-proxy-ca.crt`',
      '`sudo update-ca-certificates`',
    ],
    remove: '`sudo rm /usr/local/share/ca-certificates/bsdm-proxy-ca.crt && sudo update-ca-certificates --fresh`',
  },
  {
    system: 'Fedora, RHEL, Arch',
    install: ['`sudo trust anchor bsdm-proxy-ca.pem`'],
    remove: '`sudo trust anchor --remove bsdm-proxy-ca.pem`',
  },
  {
    system: 'Firefox, on any system',
    install: [
      'Settings › Privacy & Security › Certificates › View Certificates › Authorities › Import, and choose the PEM file.',
      'Tick “Trust this CA to identify websites”.',
    ],
    remove: 'The same list: select “BSDM-Proxy CA” › Delete or Distrust.',
  },
  {
    system: 'Chromium and Chrome on Linux',
    install: ['`certutil -d sql:$HOME/.pki/nssdb -A -t C,, -n BSDM-Proxy -i bsdm-proxy-ca.pem`'],
    remove: '`certutil -d sql:$HOME/.pki/nssdb -D -n BSDM-Proxy`',
  },
  {
    system: 'Java',
    install: [
      '`keytool -importcert -noprompt -trustcacerts -cacerts -storepass changeit -alias bsdm-proxy -file bsdm-proxy-ca.pem`',
    ],
    remove: '`keytool -delete -cacerts -storepass changeit -alias bsdm-proxy`',
  },
];
