import compress from '@fastify/compress'
import type { FastifyInstance } from 'fastify'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What it answers holds a secret (a token, a code): never compressed. */
    holdsSecret?: true
  }
}

/** One segment on the wire: below it there is nothing to gain. */
const MIN_BYTES = 1_400

/** `/areas/:id`: one thing, small, with an ETag for If-Match, which is of the bytes that went out (RFC 9110 §8.8.3). */
const isOneThing = (url: string): boolean => /\/:[^/]+$/.test(url)

/**
 * Lists go over a village line in a tenth of the time. Compressed are answers in JSON to GET, and no others: how long a
 * compressed answer is tells whoever watches the line whether something they made it repeat also stands in it (BREACH), so
 * what holds a secret, or answers a body that somebody sent, goes out as it is. Event streams are no JSON; files were
 * compressed when they were built (console-files.ts).
 */
export async function addCompression(app: FastifyInstance): Promise<void> {
  // Before the plugin's own hook, which reads what this one decides.
  app.addHook('onRoute', (route) => {
    if (route.method !== 'GET' || route.config?.holdsSecret === true || isOneThing(route.url)) route.compress = false
  })
  await app.register(compress, {
    threshold: MIN_BYTES,
    encodings: ['br', 'gzip'],
    customTypes: /^application\/json/,
    globalDecompression: false,
  })
}
