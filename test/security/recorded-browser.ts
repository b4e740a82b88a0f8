import { z } from 'zod'
import type { AuditAction } from '#server/audit/actions.ts'

/** A changing request that succeeded. */
export interface DoneRequest {
  /** As in the OpenAPI document: `PATCH /api/areas/{id}`. */
  readonly route: string
  readonly requestId: string
  /** Whose session it was; null: nobody's. */
  readonly accountId: string | null
  /** What the audit trail must say; null: the route says itself that there is nothing to tell. */
  readonly action: AuditAction | null
  readonly isWithState: boolean
  readonly from: number
  readonly to: number
}

interface Sent {
  readonly params?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string>>
  readonly body?: object
  readonly bytes?: Uint8Array<ArrayBuffer>
  readonly headers?: Readonly<Record<string, string>>
  /** False for acts that are the whole story themselves, like signing out. */
  readonly isWithState?: boolean
}

/** A browser with its cookies, which writes down what it changed. */
export interface RecordedBrowser {
  readonly cookie: () => string
  readonly accountId: () => string | null
  /** Expects the request to succeed, with an answer of this shape. */
  change<T>(route: string, action: AuditAction | null, sent: Sent, answer: z.ZodType<T>): Promise<T>
  read<T>(path: string, answer: z.ZodType<T>): Promise<T>
}

const session = z.object({ csrfToken: z.string(), account: z.object({ id: z.string() }) })
const anySession = z.union([session, z.object({ session }).transform((told) => told.session)])

/** `secrets` gathers cookies and CSRF tokens, by a name for messages. */
export function openBrowser(url: string, done: DoneRequest[], secrets: Map<string, string>): RecordedBrowser {
  const cookies = new Map<string, string>()
  let current: z.infer<typeof session> | undefined
  const cookie = (): string => [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')

  async function send(method: string, path: string, { query, body, bytes, headers }: Sent) {
    const search = query === undefined ? '' : `?${new URLSearchParams(query)}`
    const type = bytes === undefined ? 'application/json' : 'application/octet-stream'
    const payload = bytes ?? (body === undefined ? undefined : JSON.stringify(body))
    const response = await fetch(`${url}${path}${search}`, {
      method,
      headers: {
        cookie: cookie(),
        ...(current === undefined ? {} : { 'x-csrf-token': current.csrfToken }),
        ...(payload === undefined ? {} : { 'content-type': type }),
        ...headers,
      },
      ...(payload === undefined ? {} : { body: payload }),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`)
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (value === '') cookies.delete(name)
      else {
        cookies.set(name, value)
        secrets.set(`${name} ${secrets.size}`, decodeURIComponent(value))
      }
    }
    const told: unknown = text === '' ? null : JSON.parse(text)
    const opened = anySession.safeParse(told)
    if (opened.success) {
      current = opened.data
      secrets.set(`CSRF token ${secrets.size}`, current.csrfToken)
    }
    return { told, requestId: response.headers.get('x-request-id') ?? '' }
  }

  return {
    cookie,
    accountId: () => current?.account.id ?? null,
    async change(route, action, sent, answer) {
      const [method = '', pattern = ''] = route.split(' ')
      const path = pattern.replaceAll(/\{(\w+)\}/g, (_all, name: string) => sent.params?.[name] ?? '')
      const [before, from] = [current?.account.id ?? null, Date.now()]
      const { told, requestId } = await send(method, path, sent)
      const accountId = before ?? current?.account.id ?? null
      const isWithState = sent.isWithState ?? true
      done.push({ route, requestId, accountId, action, isWithState, from, to: Date.now() })
      return answer.parse(told)
    },
    read: async (path, answer) => answer.parse((await send('GET', path, {})).told),
  }
}
