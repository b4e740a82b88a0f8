import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import type { z } from 'zod'
import { type Language, readerLanguage } from '#server/http/language.ts'
import {
  commandsAnswer,
  commandsProgress,
  commandsRequest,
  progressQuery,
  settingsAnswer,
  settingsRequest,
} from './schemas.ts'
import type { BulkService, SentCommand, Skipped } from './service.ts'
import { saySkipped } from './texts.ts'

const showSkipped = (skipped: readonly Skipped[], language: Language): z.infer<typeof settingsAnswer>['skipped'] =>
  skipped.map(({ deviceId, code }) => ({ deviceId, code, text: saySkipped(code, language) }))
const showCommands = (commands: readonly SentCommand[]): z.infer<typeof commandsProgress> =>
  commands.map(({ issuedAt, expiresAt, outcomeAt, ...command }) => ({
    ...command,
    issuedAt: issuedAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
    outcomeAt: outcomeAt?.toISOString() ?? null,
  }))

export function bulkRoutes(deps: { readonly bulk: BulkService }): FastifyPluginAsyncZod {
  const { bulk } = deps
  const tags = ['devices']
  return async (app) => {
    app.post(
      '/device-settings',
      {
        config: { action: 'devices.manage' },
        schema: {
          tags,
          summary: 'Set volume and mute of up to 500 devices at once; says what was left out and why',
          body: settingsRequest,
          response: { 200: settingsAnswer },
        },
      },
      async (request) => {
        const { changed, skipped } = await bulk.change(request.actor, request.body.devices)
        return { changed, skipped: showSkipped(skipped, readerLanguage(request.headers['accept-language'])) }
      },
    )
    app.post(
      '/device-commands',
      {
        config: { action: 'devices.command' },
        schema: {
          tags,
          summary: 'Send one command to up to 500 devices; says which were left out and why',
          body: commandsRequest,
          response: { 200: commandsAnswer },
        },
      },
      async (request) => {
        const { deviceIds, kind } = request.body
        const { commands, skipped } = await bulk.command(request.actor, deviceIds, kind)
        const language = readerLanguage(request.headers['accept-language'])
        return { commands: showCommands(commands), skipped: showSkipped(skipped, language) }
      },
    )
    app.get(
      '/device-commands',
      {
        config: { action: 'devices.read' },
        schema: {
          tags,
          summary: 'What became of up to 100 commands',
          querystring: progressQuery,
          response: { 200: commandsProgress },
        },
      },
      async (request) => showCommands(await bulk.progress(request.actor, request.query.ids)),
    )
  }
}
