import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance } from 'fastify'
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod'
import { CSRF_HEADER } from './access.ts'
import { sayEntityTags } from './entity-tag.ts'
import { problemBody } from './schemas.ts'
import { SESSION_COOKIE } from './session-cookie.ts'

/** Every operation may be refused; each says so in the same way. */
const refusal = {
  description: 'Refused or failed (RFC 9457)',
  content: { 'application/problem+json': { schema: problemBody } },
}

const securityFor = (action: string | undefined): Record<string, string[]>[] =>
  action === 'public' ? [] : action === 'device' ? [{ device: [] }] : [{ session: [] }]

/** OpenAPI 3.1 from the schemas of the routes, at /api/docs/json; a page to read it at /api/docs. */
export async function addOpenApi(app: FastifyInstance, deps: { version: string }): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Loa Xã',
        version: deps.version,
        description: `Sign in with POST /api/session; every changing request then carries the session’s csrfToken as ${CSRF_HEADER}. Instants are ISO 8601 in UTC. Refusals are problem+json with a stable code, in Vietnamese or English by Accept-Language. What people edit carries an ETag; sent back as If-Match, it keeps a change from going over somebody else’s (412).`,
      },
      // Wherever the page came from: its policy lets it call nobody else.
      servers: [{ url: '/' }],
      components: {
        securitySchemes: {
          session: { type: 'apiKey', in: 'cookie', name: SESSION_COOKIE },
          device: { type: 'http', scheme: 'basic', description: 'Device id and the secret of its installation' },
        },
      },
    },
    transform: (route) => {
      const schema = { ...route.schema, security: securityFor(route.route.config?.action) }
      const response = typeof schema.response === 'object' ? schema.response : {}
      return jsonSchemaTransform({ ...route, schema: { ...schema, response: { ...response, default: refusal } } })
    },
    transformObject: (input) => sayEntityTags(jsonSchemaTransformObject(input)),
  })
  await app.register(swaggerUi, {
    routePrefix: '/api/docs',
    uiConfig: { validatorUrl: null, deepLinking: true, layout: 'BaseLayout' },
    theme: { title: 'Loa Xã API' },
  })
}
