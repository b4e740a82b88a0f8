/** WGS 84, degrees. */
export interface Place {
  readonly latitude: number
  readonly longitude: number
}

/** As a person types or pastes it: "22,4856; 103,9707", "22.4856, 103.9707", "22.4856 103.9707". Undefined: none. */
export function readPlace(text: string): Place | undefined {
  const parts =
    text.includes(';') || /\s/.test(text.trim())
      ? text.split(/\s*;\s*|,\s+|\s+/)
      : // One comma alone is between the two; with commas as points, a semicolon or space stands there.
        text.split(',')
  const [latitude, longitude, ...others] = parts
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => (/^[+-]?\d{1,3}([.,]\d+)?$/.test(part) ? Number(part.replace(',', '.')) : Number.NaN))
  if (latitude === undefined || longitude === undefined || others.length > 0) return undefined
  return Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180 ? { latitude, longitude } : undefined
}

/** Five decimals are about a metre. */
export function writePlace({ latitude, longitude }: Place, language: 'vi' | 'en'): string {
  const write = (degrees: number): string => String(Math.round(degrees * 1e5) / 1e5)
  return language === 'vi'
    ? `${write(latitude).replace('.', ',')}; ${write(longitude).replace('.', ',')}`
    : `${write(latitude)}, ${write(longitude)}`
}
