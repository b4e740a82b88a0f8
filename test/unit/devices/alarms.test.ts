import { describe, expect, it } from 'vitest'
import { compareAlarms, securityAlarms } from '#server/devices/alarms/rules.ts'

describe('compareAlarms', () => {
  it.each<[string[], string[], string[], string[]]>([
    [[], [], [], []],
    [[], ['disk-full', 'disk-full'], ['disk-full'], []],
    [['disk-full'], ['disk-full'], [], []],
    [['disk-full'], ['clock-untrusted'], ['clock-untrusted'], ['disk-full']],
    // What may mean tampering is not the device's to raise, nor to clear.
    [[...securityAlarms, 'disk-full'], [], [], ['disk-full']],
    [[], ['hardware-changed'], [], []],
  ])('going on %j, reported %j', (goingOn, reported, raise, end) => {
    expect(compareAlarms(new Set(goingOn), reported)).toEqual({ raise, end })
  })
})
