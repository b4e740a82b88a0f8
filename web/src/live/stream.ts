import { createSseParser, type ServerSentEvent } from './sse.ts'

export interface StreamHandlers {
  onOpen(): void
  onEvent(event: ServerSentEvent): void
  /** The link broke or was refused; the next attempt is under way. */
  onLost(): void
  /** Signed in, but not let in as things stand now; the next attempt is under way. */
  onForbidden(): void
  onSessionEnded(): void
}
export interface EventStream {
  /** Try at once instead of waiting for the next attempt. */
  retry(): void
  close(): void
}

/** The server sends a comment at least every 20 s: two missed ones mean that the link is dead, whatever TCP believes. */
const silenceLimitMs = 45_000
const firstWaitMs = 1_000
const longestWaitMs = 30_000

/**
 * Server-sent events over fetch. The browser's EventSource gives up for ever after a 503, hides the status (an ended
 * session looks like a lost link) and the heartbeats (a dead 4G link looks alive), and cannot resume once re-created.
 * `from`: the cursor after which news is wanted.
 */
export function openEventStream(url: string, handlers: StreamHandlers, from?: string): EventStream {
  let closed = false
  let attempt = 0
  let lastEventId = from
  let connection: AbortController | undefined
  let wake: (() => void) | undefined

  async function listen(): Promise<'ended' | 'session-ended'> {
    connection = new AbortController()
    const { signal } = connection
    let silence = setTimeout(() => connection?.abort(), silenceLimitMs)
    try {
      const headers = {
        Accept: 'text/event-stream',
        ...(lastEventId === undefined ? {} : { 'Last-Event-ID': lastEventId }),
      }
      const response = await fetch(url, { headers, signal, cache: 'no-store', credentials: 'same-origin' })
      if (response.status === 401) return 'session-ended'
      if (response.status === 403) handlers.onForbidden()
      if (!response.ok || !response.body) return 'ended'
      handlers.onOpen()
      attempt = 0
      const parser = createSseParser()
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
      for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
        clearTimeout(silence)
        silence = setTimeout(() => connection?.abort(), silenceLimitMs)
        for (const event of parser.feed(piece.value)) {
          if (event.id !== undefined) lastEventId = event.id
          handlers.onEvent(event)
        }
      }
      return 'ended'
    } catch {
      // Refused, reset or aborted: all of it is a lost link, which the caller reports and mends.
      return 'ended'
    } finally {
      clearTimeout(silence)
      connection.abort()
    }
  }

  async function run(): Promise<void> {
    while (!closed) {
      const end = await listen()
      if (closed) return
      if (end === 'session-ended') {
        handlers.onSessionEnded()
        return
      }
      handlers.onLost()
      const waitMs = Math.min(longestWaitMs, firstWaitMs * 2 ** attempt) * (0.75 + Math.random() / 2)
      attempt++
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, waitMs)
        wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
  }
  const retry = (): void => {
    attempt = 0
    wake?.()
  }
  addEventListener('online', retry)
  void run()
  return {
    retry,
    close() {
      closed = true
      removeEventListener('online', retry)
      connection?.abort()
      wake?.()
    },
  }
}
