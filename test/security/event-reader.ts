import http from 'node:http'
import { z } from 'zod'

const told = z.object({ kind: z.string(), id: z.string().optional() })
export type ToldEvent = z.infer<typeof told>

export interface EventReader {
  /** Every byte that came, for looking for what must not be in it. */
  readonly text: () => string
  /** The next event that `test` accepts, those that came already and were not taken first. */
  next(test: (event: ToldEvent) => boolean): Promise<ToldEvent>
  close(): void
}

/** A console's event stream; resolves when the server says that it is ready. */
export async function openEvents(url: string, cookie: string): Promise<EventReader> {
  let text = ''
  let unread = ''
  const events: ToldEvent[] = []
  let wake = (): void => {}
  let end: Error | undefined
  const request = http.get(`${url}/api/events`, { headers: { cookie } })
  const ready = new Promise<void>((resolve, reject) => {
    const fail = (cause: Error): void => {
      end = cause
      reject(cause)
      wake()
    }
    request.on('error', fail)
    request.on('response', (response) => {
      if (response.statusCode !== 200) fail(new Error(`event stream: ${response.statusCode}`))
      response.on('close', () => fail(new Error('the event stream ended')))
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk
        unread += chunk
        const frames = unread.split('\n\n')
        unread = frames.pop() ?? ''
        for (const frame of frames) {
          if (frame.includes('event: ready')) resolve()
          const data = /^data: (.+)$/m.exec(frame)?.[1]
          const parsed = told.safeParse(data === undefined ? undefined : JSON.parse(data))
          if (parsed.success) events.push(parsed.data)
        }
        wake()
      })
    })
  })
  await ready
  return {
    text: () => text,
    async next(test) {
      for (;;) {
        const index = events.findIndex(test)
        const [found] = index < 0 ? [] : events.splice(index, 1)
        if (found !== undefined) return found
        if (end !== undefined) throw end
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    },
    close() {
      request.on('error', () => {})
      request.destroy()
    },
  }
}
