import { expect, it } from 'vitest'
import { readPlace, writePlace } from '../../../web/src/rooms/devices/place.ts'

it('reads a place as people type and paste it, in both ways of writing numbers', () => {
  const place = { latitude: 22.4856, longitude: 103.9707 }
  for (const text of ['22,4856; 103,9707', '22.4856, 103.9707', '22.4856,103.9707', ' 22,4856 103,9707 '])
    expect(readPlace(text), text).toEqual(place)
  expect(readPlace(writePlace(place, 'vi'))).toEqual(place)
  expect(readPlace(writePlace(place, 'en'))).toEqual(place)
  expect(readPlace('-8, 115')).toEqual({ latitude: -8, longitude: 115 })
  for (const text of ['', 'Bản Lầu', '22', '91; 103', '22; 181', '22 103 5', '22,4856,103,9707'])
    expect(readPlace(text), text).toBeUndefined()
})
