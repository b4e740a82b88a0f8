import type { DeviceId } from '#protocol/ids.ts'
import type { ClipTransport } from './clip-transport.ts'

const RETRY_MS = 30_000
const SILENCE_MS = 30_000

/**
 * Clips over HTTP: `GET {baseUrl}/clips/{sha256}` with Range (RFC 9110 §14.2), so that any cache may carry them, and the
 * installation's own credential (HTTP Basic, RFC 7617).
 */
export function createHttpTransport(options: {
  readonly baseUrl: string
  readonly deviceId: DeviceId
  readonly secret: string
}): ClipTransport {
  const credential = Buffer.from(`${options.deviceId}:${options.secret}`).toString('base64')
  const base = options.baseUrl.replace(/\/+$/, '')

  return async (ref, partial, signal) => {
    const unavailable = (detail: string) => ({ status: 'unavailable', retryAfterMs: RETRY_MS, detail }) as const
    const from = partial.offset
    if (from === ref.bytes) return { status: 'complete' }
    const silence = new AbortController()
    let timer = setTimeout(() => silence.abort(), SILENCE_MS)
    try {
      const answer = await fetch(`${base}/clips/${ref.sha256}`, {
        headers: {
          authorization: `Basic ${credential}`,
          ...(from > 0 ? { range: `bytes=${from}-` } : {}),
        },
        // Never hand the credential on to another host.
        redirect: 'error',
        signal: AbortSignal.any([signal, silence.signal]),
      })
      const isRight =
        from === 0
          ? answer.status === 200
          : answer.status === 206 && answer.headers.get('content-range')?.startsWith(`bytes ${from}-`) === true
      if (!isRight || answer.body === null) {
        await answer.body?.cancel()
        return unavailable(`HTTP ${answer.status}`)
      }
      const reader: ReadableStreamDefaultReader<Uint8Array> = answer.body.getReader()
      for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
        clearTimeout(timer)
        timer = setTimeout(() => silence.abort(), SILENCE_MS)
        if (partial.offset + chunk.value.byteLength > ref.bytes) {
          await reader.cancel()
          return unavailable('longer than the target says')
        }
        await partial.write(chunk.value)
      }
      return partial.offset === ref.bytes ? { status: 'complete' } : unavailable('ended before its end')
    } catch (cause) {
      if (signal.aborted) return { status: 'interrupted' }
      const error =
        cause instanceof Error ? (cause.cause instanceof Error ? cause.cause.message : cause.message) : String(cause)
      return unavailable(silence.signal.aborted ? 'no answer' : error)
    } finally {
      clearTimeout(timer)
    }
  }
}
