import { readFile, statfs } from 'node:fs/promises'
import os from 'node:os'
import type { Health } from '#protocol/link.ts'

/** Measured, or null where this machine cannot measure it. */
export async function measureHealth(
  stateDir: string,
  sound: { readonly sink: Health['sink']; readonly xruns: number },
): Promise<Health> {
  const [temperatureC, disk, signalPercent] = await Promise.all([readTemperature(), readDisk(stateDir), readSignal()])
  return {
    temperatureC,
    diskFreeBytes: disk?.freeBytes ?? null,
    diskTotalBytes: disk?.totalBytes ?? null,
    memoryRssBytes: process.memoryUsage.rss(),
    uptimeS: Math.round(os.uptime()),
    sink: sound.sink,
    xruns: sound.xruns,
    signalPercent,
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

async function readSignal(): Promise<number | null> {
  try {
    return parseSignal(await readFile('/proc/net/wireless', 'utf8'))
  } catch {
    // A kernel without wireless: nothing to measure.
    return null
  }
}

/** cfg80211 tells the quality of a link as 0 to 70 (wext-compat.c); drivers that know better go up to 100. */
const CFG80211_BEST = 70

/** Of the best link in the text of /proc/net/wireless (two lines of heading, one per interface), per cent; null: none. */
export function parseSignal(text: string): number | null {
  const qualities = text
    .split('\n')
    .slice(2)
    .flatMap((line) => {
      const quality = Number.parseFloat(line.trim().split(/\s+/)[2] ?? '')
      return Number.isFinite(quality) ? [quality] : []
    })
  if (qualities.length === 0) return null
  const best = Math.max(0, ...qualities)
  return Math.round(best > CFG80211_BEST ? Math.min(best, 100) : (best / CFG80211_BEST) * 100)
}
