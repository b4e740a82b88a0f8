import { type EventStream, openEventStream, type StreamHandlers } from './stream.ts'

/** Which list changed (mirrors the server's console events), or how far a clip has come. */
export type LiveEvent =
  | { readonly kind: ListKind; readonly id?: string }
  | { readonly kind: 'clip-progress'; readonly id: string; readonly stage: ClipStage; readonly fraction: number }
export type ListKind =
  | 'devices'
  | 'clips'
  | 'bulletins'
  | 'programmes'
  | 'broadcasts'
  | 'occurrences'
  | 'alerts'
  | 'areas'
  | 'accounts'
  | 'airtime'
export type ClipStage = 'probing' | 'speaking' | 'normalising'
/**
 * `everything`: events may have been missed; read again what is shown. `reopened`: the link is back and nothing was
 * missed, but what could not be read in between can be read now.
 */
export type LiveNews = LiveEvent | { readonly kind: 'everything' | 'reopened' }

export interface Live {
  readonly state: 'off' | 'connecting' | 'open' | 'lost'
  /** Server time at which the link broke. */
  readonly lostAtMs: number | undefined
  subscribe(listener: (news: LiveNews) => void): () => void
  start(): void
  stop(): void
  retry(): void
}

export interface LiveDeps {
  onSessionEnded(): void
  /** What the person may do is another now, or may have become it unheard. Everything is read again when this is done. */
  onRightsChanged(): Promise<void>
  nowMs(): number
  /** Where the news stood before anything was read; undefined: nobody has said so. */
  cursor(): string | undefined
}

export function createLive({ onSessionEnded, onRightsChanged, nowMs, cursor }: LiveDeps): Live {
  let state = $state<Live['state']>('off')
  let lostAtMs = $state<number | undefined>(undefined)
  let stream: EventStream | undefined
  const listeners = new Set<(news: LiveNews) => void>()
  const tell = (news: LiveNews): void => {
    for (const listener of listeners) listener(news)
  }
  return {
    get state() {
      return state
    },
    get lostAtMs() {
      return lostAtMs
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    start() {
      if (stream) return
      state = 'connecting'
      let hasOpened = false
      const from = cursor()
      const handlers: StreamHandlers = {
        onOpen() {
          state = 'open'
          lostAtMs = undefined
          // Without a cursor what was read before the stream stood may be old already. Later, Last-Event-ID brings what
          // was missed.
          tell({ kind: hasOpened || from !== undefined ? 'reopened' : 'everything' })
          if (hasOpened) void onRightsChanged()
          hasOpened = true
        },
        onEvent(event) {
          if (event.type === 'reset') tell({ kind: 'everything' })
          else if (event.type === 'rights') void onRightsChanged().then(() => tell({ kind: 'everything' }))
          else if (event.type === 'message') tell(JSON.parse(event.data) as LiveEvent)
        },
        onLost() {
          state = 'lost'
          lostAtMs ??= nowMs()
        },
        onForbidden: () => void onRightsChanged(),
        onSessionEnded,
      }
      stream = openEventStream('/api/events', handlers, from)
    },
    stop() {
      stream?.close()
      stream = undefined
      state = 'off'
      lostAtMs = undefined
    },
    retry: () => stream?.retry(),
  }
}
