import net from 'node:net'
import tls from 'node:tls'
import type { Logger } from 'pino'
import type { SecurityEvents } from '#server/security/events.ts'
import type { Visit } from './admission.ts'

/** PEM texts. */
export interface TlsFiles {
  readonly certificatePem: string
  readonly privateKeyPem: string
}

export interface ListenerOptions {
  /** `allowsRemote`: from other machines too. */
  readonly plain: { readonly host: string; readonly port: number; readonly allowsRemote: boolean }
  readonly tls: ({ readonly host: string; readonly port: number } & TlsFiles) | undefined
  readonly maxConnections: number
  readonly log: Logger
  readonly security: SecurityEvents
  /** A TCP connection has arrived, before any handshake: its visit, or undefined when it is refused and cut. */
  admit(socket: net.Socket): Visit | undefined
  /** It is ready to be read. */
  onSocket(socket: net.Socket, visit: Visit): void
}

const TLS_HANDSHAKE_TIMEOUT_MS = 10_000
const TCP_KEEPALIVE_MS = 60_000

const loopback = new net.BlockList()
loopback.addSubnet('127.0.0.0', 8, 'ipv4')
loopback.addAddress('::1', 'ipv6')

/** An address of this machine alone; IPv4 in an IPv6 dress (`::ffff:127.0.0.1`) counts as what it is. */
export function isLoopback(address: string): boolean {
  const kind = net.isIP(address)
  return kind !== 0 && loopback.check(address, kind === 6 ? 'ipv6' : 'ipv4')
}

const secureContext = ({ certificatePem, privateKeyPem }: TlsFiles) =>
  ({ cert: certificatePem, key: privateKeyPem, minVersion: 'TLSv1.2' }) as const

/** The broker's doors: plain TCP, and TLS when there is a certificate. */
export function openListeners(options: ListenerOptions): {
  listen(): Promise<{ port: number; tlsPort: number | undefined }>
  /** From the next connection on. */
  useCertificate(files: TlsFiles): void
  close(): Promise<void>
} {
  const take = (socket: net.Socket, visit: Visit): void => {
    socket.setNoDelay(true)
    socket.setKeepAlive(true, TCP_KEEPALIVE_MS)
    options.onSocket(socket, visit)
  }
  const plain = net.createServer((socket) => {
    // What the listener is bound to says who should come; this says who came.
    const address = socket.remoteAddress ?? ''
    if (!options.plain.allowsRemote && !isLoopback(address)) {
      options.security.report('mqtt-plain-refused', { address })
      socket.destroy()
      return
    }
    const visit = options.admit(socket)
    if (visit !== undefined) take(socket, visit)
  })
  /** Connections whose TLS handshake is under way, by where they come from. */
  const handshakes = new Map<string, Visit>()
  const nameOf = (socket: net.Socket): string => `${socket.remoteAddress} ${socket.remotePort}`
  const secure =
    options.tls &&
    tls.createServer(
      {
        ...secureContext(options.tls),
        handshakeTimeout: TLS_HANDSHAKE_TIMEOUT_MS,
      },
      (socket) => {
        const visit = handshakes.get(nameOf(socket))
        if (visit === undefined) socket.destroy()
        else take(socket, visit)
      },
    )
  // Counted here already: a handshake that is never finished is a connection, too.
  secure?.on('connection', (socket: net.Socket) => {
    const visit = options.admit(socket)
    if (visit === undefined) return
    const name = nameOf(socket)
    handshakes.set(name, visit)
    socket.once('close', () => {
      handshakes.delete(name)
      visit.leave()
    })
  })
  const servers: net.Server[] = secure === undefined ? [plain] : [plain, secure]
  for (const server of servers) {
    server.maxConnections = options.maxConnections
    server.on('drop', (dropped) =>
      options.security.report('mqtt-too-many-connections', {
        address: dropped?.remoteAddress,
        detail: `${options.maxConnections} of all addresses`,
      }),
    )
  }
  secure?.on('tlsClientError', (error) => options.log.debug({ err: error }, 'a TLS handshake failed'))

  return {
    async listen() {
      const port = await bind(plain, options.plain.host, options.plain.port)
      const { tls: secureAt } = options
      if (secure === undefined || secureAt === undefined) return { port, tlsPort: undefined }
      return { port, tlsPort: await bind(secure, secureAt.host, secureAt.port) }
    },
    useCertificate: (files) => secure?.setSecureContext(secureContext(files)),
    async close() {
      await Promise.all(
        servers.map(
          (server) => new Promise<void>((resolve) => (server.listening ? server.close(() => resolve()) : resolve())),
        ),
      )
    },
  }
}

/** @throws the system's error (EADDRINUSE, EACCES …) when the port cannot be had. */
function bind(server: net.Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : port)
    })
  })
}
