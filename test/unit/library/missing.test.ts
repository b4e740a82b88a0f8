import { describe, expect, it } from 'vitest'
import { countMissing, listMissing } from '#server/library/missing-rules.ts'
import type { AreaRules } from '#server/planning/rules.ts'

describe('what a device asks for in vain', () => {
  it.each([
    ['nothing, when its first language is there', ['vi', 'hmn'], ['hmn', 'vi'], 'first', []],
    ['its first language, though it plays the second', ['vi'], ['hmn', 'vi'], 'first', ['hmn']],
    ['not what comes after the one it plays', ['vi'], ['vi', 'hmn'], 'first', []],
    ['all of them, when none is there', ['vi'], ['hmn', 'tyz'], 'first', ['hmn', 'tyz']],
    ['each that is not there, when each is played', ['vi'], ['vi', 'hmn', 'tyz'], 'each', ['hmn', 'tyz']],
    ['nothing, when each is there', ['vi', 'hmn'], ['hmn', 'vi'], 'each', []],
  ] as const)('%s', (_name, there, wanted, mode, missing) => {
    expect(listMissing(there, wanted, mode)).toEqual(missing)
  })
})

it('counts each device once for a language, by its own list, its area’s, or Vietnamese', () => {
  const device = (id: string, areaId: string, languages: string[]) => ({
    id,
    areaPath: ['commune', areaId],
    groupIds: [],
    timeZone: 'Asia/Ho_Chi_Minh',
    languages,
  })
  const devices = [
    device('own list', 'village', ['hmn']),
    device('as its area', 'village', []),
    device('Vietnamese', 'elsewhere', []),
    device('not meant', 'village', ['nut']),
  ]
  const rules: AreaRules = {
    areaId: 'village',
    hours: null,
    volumes: null,
    leadIn: null,
    languages: ['tyz', 'hmn'],
    caps: { maxSessionsPerDay: null, maxMinutesPerSession: null, maxMinutesPerDay: null },
    suspended: [],
    ranks: new Map(),
  }
  const aims = [{ kind: 'device', refId: 'not meant', isExcluded: true }] as const
  const broadcasts = [
    { areaId: 'commune', aims, languageMode: 'first' },
    { areaId: 'commune', aims, languageMode: 'each' },
  ] as const
  const count = (there: string[]) => countMissing(there, broadcasts, devices, new Map([['village', rules]]))
  expect(count(['vi'])).toEqual([
    { language: 'hmn', devices: 2 },
    { language: 'tyz', devices: 1 },
  ])
  expect(count(['hmn', 'tyz'])).toEqual([{ language: 'vi', devices: 1 }])
  expect(countMissing(['vi'], [], devices, new Map())).toEqual([])
})
