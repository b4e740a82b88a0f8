import { expect, it } from 'vitest'
import { parseSignal } from '#agent/io/health.ts'

const heading = 'Inter-| sta-|   Quality        |   Discarded packets\n face | tus | link level noise |  nwid  crypt\n'

it('reads how good the best wireless link is, and says nothing where there is none', () => {
  const line = (name: string, link: string): string => `${name}: 0000   ${link}  -52.  -256        0      0\n`
  expect(parseSignal(heading + line(' wlan0', '35.'))).toBe(50)
  expect(parseSignal(heading + line(' wlan0', '35.') + line(' wlan1', '70.'))).toBe(100)
  expect(parseSignal(heading + line(' wlan0', '84.'))).toBe(84)
  expect(parseSignal(heading)).toBeNull()
  expect(parseSignal('')).toBeNull()
})
