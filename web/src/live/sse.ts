export interface ServerSentEvent {
  readonly id: string | undefined
  readonly type: string
  readonly data: string
}

/** Reads a text/event-stream piece by piece (WHATWG HTML §9.2.6). `feed` answers the events that are complete by now. */
export function createSseParser(): { feed(text: string): ServerSentEvent[] } {
  let rest = ''
  let id: string | undefined
  let type = ''
  let data: string[] = []
  return {
    feed(text) {
      const events: ServerSentEvent[] = []
      const lines = (rest + text).split(/\r\n|\n|\r(?!$)/)
      rest = lines.pop() ?? ''
      for (const line of lines) {
        if (line === '') {
          if (data.length > 0) events.push({ id, type: type || 'message', data: data.join('\n') })
          type = ''
          data = []
          continue
        }
        const colon = line.indexOf(':')
        const field = colon < 0 ? line : line.slice(0, colon)
        const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '')
        if (field === 'id') id = value
        else if (field === 'event') type = value
        else if (field === 'data') data.push(value)
      }
      return events
    },
  }
}
