/** How high a card of the week must be for its words; as OccurrenceCard is styled. */

/** Beside and above the lines of the title, in CSS pixels at a root font of 16. */
const aroundPx = { width: 26, height: 30 }
const linePx = 17
const titlePx = 13
/** A day narrower than this has cards of four lines instead of three. */
const narrowPx = 124

/** What is used of a canvas' context. */
interface TextContext {
  font: string
  measureText(text: string): { width: number }
}

export type CardMeter = (title: string, columnPx: number, moreLines: number) => number

/** @param remPx the root font's size @param context measures text; null: every letter counts the same */
export function createCardMeter(remPx: number, context: TextContext | null): CardMeter {
  const scale = remPx / 16
  const font = `600 ${titlePx * scale}px "Be Vietnam Pro", "Segoe UI", Roboto, sans-serif`
  const widths = new Map<string, number>()
  function measure(text: string): number {
    if (context === null) return text.length * titlePx * scale * 0.55
    const known = widths.get(text)
    if (known !== undefined) return known
    context.font = font
    const { width } = context.measureText(text)
    widths.set(text, width)
    return width
  }
  return (title, columnPx, moreLines) => {
    const most = columnPx < narrowPx ? 4 : 3
    const lines = Math.min(most, countLines(title, columnPx - aroundPx.width, measure))
    return Math.ceil((aroundPx.height + (lines + moreLines) * linePx) * scale)
  }
}

/** Words are broken nowhere; one that is wider than a line takes one. */
export function countLines(text: string, widthPx: number, measure: (text: string) => number): number {
  const space = measure(' ')
  let lines = 1
  let usedPx = 0
  for (const word of text.split(' ')) {
    const width = measure(word)
    if (usedPx > 0 && usedPx + space + width > widthPx) {
      lines += 1
      usedPx = width
    } else usedPx += (usedPx > 0 ? space : 0) + width
  }
  return lines
}
