import type { Map as LeafletMap, LeafletMouseEvent, Point } from 'leaflet'
import { DomEvent, DomUtil } from 'leaflet/src/dom/index.js'
import { type LatLng, latLng } from 'leaflet/src/geo/index.js'
import { Layer } from 'leaflet/src/layer/Layer.js'
import type { Device } from '../../api/types.ts'
import { cornersOf, looks } from './shapes.ts'

export interface MapPoint {
  readonly areaId?: string
  readonly id: string
  readonly name: string
  readonly status: Device['status']
  readonly alarms: number
  readonly latitude: number
  readonly longitude: number
}

export interface Outline {
  readonly name: string
  /** Around its points, in order. */
  readonly corners: readonly LatLng[]
}

/** Within so many pixels a press means a point. */
const reachPx = 16

/** All points on one canvas: thousands of them cost one drawing. Outlines of areas lie below them. */
export class PointLayer extends Layer {
  readonly #onPick: (id: string) => void
  readonly #canvas = DomUtil.create('canvas', 'leaflet-layer')
  #points: readonly MapPoint[] = []
  #outlines: readonly Outline[] = []
  #selected: string | undefined

  constructor(onPick: (id: string) => void) {
    super()
    this.#onPick = onPick
  }

  show(points: readonly MapPoint[], outlines: readonly Outline[], selected: string | undefined): void {
    this.#points = points
    this.#outlines = outlines
    this.#selected = selected
    this.#draw()
  }

  override onAdd(map: LeafletMap): this {
    map.getPane('overlayPane')?.append(this.#canvas)
    map.on('moveend zoomend resize viewreset', this.#draw, this)
    map.on('zoomstart', this.#hide, this)
    this.#draw()
    return this
  }

  override onRemove(map: LeafletMap): this {
    map.off('moveend zoomend resize viewreset', this.#draw, this)
    map.off('zoomstart', this.#hide, this)
    this.#canvas.remove()
    return this
  }

  /** The point under a press; undefined: there is none, the ground is meant. */
  pick(event: LeafletMouseEvent): boolean {
    const found = this.#nearest(event.containerPoint)
    if (found !== undefined) {
      DomEvent.stop(event)
      this.#onPick(found.id)
    }
    return found !== undefined
  }

  #nearest(at: Point): MapPoint | undefined {
    let best: { point: MapPoint; distance: number } | undefined
    for (const point of this.#points) {
      const distance = this._map.latLngToContainerPoint(latLng(point.latitude, point.longitude)).distanceTo(at)
      if (distance <= reachPx && (best === undefined || distance < best.distance)) best = { point, distance }
    }
    return best?.point
  }

  #hide(): void {
    this.#canvas.getContext('2d')?.clearRect(0, 0, this.#canvas.width, this.#canvas.height)
  }

  #draw(): void {
    // Not on a map yet.
    const map = this._map as LeafletMap | undefined
    const context = this.#canvas.getContext('2d')
    if (map === undefined || context === null) return
    const size = map.getSize()
    const scale = devicePixelRatio
    this.#canvas.width = Math.round(size.x * scale)
    this.#canvas.height = Math.round(size.y * scale)
    this.#canvas.style.width = `${size.x}px`
    this.#canvas.style.height = `${size.y}px`
    DomUtil.setPosition(this.#canvas, map.containerPointToLayerPoint([0, 0]))
    context.scale(scale, scale)
    const family = getComputedStyle(map.getContainer()).fontFamily
    this.#drawOutlines(context, map, family)
    // What asks for somebody lies on top.
    const order = [...this.#points].sort((a, b) => weightOf(a) - weightOf(b))
    for (const point of order) this.#drawPoint(context, map, point, size)
    const selected = this.#points.find(({ id }) => id === this.#selected)
    if (selected) {
      const { x, y } = map.latLngToContainerPoint(latLng(selected.latitude, selected.longitude))
      write(context, selected.name, x, y - 18, `600 14px ${family}`)
    }
  }

  #drawOutlines(context: CanvasRenderingContext2D, map: LeafletMap, family: string): void {
    // A province's names lie over each other until one looks closer: the first of them is enough.
    const written: { readonly x: number; readonly y: number; readonly half: number }[] = []
    context.font = `13px ${family}`
    for (const { name, corners } of this.#outlines) {
      const points = corners.map((corner) => map.latLngToContainerPoint(corner))
      context.beginPath()
      for (const [index, { x, y }] of points.entries()) index === 0 ? context.moveTo(x, y) : context.lineTo(x, y)
      context.closePath()
      context.lineJoin = 'round'
      // Wider than its points, so that it holds them.
      context.lineWidth = 44
      context.strokeStyle = '#e6edf6'
      context.stroke()
      context.fillStyle = '#e6edf6'
      context.fill()
      const top = points.reduce((best, one) => (one.y < best.y ? one : best))
      const [x, y, half] = [top.x, top.y - 30, context.measureText(name).width / 2 + 4]
      if (written.some((other) => Math.abs(other.y - y) < 18 && Math.abs(other.x - x) < other.half + half)) continue
      written.push({ x, y, half })
      write(context, name, x, y, `13px ${family}`, '#4a5769')
    }
  }

  #drawPoint(context: CanvasRenderingContext2D, map: LeafletMap, point: MapPoint, size: Point): void {
    const { x, y } = map.latLngToContainerPoint(latLng(point.latitude, point.longitude))
    if (x < -20 || y < -20 || x > size.x + 20 || y > size.y + 20) return
    const { colour, shape } = looks[point.status]
    const isSelected = point.id === this.#selected
    if (point.alarms > 0 || isSelected) {
      context.beginPath()
      context.arc(x, y, isSelected ? 15 : 13, 0, Math.PI * 2)
      context.lineWidth = 3
      context.strokeStyle = isSelected ? '#0f5ca8' : '#a8140f'
      context.stroke()
    }
    context.beginPath()
    const corners = cornersOf(shape, 8)
    if (corners.length === 0) context.arc(x, y, 7, 0, Math.PI * 2)
    for (const [index, [dx, dy]] of corners.entries())
      index === 0 ? context.moveTo(x + dx, y + dy) : context.lineTo(x + dx, y + dy)
    context.closePath()
    context.fillStyle = colour
    context.fill()
    context.lineWidth = 1.5
    context.strokeStyle = '#fff'
    context.stroke()
  }
}

const weightOf = ({ status, alarms }: MapPoint): number =>
  (alarms > 0 ? 10 : 0) + { online: 0, revoked: 1, 'never-enrolled': 2, offline: 3 }[status]

function write(
  context: CanvasRenderingContext2D,
  text: string,
  x: number,
  y: number,
  font: string,
  colour = '#131b28',
): void {
  context.font = font
  context.textAlign = 'center'
  context.lineWidth = 4
  context.strokeStyle = '#fff'
  context.strokeText(text, x, y)
  context.fillStyle = colour
  context.fillText(text, x, y)
}

/** The corners of the smallest convex outline around points (Andrew’s monotone chain). */
export function hullOf(points: readonly MapPoint[]): LatLng[] {
  const sorted = [...points].sort((a, b) => a.longitude - b.longitude || a.latitude - b.latitude)
  const turn = (a: MapPoint, b: MapPoint, c: MapPoint): number =>
    (b.longitude - a.longitude) * (c.latitude - a.latitude) - (b.latitude - a.latitude) * (c.longitude - a.longitude)
  const half = (from: readonly MapPoint[]): MapPoint[] => {
    const chain: MapPoint[] = []
    for (const point of from) {
      for (;;) {
        const [a, b] = chain.slice(-2)
        if (a === undefined || b === undefined || turn(a, b, point) > 0) break
        chain.pop()
      }
      chain.push(point)
    }
    return chain.slice(0, -1)
  }
  const corners = sorted.length < 3 ? sorted : [...half(sorted), ...half([...sorted].reverse())]
  return corners.map(({ latitude, longitude }) => latLng(latitude, longitude))
}
