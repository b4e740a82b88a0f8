import { access } from 'node:fs/promises'
import path from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Problem } from './problem.ts'

/** Vite puts a hash of the content into the name of everything below /assets/. */
const HASHED = /^assets\//
const YEAR_S = 365 * 24 * 3_600

/** Addresses that programs ask: whoever watches them must not take the page for an answer. */
const forPrograms = /^(api|metrics|clips|health|healthz|\.well-known)(\/|$)/

/** A file, and not one of the page's own addresses. */
const isFile = (name: string): boolean => path.posix.basename(name).includes('.')

/**
 * The console's files. Every other address but those of programs answers with the page itself, which knows its own rooms.
 * `directory` null: this server has no console (an API-only replica, most tests).
 */
export async function addConsoleFiles(app: FastifyInstance, directory: string | null): Promise<void> {
  if (directory === null) return
  await access(path.join(directory, 'index.html'))
  await app.register(fastifyStatic, { root: directory, serve: false, preCompressed: true, cacheControl: false })

  const sendPage = (reply: FastifyReply): FastifyReply => {
    // Names the hashed files of this version, so it is asked for every time (it has an ETag).
    return reply.header('cache-control', 'no-cache').sendFile('index.html')
  }
  app.get(
    '/*',
    { config: { action: 'public' }, schema: { hide: true } },
    (request: FastifyRequest<{ Params: { '*': string } }>, reply) => {
      const name = request.params['*']
      if (name === '' || name === 'index.html') return sendPage(reply)
      if (forPrograms.test(name)) throw new Problem('not-found')
      if (!isFile(name)) return sendPage(reply)
      reply.header('cache-control', HASHED.test(name) ? `public, max-age=${YEAR_S}, immutable` : 'no-cache')
      return reply.sendFile(name)
    },
  )
}
