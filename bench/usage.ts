import { readFile, writeFile } from 'node:fs/promises'

/** Linux counts processor time in these ticks (`getconf CLK_TCK`; 100 on every architecture that Node runs on). */
const TICK_MS = 10

/** Processor time of a process and of its children that have ended, in ms; exact to 10 ms. */
export async function readCpuMs(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
  // The name in brackets may hold anything; what follows the last bracket is numbered from field 3 on (proc(5)).
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return [14, 15, 16, 17].reduce((sum, field) => sum + Number(fields[field - 3]), 0) * TICK_MS
}

async function readMemoryMb(pid: number, field: 'VmRSS' | 'VmHWM'): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  const kilobytes = new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]
  if (kilobytes === undefined) throw new Error(`process ${pid} tells no ${field}`)
  return Number(kilobytes) / 1_024
}

/** Resident memory now, in MB. */
export const readRssMb = (pid: number): Promise<number> => readMemoryMb(pid, 'VmRSS')

/** The most since its start, or since `resetPeakRss`. */
export const readPeakRssMb = (pid: number): Promise<number> => readMemoryMb(pid, 'VmHWM')

/** Begins the peak anew (proc(5): clear_refs). */
export const resetPeakRss = (pid: number): Promise<void> => writeFile(`/proc/${pid}/clear_refs`, '5')
