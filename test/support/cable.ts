import { once } from 'node:events'
import net, { type AddressInfo } from 'node:net'

/** The line between a browser and its server, which can be cut. */
export interface Cable {
  readonly url: string
  /** All that is open breaks; whoever comes anew is told 503, as by a proxy before a server that is not there. */
  cut(): void
  mend(): void
  close(): Promise<void>
}

const UNAVAILABLE = 'HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n'

export async function startCable(serverUrl: string): Promise<Cable> {
  const target = Number(new URL(serverUrl).port)
  const open = new Set<net.Socket>()
  let isCut = false
  const keep = (socket: net.Socket): void => {
    open.add(socket)
    socket.on('error', () => socket.destroy())
    socket.once('close', () => open.delete(socket))
  }
  const relay = net.createServer((near) => {
    keep(near)
    if (isCut) {
      near.once('data', () => near.end(UNAVAILABLE))
      return
    }
    const far = net.connect(target, '127.0.0.1')
    keep(far)
    near.once('close', () => far.destroy())
    far.once('close', () => near.destroy())
    near.pipe(far).pipe(near)
  })
  const breakAll = (): void => {
    for (const socket of open) socket.destroy()
  }
  relay.listen(0, '127.0.0.1')
  await once(relay, 'listening')
  const { port } = relay.address() as AddressInfo
  return {
    url: `http://${new URL(serverUrl).hostname}:${port}`,
    cut() {
      isCut = true
      breakAll()
    },
    mend() {
      isCut = false
    },
    async close() {
      breakAll()
      relay.close()
      await once(relay, 'close')
    },
  }
}
