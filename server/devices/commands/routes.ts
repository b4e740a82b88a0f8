import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { commandRequest, deviceCommand } from '#server/devices/schemas.ts'
import { idParams } from '#server/http/schemas.ts'
import type { CommandsService, ShownCommand } from './service.ts'

const showCommand = (command: ShownCommand): z.infer<typeof deviceCommand> => ({
  id: command.id,
  kind: command.kind,
  issuedAt: command.issuedAt.toISOString(),
  expiresAt: command.expiresAt.toISOString(),
  outcome: command.outcome,
  outcomeAt: command.outcomeAt?.toISOString() ?? null,
})

export function commandsRoutes(deps: { commands: CommandsService }): FastifyPluginAsyncZod {
  const { commands } = deps
  const tags = ['devices']
  return async (app) => {
    app.post(
      '/devices/:id/commands',
      {
        config: { action: 'devices.command' },
        schema: {
          tags,
          summary: 'Stop what plays, make the device identify itself, or restart its agent; good for a minute',
          params: idParams,
          body: commandRequest,
          response: { 201: deviceCommand },
        },
      },
      async (request, reply) =>
        reply.code(201).send(showCommand(await commands.issue(request.actor, request.params.id, request.body))),
    )
    app.get(
      '/devices/:id/commands',
      {
        config: { action: 'devices.read' },
        schema: {
          tags,
          summary: 'The latest 50 commands to the device and what became of them, newest first',
          params: idParams,
          response: { 200: z.array(deviceCommand) },
        },
      },
      async (request) => (await commands.list(request.actor, request.params.id)).map(showCommand),
    )
  }
}
