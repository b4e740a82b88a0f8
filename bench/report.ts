import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describeMachine } from './machine.ts'
import { median, quantile } from './statistics.ts'

/** One line of a table: the same quantity measured in every run. */
export interface Row {
  readonly what: string
  readonly unit: string
  readonly ours: readonly number[]
  /** Measured in the same runs, in the same order; absent where nothing comparable exists. */
  readonly reference?: readonly number[]
}

type Statistic = 'min' | 'median' | 'p90' | 'max'

export interface Report {
  /** Names the section of docs/benchmarks.md. */
  readonly id: string
  readonly title: string
  /** What the two halves of the table are. */
  readonly ours: string
  readonly reference: string
  readonly rows: readonly Row[]
  /** How it was measured and what the figures do not say; one paragraph each. */
  readonly notes: readonly string[]
  /** min, median and max unless given. */
  readonly statistics?: readonly Statistic[]
  /**
   * Paired (default): the two were measured in turn, so that the ratio is the median of each run's ratio and slow drift of
   * the machine cancels. Otherwise it is the ratio of the medians.
   */
  readonly isPaired?: boolean
}

const document = path.resolve(import.meta.dirname, '../docs/benchmarks.md')

const statisticOf: Record<Statistic, (values: readonly number[]) => number> = {
  min: (values) => Math.min(...values),
  median,
  p90: (values) => quantile(values, 0.9),
  max: (values) => Math.max(...values),
}

/** Three significant digits, and never an exponent. */
function showNumber(value: number): string {
  if (!Number.isFinite(value)) return '–'
  if (value === 0) return '0'
  const magnitude = Math.abs(value)
  if (magnitude >= 100) return Math.round(value).toLocaleString('en-US')
  const digits = magnitude >= 10 ? 1 : magnitude >= 1 ? 2 : 3
  return value.toFixed(digits)
}

function ratioOf({ ours, reference }: Row, isPaired: boolean): string {
  if (reference === undefined || reference.length === 0 || ours.length === 0) return '–'
  const ratio = isPaired
    ? median(ours.flatMap((value, run) => (reference[run] === undefined ? [] : value / reference[run])))
    : median(ours) / median(reference)
  return Number.isFinite(ratio) ? `×${ratio.toFixed(2)}` : '–'
}

/** Markdown that also reads well on a terminal. */
export function renderTable(report: Report): string {
  const { statistics = ['min', 'median', 'max'], isPaired = true } = report
  const half = (name: string): string[] => statistics.map((statistic, at) => (at === 0 ? `${name}: ` : '') + statistic)
  const hasReference = report.rows.some((row) => row.reference !== undefined)
  const head = ['', 'unit', ...half(report.ours), ...(hasReference ? [...half(report.reference), 'ratio'] : [])]
  const show = (values: readonly number[] | undefined): string[] =>
    statistics.map((statistic) =>
      values === undefined || values.length === 0 ? '–' : showNumber(statisticOf[statistic](values)),
    )
  const body = report.rows.map((row) => [
    row.what,
    row.unit,
    ...show(row.ours),
    ...(hasReference ? [...show(row.reference), ratioOf(row, isPaired)] : []),
  ])
  const widths = head.map((_, column) => Math.max(3, ...[head, ...body].map((line) => line[column]?.length ?? 0)))
  const isText = (column: number): boolean => column < 2
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, at) => (isText(at) ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0))).join(' | ')} |`
  const rule = `|${widths.map((width, at) => (isText(at) ? ` ${'-'.repeat(width)} ` : ` ${'-'.repeat(width - 1)}: `)).join('|')}|`
  return [line(head), rule, ...body.map(line)].join('\n')
}

/** Prints the report; with `save` it also replaces the benchmark's section in docs/benchmarks.md. */
export async function publishReport(report: Report, save: boolean): Promise<void> {
  const machine = await describeMachine()
  const table = renderTable(report)
  console.log(`\n${report.title}\n${machine}\n\n${table}\n\n${report.notes.join('\n')}\n`)
  if (!save) return
  const date = new Date().toISOString().slice(0, 10)
  const section = [`## ${report.title}`, `Measured ${date} on: ${machine}`, table, ...report.notes].join('\n\n')
  const text = await readFile(document, 'utf8')
  await writeFile(document, replaceSection(text, report.id, section))
}

/** Puts `section` between the two comments that name it; at the end when there are none. */
export function replaceSection(text: string, id: string, section: string): string {
  const [begin, end] = [`<!-- ${id} -->`, `<!-- /${id} -->`]
  const block = `${begin}\n\n${section}\n\n${end}`
  const [from, to] = [text.indexOf(begin), text.indexOf(end)]
  if (from < 0 || to < from) return `${text.trimEnd()}\n\n${block}\n`
  return text.slice(0, from) + block + text.slice(to + end.length)
}
