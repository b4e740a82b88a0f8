import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { publicJwk, thumbprint } from '#protocol/signing.ts'
import type { ServerKeys } from '#server/keys.ts'
import type { PastKey } from './history.ts'

const seconds = z.number().int()

const listedKey = publicJwk
  .extend({
    kid: z.string().describe('SHA-256 thumbprint (RFC 7638), as in the header of what it signed'),
    use: z.literal('sig'),
    alg: z.literal('EdDSA'),
    iat: seconds.optional().describe('It signs since this second; absent: since the first start'),
    exp: seconds.optional().describe('It signed until this second; absent: it is in force'),
    revoked: z
      .object({ revoked_at: seconds, reason: z.literal('compromised') })
      .optional()
      .describe('The recovery key took its place: what it signed counts no more'),
  })
  .meta({ id: 'SigningKey' })

const toSeconds = (ms: number): number => Math.floor(ms / 1_000)

/**
 * A key as JWKS lists it. `iat`, `exp` and `revoked` are those of OpenID Federation 1.0 §8.7 (historical keys).
 */
export function listKey({ key, from, until, isRevoked }: PastKey): z.infer<typeof listedKey> {
  return {
    ...key,
    kid: thumbprint(key),
    use: 'sig',
    alg: 'EdDSA',
    ...(from === null ? {} : { iat: toSeconds(from) }),
    ...(until === null ? {} : { exp: toSeconds(until) }),
    ...(isRevoked && until !== null ? { revoked: { revoked_at: toSeconds(until), reason: 'compromised' } } : {}),
  }
}

const MAX_AGE_S = 300

/** The server's public keys (RFC 7517), for whoever verifies what it signed: the one in force first. */
export function jwksRoutes(deps: { readonly keys: Pick<ServerKeys, 'history'> }): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      '/.well-known/jwks.json',
      {
        config: { action: 'public' },
        schema: {
          tags: ['server'],
          summary: 'The server’s public signing keys, the one in force first (RFC 7517)',
          response: { 200: z.object({ keys: z.array(listedKey) }).meta({ id: 'SigningKeys' }) },
        },
      },
      async (_request, reply) => {
        reply.header('cache-control', `public, max-age=${MAX_AGE_S}`)
        return { keys: deps.keys.history.map(listKey).reverse() }
      },
    )
  }
}
