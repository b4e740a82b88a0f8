import { read } from '../../api/client.ts'
import type { Device, DeviceCommand } from '../../api/types.ts'
import { useConsole } from '../../console.ts'
import { useResource } from '../../resource.svelte.ts'
import { attempt, undoable } from './undo.ts'

/** What a person does with one speaker, and what became of it. To be called while a component is being set up. */
export function useDeviceActs(device: () => Device) {
  const app = useConsole()
  const { api, clock, i18n, toasts } = app
  const params = $derived({ path: { id: device().id } })
  const commands = useResource(() => read(api.GET('/api/devices/{id}/commands', { params })), ['devices'])

  const set = (body: { volumePercent?: number; muted?: boolean }) => api.PATCH('/api/devices/{id}', { params, body })
  return {
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
        const before = device().volumePercent
        await set({ volumePercent })
        const said = (count: number): string => i18n.t('device.volumeSet', { count })
        undoable(app, said(volumePercent), () => set({ volumePercent: before }), said(before))
      }),
    setMuted: (muted: boolean): Promise<boolean> =>
      attempt(app, async () => {
        await set({ muted })
        const said = (isMuted: boolean): string => i18n.t(isMuted ? 'device.muteSet' : 'device.unmuteSet')
        undoable(app, said(muted), () => set({ muted: !muted }), said(!muted))
      }),
  }
}
