import { X509Certificate } from 'node:crypto'
import net from 'node:net'
import tls from 'node:tls'

/** Where the broker listens, from the grant's `mqtt://host:port` or `mqtts://host:port`. */
export type BrokerAddress = { readonly isTls: boolean; readonly host: string; readonly port: number }

export function parseBrokerUrl(url: string): BrokerAddress {
  const { protocol, hostname, port } = new URL(url)
  const isTls = protocol === 'mqtts:'
  const host = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname
  return { isTls, host, port: port === '' ? (isTls ? 8883 : 1883) : Number(port) }
}

function splitPem(pem: string): X509Certificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? []
  return blocks.map((block) => new X509Certificate(block))
}

/**
 * Checks a certificate's chain and name, but not its dates: what a device does while it does not know what time it is,
 * because an emergency must reach it then too. The server's signatures are checked in any case.
 */
export function checkWithoutDates(
  leaf: X509Certificate,
  host: string,
  roots: readonly X509Certificate[],
): 'ok' | 'wrong-name' | 'unknown-issuer' {
  const name = net.isIP(host) === 0 ? leaf.checkHost(host) : leaf.checkIP(host)
  if (name === undefined) return 'wrong-name'
  let current: X509Certificate | undefined = leaf
  for (let depth = 0; current !== undefined && depth < 10; depth += 1) {
    const certificate: X509Certificate = current
    if (roots.some((root) => root.fingerprint256 === certificate.fingerprint256)) return 'ok'
    const isIssuer = (root: X509Certificate): boolean =>
      certificate.checkIssued(root) && certificate.verify(root.publicKey)
    if (roots.some((root) => root.ca && isIssuer(root))) return 'ok'
    const issuer: X509Certificate | undefined = certificate.issuerCertificate
    const isGenuine = issuer?.ca === true && issuer.fingerprint256 !== certificate.fingerprint256 && isIssuer(issuer)
    current = isGenuine ? issuer : undefined
  }
  return 'unknown-issuer'
}

const CONNECT_TIMEOUT_MS = 20_000

/**
 * A connected socket to the broker, its certificate checked, before a byte is sent: the first packet carries the secret.
 * Rejects when it cannot be reached or is not what it should be.
 */
export function openSocket(
  address: BrokerAddress,
  options: { caPem: string | null; isClockTrusted: boolean },
): Promise<net.Socket> {
  const { host, port } = address
  return new Promise((resolve, reject) => {
    const socket: net.Socket | tls.TLSSocket = address.isTls
      ? tls.connect({
          host,
          port,
          ...(net.isIP(host) === 0 ? { servername: host } : {}),
          ...(options.caPem === null ? {} : { ca: options.caPem }),
          rejectUnauthorized: options.isClockTrusted,
        })
      : net.connect({ host, port })
    const fail = (cause: Error): void => {
      socket.destroy()
      reject(cause)
    }
    const timer = setTimeout(() => fail(new Error(`no answer from ${host}:${port}`)), CONNECT_TIMEOUT_MS)
    socket.once('error', (cause) => {
      clearTimeout(timer)
      fail(cause)
    })
    socket.once(address.isTls ? 'secureConnect' : 'connect', () => {
      clearTimeout(timer)
      if (socket instanceof tls.TLSSocket && !socket.authorized) {
        const leaf = socket.getPeerX509Certificate()
        const roots = splitPem(options.caPem ?? tls.rootCertificates.join('\n'))
        const verdict = leaf === undefined ? 'unknown-issuer' : checkWithoutDates(leaf, host, roots)
        if (verdict !== 'ok') {
          fail(new Error(`the broker's certificate is not acceptable: ${verdict}`))
          return
        }
      }
      socket.removeAllListeners('error')
      resolve(socket)
    })
  })
}
