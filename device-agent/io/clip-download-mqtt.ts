import type { Clock } from '#agent/clock.ts'
import { adaptWindow, firstWindow, planBlocks, shrinkWindow } from '#agent/core/block-window.ts'
import type { ClipBlock, ClipGet } from '#protocol/clip.ts'
import type { ClipTransport } from './clip-transport.ts'

/** Nothing came for this long: the request or its answer is lost (QoS 0). */
const SILENCE_MS = 8_000
const MAX_SILENCES = 3
const UNKNOWN_RETRY_MS = 60_000
const SILENT_RETRY_MS = 15_000

type Answer =
  | { readonly status: 'blocks'; readonly blocks: readonly Uint8Array[] }
  | { readonly status: 'busy'; readonly retryAfterMs: number }
  | { readonly status: 'unknown' | 'silence' | 'aborted' }

/**
 * Clips over MQTT, block by block: asks for a small window on `…/clip-get`, waits for its blocks on `…/clip`, and adapts
 * the window to the link. `deliver` takes every block that arrives.
 */
export function createMqttTransport(options: {
  readonly send: (request: ClipGet) => Promise<void>
  readonly clock: Clock
  readonly random: () => number
}): { readonly fetch: ClipTransport; readonly deliver: (block: ClipBlock) => void } {
  const { send, clock, random } = options
  let listener: ((block: ClipBlock) => void) | undefined
  // Kept from clip to clip: it describes the link.
  let window = firstWindow

  function ask(request: ClipGet, signal: AbortSignal): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const received = new Map<number, Uint8Array>()
      let cancelTimer = (): void => {}
      const settle = (answer: Answer): void => {
        cancelTimer()
        signal.removeEventListener('abort', onAbort)
        listener = undefined
        resolve(answer)
      }
      const prefix = (): Uint8Array[] => {
        const blocks: Uint8Array[] = []
        for (const { offset } of request.blocks) {
          const block = received.get(offset)
          if (block === undefined) break
          blocks.push(block)
        }
        return blocks
      }
      const onSilence = (): void => {
        const blocks = prefix()
        settle(blocks.length > 0 ? { status: 'blocks', blocks } : { status: 'silence' })
      }
      const onAbort = (): void => settle({ status: 'aborted' })
      listener = (answer) => {
        if (answer.sha256 !== request.sha256) return
        if (answer.status === 'busy') settle({ status: 'busy', retryAfterMs: answer.retryAfterMs })
        else if (answer.status === 'unknown') settle({ status: 'unknown' })
        else {
          const wanted = request.blocks.find((block) => block.offset === answer.offset)
          if (wanted?.length !== answer.block.byteLength) return
          received.set(answer.offset, answer.block)
          cancelTimer()
          if (received.size === request.blocks.length) settle({ status: 'blocks', blocks: prefix() })
          else cancelTimer = clock.after(SILENCE_MS, onSilence)
        }
      }
      cancelTimer = clock.after(SILENCE_MS, onSilence)
      signal.addEventListener('abort', onAbort, { once: true })
      send(request).catch((cause: unknown) => {
        reject(cause)
        settle({ status: 'aborted' })
      })
    })
  }

  function pause(delayMs: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        cancel()
        signal.removeEventListener('abort', end)
        resolve()
      }
      const cancel = clock.after(delayMs, end)
      signal.addEventListener('abort', end, { once: true })
    })
  }

  const fetch: ClipTransport = async (ref, partial, signal) => {
    let silences = 0
    while (partial.offset < ref.bytes) {
      if (signal.aborted) return { status: 'interrupted' }
      const blocks = planBlocks(window, partial.offset, ref.bytes)
      const askedMs = clock.monotonicMs()
      const answer = await ask({ sha256: ref.sha256, blocks }, signal)
      switch (answer.status) {
        case 'blocks': {
          const bytes = answer.blocks.reduce((sum, block) => sum + block.byteLength, 0)
          const elapsedMs = clock.monotonicMs() - askedMs
          window =
            answer.blocks.length === blocks.length ? adaptWindow(window, { bytes, elapsedMs }) : shrinkWindow(window)
          silences = 0
          for (const block of answer.blocks) await partial.write(block)
          break
        }
        case 'busy':
          // Whoever was refused together must not come back together.
          await pause(answer.retryAfterMs * (1 + random()), signal)
          break
        case 'unknown':
          return { status: 'unavailable', retryAfterMs: UNKNOWN_RETRY_MS, detail: 'the server does not have it' }
        case 'silence':
          silences += 1
          window = shrinkWindow(window)
          if (silences >= MAX_SILENCES) {
            return { status: 'unavailable', retryAfterMs: SILENT_RETRY_MS, detail: 'the server does not answer' }
          }
          break
        case 'aborted':
          return { status: 'interrupted' }
      }
    }
    return { status: 'complete' }
  }

  return { fetch, deliver: (block) => listener?.(block) }
}
