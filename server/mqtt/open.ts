import type { Logger } from 'pino'
import type { DeviceId } from '#protocol/ids.ts'
import type { Clock } from '#server/clock.ts'
import type { Config } from '#server/config.ts'
import type { SecurityEvents } from '#server/security/events.ts'
import { readSettingFile, StartError } from '#server/start.ts'
import { openEmbeddedBroker } from './embedded.ts'
import { isLoopback } from './embedded-listeners.ts'
import { openExternalLink } from './external.ts'
import { type AcceptUplink, type BrokerAccounts, type DeviceLink, noBrokerAccounts } from './link.ts'

/** The link that the settings ask for. Nobody is heard before `open`. */
export interface ChosenLink {
  readonly link: DeviceLink
  readonly accounts: BrokerAccounts
  open(accept: AcceptUplink): Promise<void>
}

interface Deps {
  readonly log: Logger
  readonly security: SecurityEvents
  readonly clock: Clock
  verifyDevice(id: DeviceId, secret: string): Promise<boolean>
}

/** Literally this machine: a name could mean another one tomorrow. */
const isThisMachine = (host: string): boolean => host === 'localhost' || isLoopback(host)

/** MQTT without TLS leaves the machine only when the operator has said so, and then the SOC is told at each start. */
function judgePlain(setting: 'MQTT_HOST' | 'MQTT_URL', host: string, config: Config, deps: Deps): void {
  if (isThisMachine(host)) return
  if (!config.allowPlainMqtt) {
    throw new StartError(
      `${setting} takes MQTT without TLS beyond this machine (${host}): whoever is on the way could read the devices’ secrets. ` +
        'Use TLS (MQTT_TLS_CERT_FILE and MQTT_TLS_KEY_FILE, or mqtts:// in MQTT_URL), or say ALLOW_PLAIN_MQTT=true where the network is your own.',
    )
  }
  deps.security.report('settings-unsafe', { detail: `ALLOW_PLAIN_MQTT: ${setting} ${host}` })
}

const defaultPorts = { mqtt: 1883, mqtts: 8883 } as const

/** `plainPort` is settled by the caller, since devices are told it at enrolment. */
export async function openLink(config: Config, plainPort: number, deps: Deps): Promise<ChosenLink> {
  const { mqtt } = config
  if (mqtt.kind === 'embedded') {
    judgePlain('MQTT_HOST', mqtt.plain.host, config, deps)
    const tls = mqtt.tls && {
      host: mqtt.tls.host,
      port: mqtt.tls.port,
      certificatePem: await readSettingFile('MQTT_TLS_CERT_FILE', mqtt.tls.certFile),
      privateKeyPem: await readSettingFile('MQTT_TLS_KEY_FILE', mqtt.tls.keyFile),
    }
    const link = await openEmbeddedBroker({
      ...deps,
      plain: { host: mqtt.plain.host, port: plainPort, allowsRemote: config.allowPlainMqtt },
      limits: {
        maxConnectionsPerAddress: mqtt.connectionsPerAddress,
        // All devices behind one address may come back at once, as after a power cut.
        arrivals: { perSecond: Math.max(50, mqtt.connectionsPerAddress / 20), burst: mqtt.connectionsPerAddress },
      },
      ...(tls === undefined ? {} : { tls }),
    })
    return { link, accounts: noBrokerAccounts, open: async (accept) => void (await link.listen(accept)) }
  }
  const url = new URL(mqtt.url)
  // An IPv6 address stands in brackets in a URL, and nowhere else.
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const protocol = url.protocol === 'mqtts:' ? 'mqtts' : 'mqtt'
  if (protocol === 'mqtt') judgePlain('MQTT_URL', host, config, deps)
  if (mqtt.passwordFile === undefined) {
    throw new StartError(
      'MQTT_URL is set, but MQTT_PASSWORD_FILE is not: name the file with the server’s password on that broker.',
    )
  }
  const caPem = config.mqttCaFile === undefined ? undefined : await readSettingFile('MQTT_CA_FILE', config.mqttCaFile)
  const link = openExternalLink({
    log: deps.log,
    security: deps.security,
    accounts: mqtt.accounts === 'mosquitto' ? 'dynamic-security' : 'none',
    broker: {
      protocol,
      host,
      port: url.port === '' ? defaultPorts[protocol] : Number(url.port),
      userName: mqtt.userName,
      password: (await readSettingFile('MQTT_PASSWORD_FILE', mqtt.passwordFile)).trim(),
      ...(caPem === undefined ? {} : { caPem }),
    },
  })
  return { link, accounts: link.accounts, open: (accept) => link.connect(accept) }
}
