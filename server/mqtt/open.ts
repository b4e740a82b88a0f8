import type { Logger } from 'pino'
import type { DeviceId } from '#protocol/ids.ts'
import type { Clock } from '#server/clock.ts'
import type { Config } from '#server/config.ts'
import { readSettingFile, StartError } from '#server/start.ts'
import { openEmbeddedBroker } from './embedded.ts'
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
  readonly clock: Clock
  verifyDevice(id: DeviceId, secret: string): Promise<boolean>
}

const defaultPorts = { mqtt: 1883, mqtts: 8883 } as const

/** `plainPort` is settled by the caller, since devices are told it at enrolment. */
export async function openLink(config: Config, plainPort: number, deps: Deps): Promise<ChosenLink> {
  const { mqtt } = config
  if (mqtt.kind === 'embedded') {
    const tls = mqtt.tls && {
      host: mqtt.tls.host,
      port: mqtt.tls.port,
      certificatePem: await readSettingFile('MQTT_TLS_CERT_FILE', mqtt.tls.certFile),
      privateKeyPem: await readSettingFile('MQTT_TLS_KEY_FILE', mqtt.tls.keyFile),
    }
    const link = await openEmbeddedBroker({
      ...deps,
      plain: { host: mqtt.plain.host, port: plainPort },
      ...(tls === undefined ? {} : { tls }),
    })
    return { link, accounts: noBrokerAccounts, open: async (accept) => void (await link.listen(accept)) }
  }
  const url = new URL(mqtt.url)
  const protocol = url.protocol === 'mqtts:' ? 'mqtts' : 'mqtt'
  if (mqtt.passwordFile === undefined) {
    throw new StartError(
      'MQTT_URL is set, but MQTT_PASSWORD_FILE is not: name the file with the server’s password on that broker.',
    )
  }
  const caPem = config.mqttCaFile === undefined ? undefined : await readSettingFile('MQTT_CA_FILE', config.mqttCaFile)
  const link = openExternalLink({
    log: deps.log,
    accounts: mqtt.accounts === 'mosquitto' ? 'dynamic-security' : 'none',
    broker: {
      protocol,
      host: url.hostname,
      port: url.port === '' ? defaultPorts[protocol] : Number(url.port),
      userName: mqtt.userName,
      password: (await readSettingFile('MQTT_PASSWORD_FILE', mqtt.passwordFile)).trim(),
      ...(caPem === undefined ? {} : { caPem }),
    },
  })
  return { link, accounts: link.accounts, open: (accept) => link.connect(accept) }
}
