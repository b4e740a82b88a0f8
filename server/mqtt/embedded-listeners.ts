import net from 'node:net'
import tls from 'node:tls'
import type { Logger } from 'pino'

/** PEM texts. */
export interface TlsFiles {
  readonly certificatePem: string
  readonly privateKeyPem: string
}

export interface ListenerOptions {
  readonly plain: { readonly host: string; readonly port: number }
  readonly tls: ({ readonly host: string; readonly port: number } & TlsFiles) | undefined
  readonly maxConnections: number
  readonly log: Logger
  onSocket(socket: net.Socket): void
}

const TLS_HANDSHAKE_TIMEOUT_MS = 10_000
const TCP_KEEPALIVE_MS = 60_000

/** The broker's doors: plain TCP, and TLS when there is a certificate. */
export function openListeners(options: ListenerOptions): {
  listen(): Promise<{ port: number; tlsPort: number | undefined }>
  close(): Promise<void>
} {
  const take = (socket: net.Socket): void => {
    socket.setNoDelay(true)
    socket.setKeepAlive(true, TCP_KEEPALIVE_MS)
    options.onSocket(socket)
  }
  const plain = net.createServer(take)
  const secure =
    options.tls &&
    tls.createServer(
      {
        cert: options.tls.certificatePem,
        key: options.tls.privateKeyPem,
        minVersion: 'TLSv1.2',
        handshakeTimeout: TLS_HANDSHAKE_TIMEOUT_MS,
      },
      take,
    )
  const servers: net.Server[] = secure === undefined ? [plain] : [plain, secure]
  for (const server of servers) {
    server.maxConnections = options.maxConnections
    server.on('drop', () =>
      options.log.warn({ securityEvent: 'mqtt-too-many-connections' }, 'a connection was refused: too many'),
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
