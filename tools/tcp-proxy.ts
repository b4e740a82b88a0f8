import { connect, createServer, type Socket } from 'node:net'
import { Transform } from 'node:stream'

/** A network between two programs that can be cut, healed and slowed down; needs no root. */
export interface TcpProxy {
  readonly port: number
  /** Drops every connection and refuses new ones, as a dead link does. */
  cut(): void
  heal(): void
  close(): Promise<void>
}

/** Delivers at most `bytesPerSecond`, in slices of 10 ms, holding at most one chunk: the sender feels the slow link. */
function throttle(bytesPerSecond: number): Transform {
  const sliceMs = 10
  const sliceBytes = Math.max(1, Math.floor((bytesPerSecond * sliceMs) / 1000))
  return new Transform({
    readableHighWaterMark: sliceBytes,
    writableHighWaterMark: sliceBytes,
    transform(chunk: Buffer, _encoding, done) {
      let at = 0
      const next = (): void => {
        if (at >= chunk.byteLength) {
          done()
          return
        }
        this.push(chunk.subarray(at, at + sliceBytes))
        at += sliceBytes
        setTimeout(next, sliceMs)
      }
      next()
    },
  })
}

/** `target` is asked for every connection, so that a server may come back elsewhere. `downBytesPerSecond` slows target → client. */
export async function startTcpProxy(options: {
  target: () => { host: string; port: number }
  downBytesPerSecond?: number
}): Promise<TcpProxy> {
  const open = new Set<Socket>()
  let isCut = false
  const server = createServer((client) => {
    if (isCut) return void client.destroy()
    const upstream = connect(options.target())
    for (const socket of [client, upstream]) {
      open.add(socket)
      socket.setNoDelay(true)
      // Whatever ends one side ends the other, as a broken link does.
      socket.on('error', () => socket.destroy())
      socket.once('close', () => {
        open.delete(socket)
        client.destroy()
        upstream.destroy()
      })
    }
    client.pipe(upstream)
    if (options.downBytesPerSecond === undefined) upstream.pipe(client)
    else upstream.pipe(throttle(options.downBytesPerSecond)).pipe(client)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port')
  const cut = (): void => {
    isCut = true
    for (const socket of open) socket.destroy()
  }
  return {
    port: address.port,
    cut,
    heal: () => {
      isCut = false
    },
    async close() {
      cut()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
