import diagnostics from 'node:diagnostics_channel'
import { z } from 'zod'

export interface ListedRoute {
  readonly method: string
  /** As it was registered: /api/areas/:id. */
  readonly url: string
  /** `RouteAccess`. */
  readonly access: string
}

const registered = z.object({
  method: z.union([z.string(), z.array(z.string())]),
  url: z.string(),
  config: z.object({ action: z.string() }),
})
const announced = z.object({
  fastify: z.custom<{ addHook(name: 'onRoute', hook: (route: unknown) => void): void }>(
    (one) => typeof one === 'object' && one !== null && 'addHook' in one,
  ),
})

/**
 * Every route of the servers that `start` starts in this process, those included that no document lists. Fastify
 * announces each of its servers on a diagnostics channel, so that nothing of ours has to hand them out.
 */
export async function collectRoutes<T>(start: () => Promise<T>): Promise<{ started: T; routes: ListedRoute[] }> {
  const seen: unknown[] = []
  const watch = (message: unknown): void =>
    announced.parse(message).fastify.addHook('onRoute', (route) => void seen.push(route))
  diagnostics.subscribe('fastify.initialization', watch)
  try {
    const started = await start()
    // Read when all is registered: access control completes the routes of plugins.
    const routes = seen.flatMap((route) => {
      const { method, url, config } = registered.parse(route)
      return [method].flat().map((one) => ({ method: one, url, access: config.action }))
    })
    return { started, routes }
  } finally {
    diagnostics.unsubscribe('fastify.initialization', watch)
  }
}
