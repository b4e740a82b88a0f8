import type { FastifyInstance } from 'fastify'
import { z } from 'zod'

/**
 * Two people edit the same thing: the later one is told, and overwrites nothing. Every thing that people edit counts its
 * changes in `revision`; answers that show one carry it as a strong entity tag, and a change may name in If-Match the tag
 * of what was looked at (RFC 9110 §8.8.3, §13.1.1). Which state people set is what a tag names: what devices report of the
 * same thing changes without a new one, and nothing under /api is kept by caches.
 */
export type Revision = number | string

/** What If-Match names: any state (`*`), or one of these revisions, as texts. Weak tags match nothing (§13.1.1). */
export type IfMatch = '*' | readonly string[]

const MOST_CHARACTERS = 1_000

/** Undefined: it is none. A list may have empty places (§5.6.1.2); one of nothing else is no If-Match. */
export function parseIfMatch(header: string): IfMatch | undefined {
  if (header.trim() === '*') return '*'
  // Any visible character but the double quote, and bytes above ASCII (§8.8.3: etagc).
  const tag = /[ \t]*(W\/)?"([\x21\x23-\x7e\x80-\xff]*)"[ \t]*(?:,|$)/y
  const nothing = /[ \t]*(?:,|$)/y
  const strong: string[] = []
  let count = 0
  for (let at = 0; at < header.length; ) {
    tag.lastIndex = at
    nothing.lastIndex = at
    const found = tag.exec(header)
    if (found === null && !nothing.test(header)) return undefined
    at = found === null ? nothing.lastIndex : tag.lastIndex
    if (found === null) continue
    count++
    if (found[1] === undefined) strong.push(found[2] ?? '')
  }
  return count === 0 ? undefined : strong
}

/** For the `headers` of a route that changes one thing. Other headers go through untouched. */
export const ifMatchHeaders = z.looseObject({
  'if-match': z
    .string()
    .max(MOST_CHARACTERS)
    .refine((header) => parseIfMatch(header) !== undefined)
    .optional()
    .describe(
      'The ETag under which this was read. When it was changed meanwhile, nothing is done and the answer is 412 ' +
        '(changed-meanwhile). Without it the change is made whatever the state is',
    ),
})

/** What the request names; undefined: nothing, and every state will do. */
export const ifMatchOf = ({ headers }: { headers: { 'if-match'?: string | undefined } }): IfMatch | undefined =>
  headers['if-match'] === undefined ? undefined : parseIfMatch(headers['if-match'])

export const matchesRevision = (ifMatch: IfMatch | undefined, revision: Revision): boolean =>
  ifMatch === undefined || ifMatch === '*' || ifMatch.includes(String(revision))

const tagOf = (revision: Revision): string => `"${revision}"`

const tagged = z.object({ revision: z.union([z.number(), z.string()]) })

/** Gives every answer that is one thing with a `revision` its ETag. */
export function addEntityTags(app: FastifyInstance): void {
  app.addHook('preSerialization', async (_request, reply, payload) => {
    if (reply.statusCode >= 300) return payload
    const thing = tagged.safeParse(payload)
    if (thing.success) reply.header('etag', tagOf(thing.data.revision))
    return payload
  })
}

const etag = { description: 'For If-Match of the next change', schema: { type: 'string' } }

const field = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
const entriesOf = (value: unknown): [string, unknown][] =>
  typeof value === 'object' && value !== null ? Object.entries(value) : []

/** Says in the finished OpenAPI document which answers carry an ETag: those whose schema has a `revision`. */
export function sayEntityTags<T extends object>(document: T): T {
  const schemas = field(field(document, 'components'), 'schemas')
  const resolve = (schema: unknown): unknown => {
    const ref = field(schema, '$ref')
    return typeof ref === 'string' ? field(schemas, ref.replace('#/components/schemas/', '')) : schema
  }
  const operations = entriesOf(field(document, 'paths')).flatMap(([, path]) => entriesOf(path))
  for (const [, operation] of operations) {
    for (const [status, response] of entriesOf(field(operation, 'responses'))) {
      const schema = resolve(field(field(field(response, 'content'), 'application/json'), 'schema'))
      if (!status.startsWith('2') || field(field(schema, 'properties'), 'revision') === undefined) continue
      if (typeof response === 'object' && response !== null) Object.assign(response, { headers: { ETag: etag } })
    }
  }
  return document
}
