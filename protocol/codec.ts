import type { z } from 'zod'
import { limits } from './limits.ts'

export type Decoded<T> = { ok: true; value: T } | { ok: false; error: string }

/** Decodes one JSON message at the edge. Unknown fields are dropped; what does not fit is an error value, never an exception. */
export function decodeJson<T>(schema: z.ZodType<T>, payload: Uint8Array | string): Decoded<T> {
  const bytes = typeof payload === 'string' ? Buffer.from(payload) : payload
  if (bytes.byteLength > limits.maxPayloadBytes) return { ok: false, error: `payload of ${bytes.byteLength} bytes` }
  let data: unknown
  try {
    data = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (cause) {
    return { ok: false, error: `not JSON: ${cause instanceof Error ? cause.message : String(cause)}` }
  }
  const result = schema.safeParse(data)
  if (result.success) return { ok: true, value: result.data }
  const first = result.error.issues[0]
  return { ok: false, error: `${first?.path.join('.') || 'message'}: ${first?.message ?? 'invalid'}` }
}

export const encodeJson = (message: unknown): Buffer => Buffer.from(JSON.stringify(message))
