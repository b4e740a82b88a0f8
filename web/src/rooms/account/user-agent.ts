/** What a browser says of itself, as far as people care; undefined: not said in a way that is known here. */
export interface Program {
  readonly browser: string
  readonly system: string
}

/** In this order: nearly every browser also claims to be those further down. */
const browsers: readonly (readonly [RegExp, string])[] = [
  [/coc_coc_browser/, 'Cốc Cốc'],
  [/Edg(e|A|iOS)?\//, 'Edge'],
  [/OPR\//, 'Opera'],
  [/SamsungBrowser\//, 'Samsung Internet'],
  [/Firefox\/|FxiOS\//, 'Firefox'],
  [/Chrom(e|ium)\/|CriOS\//, 'Chrome'],
  [/Safari\//, 'Safari'],
]
const systems: readonly (readonly [RegExp, string])[] = [
  [/Android/, 'Android'],
  [/iPhone/, 'iPhone'],
  [/iPad/, 'iPad'],
  [/Windows/, 'Windows'],
  [/Mac OS X/, 'macOS'],
  [/CrOS/, 'ChromeOS'],
  [/Linux/, 'Linux'],
]

export function readUserAgent(userAgent: string): Program | undefined {
  const find = (known: readonly (readonly [RegExp, string])[]): string | undefined =>
    known.find(([pattern]) => pattern.test(userAgent))?.[1]
  const browser = find(browsers)
  const system = find(systems)
  return browser === undefined || system === undefined ? undefined : { browser, system }
}

/** Held in the hand, so shown as a phone. */
export const isHandheld = ({ system }: Program): boolean => ['Android', 'iPhone', 'iPad'].includes(system)
