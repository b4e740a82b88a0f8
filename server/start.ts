import { readFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { Config } from './config.ts'
import { isLoopback } from './devices/rules.ts'

/** The server cannot start; the message is a sentence with its remedy. */
export class StartError extends Error {
  override name = 'StartError'
}

/** A port nobody listens on now, where the setting is 0: links and grants must name it before it is opened. */
export async function settlePort(port: number, host: string): Promise<number> {
  if (port !== 0) return port
  const probe = createServer()
  return new Promise((resolve, reject) => {
    probe.once('error', reject)
    probe.listen(0, host, () => {
      const address = probe.address()
      probe.close(() => {
        if (address === null || typeof address === 'string') reject(new StartError(`No free port on ${host}.`))
        else resolve(address.port)
      })
    })
  })
}

/** Settings that weaken the protection, for the SOC. What weakens the broker or the database is told where those are opened. */
export function listUnsafeSettings(
  config: Pick<Config, 'allowInsecureEnrolment' | 'secondFactorRoles' | 'http'>,
): string[] {
  const { host, publicUrl } = config.http
  const isInClear = !isLoopback(host) && host !== 'localhost' && publicUrl?.startsWith('https:') !== true
  return [
    ...(config.allowInsecureEnrolment ? ['ALLOW_INSECURE_ENROLMENT'] : []),
    ...(config.secondFactorRoles.length === 0 ? ['SECOND_FACTOR_ROLES: nobody needs a second factor'] : []),
    ...(isInClear ? [`HTTP_HOST ${host}: passwords and cookies in clear, PUBLIC_URL is not https`] : []),
  ]
}

/** Where devices reach the broker when nobody says it: beside the console, on the TLS port where there is one. */
export function guessMqttUrl(config: Config, publicUrl: string, mqttPort: number): string {
  if (config.mqttPublicUrl !== undefined) return config.mqttPublicUrl
  if (config.mqtt.kind === 'external') return config.mqtt.url
  if (config.mqtt.tls !== undefined) return `mqtts://${new URL(publicUrl).hostname}:${config.mqtt.tls.port}`
  const { host } = config.mqtt.plain
  const isEverywhere = host === '0.0.0.0' || host === '::'
  return `mqtt://${isEverywhere ? new URL(publicUrl).hostname : host}:${mqttPort}`
}

export const cannotRead = (setting: string, file: string, cause: unknown): StartError =>
  new StartError(
    `The file that ${setting} names cannot be read: ${file}. Check that it exists and that this account may read it.`,
    { cause },
  )

/** What a file contains that the operator named, and that is no secret (secret-files.ts). @throws StartError */
export async function readSettingFile(setting: string, file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (cause) {
    throw cannotRead(setting, file, cause)
  }
}
