import { setTimeout as delay } from 'node:timers/promises'
import type { BlobRef } from '#protocol/target.ts'
import { deviceCommand } from '#server/devices/schemas.ts'
import type { ApiClient } from '../tools/api-client.ts'
import { startTcpProxy } from '../tools/tcp-proxy.ts'
import { openClipDevice } from './clip-device.ts'
import type { FleetMember } from './fleet.ts'

export interface CommandDelays {
  /** From the API call to the command's arrival at the device, in ms. */
  readonly idle: readonly number[]
  readonly busy: readonly number[]
  /** What the clip got through meanwhile, in kbit/s. */
  readonly clipKbitPerSecond: number
}

const SETTLE_MS = 6_000
const BETWEEN_MS = 1_000
const COMMAND_TIMEOUT_MS = 30_000

/** Sends commands to a device on a slow link: while nothing else goes on, and while it fetches a clip over MQTT. */
export async function measureCommandDelays(options: {
  readonly administrator: ApiClient
  readonly broker: { readonly host: string; readonly port: number }
  readonly httpUrl: string
  readonly member: FleetMember
  readonly ref: BlobRef
  readonly kbitPerSecond: number
  readonly commands: number
}): Promise<CommandDelays> {
  const { administrator, member, ref, commands } = options
  const proxy = await startTcpProxy({
    target: () => options.broker,
    downBytesPerSecond: (options.kbitPerSecond * 1_000) / 8,
  })
  let onCommand = (): void => {}
  let bytes = 0
  const device = await openClipDevice({
    address: { host: '127.0.0.1', port: proxy.port },
    httpUrl: options.httpUrl,
    member,
    onCommand: () => onCommand(),
    onBlock: (blockBytes) => {
      bytes += blockBytes
    },
  })
  const stopped = new AbortController()
  const sendOne = async (): Promise<number> => {
    const startedMs = performance.now()
    const arrived = new Promise<number>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('the command did not arrive')), COMMAND_TIMEOUT_MS)
      onCommand = () => {
        clearTimeout(timer)
        resolve(performance.now() - startedMs)
      }
    })
    const [delayMs] = await Promise.all([
      arrived,
      administrator.post(`/api/devices/${member.id}/commands`, { kind: 'identify' }, deviceCommand),
    ])
    return delayMs
  }
  const sendAll = async (): Promise<number[]> => {
    const delays: number[] = []
    for (let command = 0; command < commands; command++) {
      delays.push(await sendOne())
      // Not in step with the blocks.
      await delay(BETWEEN_MS * (0.5 + Math.random()))
    }
    return delays
  }
  try {
    const idle = await sendAll()
    const downloading = device.download('mqtt', ref, stopped.signal)
    // The window needs some answers until it knows the link.
    await Promise.race([delay(SETTLE_MS), downloading])
    const [startedMs, startedBytes] = [performance.now(), bytes]
    const busy = await Promise.race([
      sendAll(),
      downloading.then(() => Promise.reject(new Error('the clip was there before all commands were sent'))),
    ])
    const clipKbitPerSecond = ((bytes - startedBytes) * 8) / (performance.now() - startedMs)
    stopped.abort()
    await downloading.catch((cause: unknown) => {
      if (!(cause instanceof Error && cause.message.includes('interrupted'))) throw cause
    })
    return { idle, busy, clipKbitPerSecond }
  } finally {
    stopped.abort()
    device.close()
    await proxy.close()
  }
}
