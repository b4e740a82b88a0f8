import { Readable } from 'node:stream'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { z } from 'zod'
import { type Action, type Actor, mayAct, mayHearOf } from '#server/auth/rules.ts'
import type { Sessions } from '#server/auth/sessions.ts'
import type { ConsoleEvent, ConsoleEvents } from '#server/console-events.ts'
import { Problem } from './problem.ts'
import { SESSION_COOKIE } from './session-cookie.ts'

/** What one must be allowed to read to be told of an event. */
const readActions = {
  devices: 'devices.read',
  clips: 'library.read',
  'clip-progress': 'library.read',
  bulletins: 'library.read',
  programmes: 'library.read',
  broadcasts: 'broadcasts.read',
  occurrences: 'broadcasts.read',
  alerts: 'alerts.read',
  areas: 'areas.read',
  accounts: 'accounts.read',
  airtime: 'airtime.read',
} as const satisfies Record<ConsoleEvent['kind'], Action>

/** What comes from above sounds below: a commune is told of its province's broadcasts. */
const sounding: ReadonlySet<ConsoleEvent['kind']> = new Set(['broadcasts', 'occurrences', 'alerts'])

export interface EventStreamDeps {
  events: ConsoleEvents
  sessions: Pick<Sessions, 'find' | 'onChange'>
  heartbeatMs?: number
  /** How long a console has for reading what was still on its way when its stream ends. */
  finishMs?: number
  maxStreamsPerAccount?: number
  maxStreams?: number
}

/** A console that has not read this much of what it was sent is cut off; it comes back and resumes. */
const MAX_UNREAD_BYTES = 256 * 1024
const RETRY_MS = 3_000

/** Is the actor told of this? What sounds is told where it sounds, and to whose area it is. */
export function mayHear(actor: Actor, event: ConsoleEvent): boolean {
  const action = readActions[event.kind]
  if (mayAct(actor, action, event.areaPath)) return true
  if (!sounding.has(event.kind)) return false
  const aimedAt = 'aimedAt' in event ? event.aimedAt : undefined
  const paths = aimedAt?.paths ?? [event.areaPath]
  return paths.some((path) => mayHearOf(actor, action, path, aimedAt?.notIn))
}

interface Stream {
  readonly body: Readable
  readonly reply: FastifyReply
  readonly token: string
  actor: Actor
  /** What was in force when its console was last told. */
  rights: string
}

const frame = (id: string, event: ConsoleEvent): string => {
  const { areaPath: _areaPath, aimedAt: _aimedAt, ...told } = { aimedAt: undefined, ...event }
  return `id: ${id}\ndata: ${JSON.stringify(told)}\n\n`
}

const eventId = ({ epoch, latest }: Pick<ConsoleEvents, 'epoch' | 'latest'>): string => `${epoch}-${latest}`

/**
 * The answer that says who is signed in also says where the news stands: what the console reads from then on and what it
 * hears from there on meet without a gap, so that nothing is read twice.
 */
export function addNewsCursor(app: FastifyInstance, events: ConsoleEvents): void {
  app.addHook('onSend', async (request, reply) => {
    if (request.routeOptions.url === '/api/session' && reply.statusCode === 200)
      reply.header('news-cursor', eventId(events))
  })
}

/**
 * GET /events: server-sent events (WHATWG HTML §9.2). Ids are `<epoch>-<sequence>`. A resume that is not
 * possible is answered with the event `reset`, upon which the console reads everything again.
 */
export function eventStreamRoutes(deps: EventStreamDeps): (app: FastifyInstance) => Promise<void> {
  const {
    events,
    sessions,
    heartbeatMs = 20_000,
    finishMs = 5_000,
    maxStreamsPerAccount = 24,
    maxStreams = 2_000,
  } = deps
  return async (app) => {
    const { epoch } = events
    const streams = new Set<Stream>()
    /** Told nothing any more, but not gone yet. */
    const finishing = new Set<Stream>()

    const cutOff = (stream: Stream): void => {
      streams.delete(stream)
      stream.body.destroy()
      stream.reply.raw.destroy()
    }
    /** Its session is over: the answer comes to its end, which a browser does not take for a broken link. */
    const finish = (stream: Stream): void => {
      streams.delete(stream)
      finishing.add(stream)
      // Who reads nothing never comes to the end.
      const limit = setTimeout(() => cutOff(stream), finishMs)
      stream.reply.raw.once('close', () => {
        clearTimeout(limit)
        finishing.delete(stream)
      })
      stream.body.push(null)
    }
    const write = (stream: Stream, text: string): void => {
      stream.body.push(text)
      if (stream.body.readableLength + stream.reply.raw.writableLength > MAX_UNREAD_BYTES) cutOff(stream)
    }
    const unsubscribe = events.subscribe((sequence, event) => {
      const text = frame(`${epoch}-${sequence}`, event)
      for (const stream of streams) if (mayHear(stream.actor, event)) write(stream, text)
    })

    /** Sessions end and roles change while a stream is open. Looking does not count as use: an open page is nobody. */
    const beat = async (stream: Stream): Promise<void> => {
      const signedIn = await sessions.find(stream.token, 'quietly')
      if (!streams.has(stream)) return
      if (signedIn === undefined || (signedIn.secondFactor.needed && !signedIn.secondFactor.active)) {
        finish(stream)
        return
      }
      if (signedIn.isSuperseded) {
        // Whoever has the new id comes again with it, and from an unknown id reads everything anew.
        write(stream, 'id: superseded\nevent: rights\ndata: {}\n\n')
        finish(stream)
        return
      }
      stream.actor = signedIn.actor
      const rights = signedIn.rightsInForce.join()
      // Its console shows and hides by what it may do. What is gained comes with the id of its next request.
      if (rights !== stream.rights) write(stream, 'event: rights\ndata: {}\n\n')
      stream.rights = rights
      write(stream, ': still here\n\n')
    }
    const check = (stream: Stream): void => {
      beat(stream).catch((error: unknown) => {
        app.log.error({ err: error }, 'an event stream could not be checked and is cut off')
        cutOff(stream)
      })
    }
    const heart = setInterval(() => {
      for (const stream of streams) check(stream)
    }, heartbeatMs)
    heart.unref()
    // At once where this process ended the session or took the role away; the heartbeat finds what others did.
    const stopWatching = sessions.onChange((accountId) => {
      for (const stream of streams) if (stream.actor.accountId === accountId) check(stream)
    })

    // Before close() waits for open connections, of which these would never end by themselves.
    app.addHook('preClose', async () => {
      clearInterval(heart)
      stopWatching()
      unsubscribe()
      for (const stream of [...streams, ...finishing]) cutOff(stream)
    })

    const resume = (stream: Stream, lastEventId: string): void => {
      const [itsEpoch, sequence] = lastEventId.split('-')
      const missed =
        itsEpoch === epoch && /^\d{1,15}$/.test(sequence ?? '') ? events.since(Number(sequence)) : undefined
      if (missed === undefined) {
        write(stream, `id: ${eventId(events)}\nevent: reset\ndata: {}\n\n`)
        return
      }
      // Headers wait for the first bytes, and a console for the headers.
      write(stream, ': resumed\n\n')
      for (const { sequence: at, event } of missed) {
        if (mayHear(stream.actor, event)) write(stream, frame(`${epoch}-${at}`, event))
      }
    }

    app.get<{ Querystring: { lastEventId?: string } }>(
      '/events',
      {
        config: { action: 'signed-in' },
        schema: {
          tags: ['server'],
          summary: 'Server-sent events: what changed in the areas one may read',
          querystring: z.object({
            lastEventId: z.string().max(60).optional().describe('For a new EventSource, which cannot send the header'),
          }),
          response: { 200: { content: { 'text/event-stream': { schema: z.string() } } } },
        },
      },
      (request, reply) => {
        const { actor, rightsInForce, renewal } = request.signedIn
        // By account and not by session, of which one account may have many: nobody takes the streams of all others.
        const own = [...streams].filter((stream) => stream.actor.accountId === actor.accountId).length
        if (own >= maxStreamsPerAccount || streams.size >= maxStreams) throw new Problem('too-many-streams')
        const body = new Readable({ read: () => {} })
        const token = renewal?.token ?? request.cookies[SESSION_COOKIE] ?? ''
        const stream: Stream = { body, reply, actor, token, rights: rightsInForce.join() }
        streams.add(stream)
        reply.raw.once('close', () => {
          streams.delete(stream)
          body.destroy()
        })
        reply
          .type('text/event-stream; charset=utf-8')
          .header('cache-control', 'no-store')
          .header('x-accel-buffering', 'no')
        const header = request.headers['last-event-id']
        const lastEventId = typeof header === 'string' ? header : request.query.lastEventId
        if (lastEventId === undefined)
          write(stream, `retry: ${RETRY_MS}\nid: ${eventId(events)}\nevent: ready\ndata: {}\n\n`)
        else resume(stream, lastEventId)
        return reply.send(body)
      },
    )
  }
}
