/** For searching: without diacritics and case, so that `hoa binh` finds `Hòa Bình` (đ is a letter of its own, not a mark). */
export function fold(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{Diacritic}/gu, '')
    .replace(/[đĐ]/g, 'd')
    .toLowerCase()
}

export function matches(search: string, ...texts: readonly string[]): boolean {
  const words = fold(search).split(/\s+/).filter(Boolean)
  const text = fold(texts.join(' '))
  return words.every((word) => text.includes(word))
}
