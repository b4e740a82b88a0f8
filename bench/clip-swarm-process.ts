import { z } from 'zod'
import { deviceId } from '#protocol/ids.ts'
import { blobRef } from '#protocol/target.ts'
import { handler, serveParent } from './child.ts'
import { type ClipDevice, openClipDevice } from './clip-device.ts'
import { quantile } from './statistics.ts'

/** A village of simulated devices that fetch clips, in a process of its own. */
const connectInput = z.object({
  host: z.string(),
  port: z.number(),
  httpUrl: z.string(),
  members: z.array(z.object({ id: deviceId, secret: z.string() })),
})
const downloadInput = z.object({ via: z.enum(['mqtt', 'http']), ref: blobRef, timeoutMs: z.number() })

const devices: ClipDevice[] = []

serveParent({
  connect: handler(connectInput, async ({ host, port, httpUrl, members }) => {
    for (const member of members)
      devices.push(await openClipDevice({ address: { host, port }, httpUrl, member, onCommand: () => {} }))
    return null
  }),

  download: handler(downloadInput, async ({ via, ref, timeoutMs }) => {
    const startedMs = performance.now()
    const elapsed = await Promise.all(
      devices.map(async (device) => {
        await device.download(via, ref, AbortSignal.timeout(timeoutMs))
        return performance.now() - startedMs
      }),
    )
    return { p50Ms: quantile(elapsed, 0.5), lastMs: Math.max(...elapsed) }
  }),
})
