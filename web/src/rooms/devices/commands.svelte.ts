import { read } from '../../api/client.ts'
import { ifMatch, ifMatchOwn, noteOwn } from '../../api/if-match.ts'
import type { Device, DeviceCommand } from '../../api/types.ts'
import { useConsole } from '../../console.ts'
import { attempt, undoable } from '../../forms/undo.ts'
import { useResource } from '../../resource.svelte.ts'

interface Wish {
  readonly volumePercent?: number
  readonly muted?: boolean
}

/** What a person does with one speaker, and what became of it. To be called while a component is being set up. */
export function useDeviceActs(device: () => Device) {
  const app = useConsole()
  const { api, clock, i18n, toasts } = app
  const params = $derived({ path: { id: device().id } })
  const commands = useResource(() => read(api.GET('/api/devices/{id}/commands', { params })), ['devices'])

  /** Shown at once, until the list has it; `sinceRevision`: from which on it must. */
  let wished = $state.raw<Wish & { readonly sinceRevision?: number }>({})
  $effect(() => {
    const { sinceRevision } = wished
    if (sinceRevision !== undefined && device().revision >= sinceRevision) wished = {}
  })
  let line: Promise<unknown> = Promise.resolve()
  let inLine = 0
  /** One after the other, each upon what the one before has made. What is refused is taken back at once. */
  function set(body: Wish, revision?: number): Promise<Device> {
    wished = { ...wished, ...body }
    inLine++
    const turn = line.then(async () => {
      const header = revision === undefined ? ifMatchOwn(app, device()) : ifMatch(revision)
      try {
        const changed = noteOwn(
          app,
          await read(api.PATCH('/api/devices/{id}', { params: { ...params, header }, body })),
        )
        if (inLine === 1) wished = { ...wished, sinceRevision: changed.revision }
        return changed
      } catch (error) {
        wished = {}
        throw error
      } finally {
        inLine--
      }
    })
    // Whoever asked for it is told; the next one goes on all the same.
    line = turn.catch(() => undefined)
    return turn
  }
  return {
    get volumePercent(): number {
      return wished.volumePercent ?? device().volumePercent
    },
    get muted(): boolean {
      return wished.muted ?? device().muted
    },
    get commands(): readonly DeviceCommand[] {
      return commands.data ?? []
    },
    /** Nobody tells of what runs out: the clock does. */
    outcomeOf: (command: DeviceCommand): DeviceCommand['outcome'] =>
      command.outcome === 'pending' && Date.parse(command.expiresAt) <= clock.nowMs ? 'expired' : command.outcome,
    send: (kind: 'identify' | 'restart' | 'stop'): Promise<boolean> =>
      attempt(app, async () => {
        await api.POST('/api/devices/{id}/commands', { params, body: { kind } })
        toasts.show(i18n.t('device.sent'))
        commands.reload()
      }),
    setVolume: (volumePercent: number): Promise<boolean> =>
      attempt(app, async () => {
        const before = wished.volumePercent ?? device().volumePercent
        const { revision } = await set({ volumePercent })
        const said = (count: number): string => i18n.t('device.volumeSet', { count })
        undoable(app, said(volumePercent), () => set({ volumePercent: before }, revision), said(before))
      }),
    setMuted: (muted: boolean): Promise<boolean> =>
      attempt(app, async () => {
        const { revision } = await set({ muted })
        const said = (isMuted: boolean): string => i18n.t(isMuted ? 'device.muteSet' : 'device.unmuteSet')
        undoable(app, said(muted), () => set({ muted: !muted }, revision), said(!muted))
      }),
  }
}
