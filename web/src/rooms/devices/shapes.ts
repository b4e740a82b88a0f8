import type { Device } from '../../api/types.ts'

/** Colour and shape both tell the state, so that neither has to be seen. */
export const looks = {
  online: { colour: '#14663a', shape: 'circle' },
  offline: { colour: '#a8140f', shape: 'triangle' },
  'never-enrolled': { colour: '#7a4b00', shape: 'square' },
  revoked: { colour: '#4a5769', shape: 'diamond' },
} as const satisfies Record<Device['status'], { colour: string; shape: Shape }>
export type Shape = 'circle' | 'triangle' | 'square' | 'diamond'

/** Corners of a shape of this radius around 0,0; a circle has none. */
export function cornersOf(shape: Shape, radius: number): readonly (readonly [number, number])[] {
  const r = radius
  if (shape === 'triangle')
    return [
      [0, -r * 1.1],
      [r, r * 0.8],
      [-r, r * 0.8],
    ]
  if (shape === 'square') {
    const half = r * 0.85
    return [
      [-half, -half],
      [half, -half],
      [half, half],
      [-half, half],
    ]
  }
  if (shape === 'diamond')
    return [
      [0, -r * 1.1],
      [r * 1.1, 0],
      [0, r * 1.1],
      [-r * 1.1, 0],
    ]
  return []
}
