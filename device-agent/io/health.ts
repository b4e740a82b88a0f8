import { readFile, statfs } from 'node:fs/promises'
import os from 'node:os'
import type { Health } from '#protocol/link.ts'

/** Measured, or null where this machine cannot measure it. */
export async function measureHealth(
  stateDir: string,
  sound: { readonly sink: Health['sink']; readonly xruns: number },
): Promise<Health> {
  const [temperatureC, disk] = await Promise.all([readTemperature(), readDisk(stateDir)])
  return {
    temperatureC,
    diskFreeBytes: disk?.freeBytes ?? null,
    diskTotalBytes: disk?.totalBytes ?? null,
    memoryRssBytes: process.memoryUsage.rss(),
    uptimeS: Math.round(os.uptime()),
    sink: sound.sink,
    xruns: sound.xruns,
  }
}

async function readTemperature(): Promise<number | null> {
  let text: string
  try {
    text = await readFile('/sys/class/thermal/thermal_zone0/temp', 'utf8')
  } catch {
    // No sensor, or none that may be read: that is the answer.
    return null
  }
  const milliC = Number.parseInt(text, 10)
  return Number.isFinite(milliC) && Math.abs(milliC) < 200_000 && milliC > -60_000 ? milliC / 1_000 : null
}

async function readDisk(folder: string): Promise<{ freeBytes: number; totalBytes: number } | undefined> {
  try {
    const { bavail, blocks, bsize } = await statfs(folder)
    return { freeBytes: bavail * bsize, totalBytes: blocks * bsize }
  } catch {
    return undefined
  }
}
