import { playReason } from '#protocol/ledger.ts'
import { sayReason } from '#server/broadcasts/explain-texts.ts'
import { fillText } from '#server/http/language.ts'
import { type Column, createWallClock, type Looks, type Row, type Sheet } from '#server/sheets/sheet.ts'
import type { PlayLine } from './plays-store.ts'
import type { AirtimeFigures } from './service.ts'
import type { AirtimeRow, Grouping } from './sums-store.ts'
import { groupTexts, outcomeTexts, sayGroup, sayLanguage, sayPriority, sayTopic, sheetTexts } from './texts.ts'

/** What stands above the table. */
export interface Cover {
  /** Undefined: all that the person may see. */
  readonly areaName: string | undefined
  readonly from: Date
  /** The instant after the last. */
  readonly to: Date
  readonly madeBy: string
  readonly madeAt: Date
}

async function* once<T>(rows: readonly T[]): AsyncIterable<readonly T[]> {
  yield rows
}
async function* mapPages<T, U>(pages: AsyncIterable<readonly T[]>, map: (one: T) => U): AsyncIterable<readonly U[]> {
  for await (const page of pages) yield page.map(map)
}

function writeCover(title: string, cover: Cover, { language, timeZone }: Looks): string[] {
  const toWall = createWallClock(timeZone)
  const write = (at: Date, withTime: boolean): string => {
    const wall = new Date(toWall(at.getTime())).toISOString()
    const day = wall.slice(0, 10).split('-').reverse().join('/')
    return withTime ? `${wall.slice(11, 16)} ${day}` : day
  }
  const say = (text: { vi: string; en: string }, params: Record<string, string>): string =>
    fillText(text, params, language)
  const { areaName, from, to, madeBy, madeAt } = cover
  return [
    title,
    say(sheetTexts.place, { name: areaName ?? sheetTexts.everywhere[language] }),
    say(sheetTexts.period, { from: write(from, false), to: write(new Date(to.getTime() - 1), false) }),
    say(sheetTexts.made, { name: madeBy, at: write(madeAt, true) }),
  ]
}

/** The report as one table with its totals. */
export function sheetOfSums(
  rows: readonly AirtimeRow[],
  total: AirtimeFigures,
  by: Grouping,
  cover: Cover,
  looks: Looks,
): Sheet {
  const { language } = looks
  const duration = (text: { vi: string; en: string }): Column => ({
    title: text[language],
    kind: 'duration',
    width: 16,
  })
  const columns: Column[] = [
    {
      title: groupTexts[by][language],
      kind: by === 'day' || by === 'week' ? 'day' : 'text',
      width: by === 'topic' || by === 'campaign' ? 44 : 28,
    },
    duration(sheetTexts.expected),
    duration(sheetTexts.played),
    duration(sheetTexts.missed),
    duration(sheetTexts.unknown),
    { title: sheetTexts.share[language], kind: 'share', width: 12 },
    duration(sheetTexts.extraTime),
    { title: sheetTexts.playCount[language], kind: 'integer', width: 12 },
  ]
  const line = (name: string, figures: AirtimeFigures): Row => [
    name,
    figures.expectedMs,
    figures.playedMs,
    figures.missedMs,
    figures.unknownMs,
    figures.expectedMs > 0 ? figures.playedMs / figures.expectedMs : null,
    figures.extraMs,
    figures.plays,
  ]
  const nameOf = (row: AirtimeRow): string =>
    by === 'month' ? row.key.split('-').reverse().join('/') : sayGroup(row, by, language)
  return {
    name: sheetTexts.sums[language],
    preface: writeCover(sheetTexts.sums[language], cover, looks),
    columns,
    rows: once([...rows.map((row) => line(nameOf(row), row)), line(sheetTexts.total[language], total)]),
  }
}

/** Every single play, and in a second table what no plan explains. */
export function sheetsOfPlays(
  plays: { readonly expected: AsyncIterable<PlayLine[]>; readonly extra: AsyncIterable<PlayLine[]> },
  cover: Cover,
  looks: Looks,
): Sheet[] {
  const { language } = looks
  const of = (key: keyof typeof sheetTexts, kind: Column['kind'], width: number): Column => ({
    title: sheetTexts[key][language],
    kind,
    width,
  })
  const columns = [
    of('startAt', 'instant', 20),
    of('areaName', 'text', 22),
    of('deviceName', 'text', 22),
    of('title', 'text', 44),
    of('topic', 'text', 30),
    of('campaign', 'text', 24),
    of('language', 'text', 14),
    of('priority', 'text', 14),
    of('duration', 'duration', 14),
    of('heard', 'duration', 14),
    of('startedAt', 'instant', 20),
    of('endedAt', 'instant', 20),
    of('outcome', 'text', 20),
    of('reason', 'text', 40),
  ]
  const write = (line: PlayLine): Row => {
    const reason = playReason.safeParse(line.reason)
    return [
      line.startAt.getTime(),
      line.areaName,
      line.deviceName,
      line.title,
      sayTopic(line.topic, language),
      line.campaign === '' ? null : line.campaign,
      sayLanguage(line.language, language),
      sayPriority(line.priority, language),
      line.outcome === 'extra' ? null : line.durationMs,
      line.heardMs,
      line.startedAt?.getTime() ?? null,
      line.endedAt?.getTime() ?? null,
      outcomeTexts[line.outcome][language],
      reason.success ? sayReason(reason.data, language) : line.reason,
    ]
  }
  const sheet = (name: string, pages: AsyncIterable<PlayLine[]>): Sheet => ({
    name,
    preface: writeCover(name, cover, looks),
    columns,
    rows: mapPages(pages, write),
  })
  return [sheet(sheetTexts.plays[language], plays.expected), sheet(sheetTexts.extra[language], plays.extra)]
}
