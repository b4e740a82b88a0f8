import { readIfThere } from './files.ts'

/** World-readable sources of a serial that is burnt into the hardware; the machine id, last, at least names the system. */
const sources: readonly { readonly name: string; readonly file: string; readonly pick: (text: string) => string }[] = [
  { name: 'devicetree', file: '/proc/device-tree/serial-number', pick: (text) => text },
  { name: 'cpu', file: '/proc/cpuinfo', pick: (text) => /^Serial\s*:\s*(\S+)$/m.exec(text)?.[1] ?? '' },
  { name: 'machine', file: '/etc/machine-id', pick: (text) => text },
]

/** Zeros and the placeholders that vendors forget to fill in name nothing. */
const isMeaningful = (serial: string): boolean => serial.length >= 6 && !/^0+$/.test(serial)

/**
 * What names this hardware, as `source:serial`, or undefined where nothing does. It tells a memory card that was copied
 * into other hardware. `override` stands in for it in simulations.
 */
export async function readHardwareSerial(override: string | undefined): Promise<string | undefined> {
  if (override !== undefined) return `set:${override}`.slice(0, 120)
  for (const { name, file, pick } of sources) {
    const bytes = await readIfThere(file)
    // A device-tree string ends in a NUL byte.
    const serial = pick((bytes ?? Buffer.alloc(0)).toString('utf8'))
      .replaceAll('\0', '')
      .trim()
    if (isMeaningful(serial)) return `${name}:${serial}`.slice(0, 120)
  }
  return undefined
}

/** Id of this run of the kernel: the same until the machine restarts. */
export async function readBootId(): Promise<string> {
  const bytes = await readIfThere('/proc/sys/kernel/random/boot_id')
  if (bytes === undefined) throw new Error('/proc/sys/kernel/random/boot_id is missing: the agent needs Linux')
  return bytes.toString('utf8').trim()
}
