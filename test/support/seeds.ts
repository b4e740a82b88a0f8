/** Seeds of test/journeys/three-weeks: THREE_WEEKS_SEEDS (numbers with commas between), or the two that CI runs. */
export function readWeeksSeeds(): number[] {
  const given = process.env.THREE_WEEKS_SEEDS ?? ''
  return given === '' ? [11, 12] : given.split(',').map(Number)
}
