import net from 'node:net'

/** One answer as it came over the wire. */
export interface WireAnswer {
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** A bare TCP connection to an HTTP server: sends any bytes, and reads answers by their Content-Length. */
export interface Wire {
  send(bytes: string | Uint8Array): void
  /** The next answer. Rejects when the connection ends or fails (ECONNRESET) before it is whole. */
  answer(): Promise<WireAnswer>
  /** Resolves when the server has closed in an orderly way; rejects when it reset the connection. */
  closed: Promise<void>
  end(): void
  destroy(): void
}

export function openWire(port: number): Wire {
  const socket = net.connect({ port, host: '127.0.0.1', allowHalfOpen: true })
  let received = Buffer.alloc(0)
  let failure: Error | undefined
  let wake = (): void => {}
  socket.on('data', (chunk) => {
    received = Buffer.concat([received, chunk])
    wake()
  })
  const closed = new Promise<void>((resolve, reject) => {
    socket.on('error', (error) => {
      failure = error
      wake()
      reject(error)
    })
    socket.once('end', () => {
      failure ??= new Error(`the connection ended after: ${received.toString()}`)
      wake()
      resolve()
    })
  })
  // Whoever waits for an answer is told as well.
  closed.catch(() => {})
  return {
    closed,
    send: (bytes) => void socket.write(bytes),
    end: () => void socket.end(),
    destroy: () => void socket.destroy(),
    async answer() {
      for (;;) {
        const read = readAnswer(received)
        if (read !== undefined) {
          received = received.subarray(read.length)
          return read.answer
        }
        if (failure !== undefined) throw failure
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    },
  }
}

function readAnswer(bytes: Buffer): { answer: WireAnswer; length: number } | undefined {
  const headEnd = bytes.indexOf('\r\n\r\n')
  if (headEnd < 0) return undefined
  const [statusLine = '', ...lines] = bytes.subarray(0, headEnd).toString('latin1').split('\r\n')
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  )
  const bodyStart = headEnd + 4
  const length = bodyStart + Number(headers['content-length'] ?? 0)
  if (bytes.length < length) return undefined
  const status = Number(statusLine.split(' ')[1])
  return { answer: { status, headers, body: bytes.subarray(bodyStart, length).toString() }, length }
}
