import path from 'node:path'
import type { Logger } from 'pino'
import type { DeviceId } from '#protocol/ids.ts'
import type { Clock } from '#server/clock.ts'
import type { CertificateSource, Config } from '#server/config.ts'
import { readSecretSetting } from '#server/secret-files.ts'
import type { SecurityEvents } from '#server/security/events.ts'
import { readSettingFile, StartError } from '#server/start.ts'
import { loadDevCa } from './dev-ca.ts'
import { openEmbeddedBroker } from './embedded.ts'
import { isLoopback, type TlsFiles } from './embedded-listeners.ts'
import { openExternalLink } from './external.ts'
import { type AcceptUplink, type BrokerAccounts, type DeviceLink, noBrokerAccounts } from './link.ts'

/** The link that the settings ask for. Nobody is heard before `open`. */
export interface ChosenLink {
  readonly link: DeviceLink
  readonly accounts: BrokerAccounts
  /** What devices check the broker against; null: the authorities that every system knows. */
  readonly caPem: string | null
  open(accept: AcceptUplink): Promise<void>
  /** Takes up a certificate that was renewed. To be called now and then. */
  renewCertificate(): Promise<void>
}

interface Deps {
  readonly log: Logger
  readonly security: SecurityEvents
  readonly clock: Clock
  verifyDevice(id: DeviceId, secret: string): Promise<boolean>
  /** An external broker can be told things, for the first time or again. */
  readonly onUp?: () => void
}

/** Literally this machine: a name could mean another one tomorrow. */
const isThisMachine = (host: string): boolean => host === 'localhost' || isLoopback(host)

/** An IPv6 address stands in brackets in a URL, and nowhere else. */
const hostOf = (url: string): string => new URL(url).hostname.replace(/^\[|\]$/g, '')

/**
 * Where MQTT without TLS leaves this machine, for the SOC; undefined: nowhere. To be asked before anything is made.
 * @throws StartError when the operator has not said that it may.
 */
export function judgePlainMqtt({ mqtt, allowPlainMqtt }: Pick<Config, 'mqtt' | 'allowPlainMqtt'>): string | undefined {
  const setting = mqtt.kind === 'embedded' ? 'MQTT_HOST' : 'MQTT_URL'
  const host = mqtt.kind === 'embedded' ? mqtt.plain.host : hostOf(mqtt.url)
  if (isThisMachine(host) || (mqtt.kind === 'external' && mqtt.url.startsWith('mqtts:'))) return undefined
  if (allowPlainMqtt) return `ALLOW_PLAIN_MQTT: ${setting} ${host}`
  throw new StartError(
    `${setting} takes MQTT without TLS beyond this machine (${host}): whoever is on the way could read the devices’ secrets. ` +
      'Use TLS (MQTT_TLS_CERT_FILE and MQTT_TLS_KEY_FILE, or mqtts:// in MQTT_URL), or say ALLOW_PLAIN_MQTT=true where the network is your own.',
  )
}

/** From the operator's files, or from the authority that is built in. */
async function loadCertificate(
  config: Config,
  from: CertificateSource,
  address: string,
  clock: Clock,
): Promise<TlsFiles & { readonly caPem: string | undefined }> {
  if (from.kind === 'files') {
    return {
      certificatePem: await readSettingFile('MQTT_TLS_CERT_FILE', from.certFile),
      privateKeyPem: await readSecretSetting('MQTT_TLS_KEY_FILE', from.keyFile),
      caPem: undefined,
    }
  }
  const named = hostOf(address)
  const names = [...new Set([named, 'localhost', '127.0.0.1', '::1'])]
  return loadDevCa({ directory: path.join(config.dataDir, 'keys'), names, clock })
}

const defaultPorts = { mqtt: 1883, mqtts: 8883 } as const

/**
 * `address` is where devices reach the broker: its name stands in a certificate of our own. `plainPort` is settled by the
 * caller, since devices are told it at enrolment.
 */
export async function openLink(
  config: Config,
  { plainPort, address }: { readonly plainPort: number; readonly address: string },
  deps: Deps,
): Promise<ChosenLink> {
  const { mqtt } = config
  const plain = judgePlainMqtt(config)
  if (plain !== undefined) deps.security.report('settings-unsafe', { detail: plain })
  const caPem = config.mqttCaFile === undefined ? undefined : await readSettingFile('MQTT_CA_FILE', config.mqttCaFile)
  if (mqtt.kind === 'embedded') {
    const { tls } = mqtt
    const certificate = tls && (() => loadCertificate(config, tls.certificate, address, deps.clock))
    const first = await certificate?.()
    let inUse = first?.certificatePem
    const link = await openEmbeddedBroker({
      ...deps,
      plain: { host: mqtt.plain.host, port: plainPort, allowsRemote: config.allowPlainMqtt },
      limits: {
        maxConnectionsPerAddress: mqtt.connectionsPerAddress,
        // All devices behind one address may come back at once, as after a power cut.
        arrivals: { perSecond: Math.max(50, mqtt.connectionsPerAddress / 20), burst: mqtt.connectionsPerAddress },
      },
      ...(tls === undefined || first === undefined ? {} : { tls: { host: tls.host, port: tls.port, ...first } }),
    })
    return {
      link,
      accounts: noBrokerAccounts,
      caPem: caPem ?? first?.caPem ?? null,
      open: async (accept) => void (await link.listen(accept)),
      async renewCertificate() {
        const files = await certificate?.()
        if (files === undefined || files.certificatePem === inUse) return
        link.useCertificate(files)
        inUse = files.certificatePem
        deps.log.info({ event: 'certificate-renewed' }, 'the broker has another certificate')
      },
    }
  }
  const url = new URL(mqtt.url)
  const protocol = url.protocol === 'mqtts:' ? 'mqtts' : 'mqtt'
  if (mqtt.passwordFile === undefined) {
    throw new StartError(
      'MQTT_URL is set, but MQTT_PASSWORD_FILE is not: name the file with the server’s password on that broker.',
    )
  }
  const link = openExternalLink({
    log: deps.log,
    security: deps.security,
    ...(deps.onUp === undefined ? {} : { onUp: deps.onUp }),
    accounts: mqtt.accounts === 'mosquitto' ? 'dynamic-security' : 'none',
    broker: {
      protocol,
      host: hostOf(mqtt.url),
      port: url.port === '' ? defaultPorts[protocol] : Number(url.port),
      userName: mqtt.userName,
      password: (await readSecretSetting('MQTT_PASSWORD_FILE', mqtt.passwordFile)).trim(),
      ...(caPem === undefined ? {} : { caPem }),
    },
  })
  return {
    link,
    accounts: link.accounts,
    caPem: caPem ?? null,
    open: (accept) => link.connect(accept),
    renewCertificate: async () => {},
  }
}
