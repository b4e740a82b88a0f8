import type { Api } from '../../api/client.ts'
import { read } from '../../api/client.ts'
import type { Device } from '../../api/types.ts'

export type BulkAct = 'volume' | 'mute' | 'unmute' | 'identify' | 'stop' | 'restart' | 'group' | 'move'
export type Command = Extract<BulkAct, 'identify' | 'stop' | 'restart'>

export const isCommand = (act: BulkAct): act is Command => act === 'identify' || act === 'stop' || act === 'restart'
/** Heard at once, or silenced at once: asked a second time. */
export const isHeardAtOnce = (act: BulkAct): boolean => isCommand(act) || act === 'unmute'

export interface Skipped {
  readonly deviceId: string
  readonly text: string
}

/** What becomes of so many commands; asked in parts, as the server takes them. */
export async function followCommands(api: Api, ids: readonly string[]) {
  const most = 100
  const parts = Array.from({ length: Math.ceil(ids.length / most) }, (_, at) => ids.slice(at * most, (at + 1) * most))
  const answers = await Promise.all(
    parts.map((part) => read(api.GET('/api/device-commands', { params: { query: { ids: part.join() } } }))),
  )
  return answers.flat()
}

/** Skipped ones by reason, with their names. */
export function groupSkipped(skipped: readonly Skipped[], devices: readonly Device[]) {
  const names = new Map(devices.map(({ id, name }) => [id, name]))
  const groups = new Map<string, string[]>()
  for (const { deviceId, text } of skipped) groups.set(text, [...(groups.get(text) ?? []), names.get(deviceId) ?? ''])
  return [...groups].map(([text, named]) => ({ text, names: named }))
}
