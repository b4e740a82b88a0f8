/** Parts of Leaflet by themselves: the whole of it is three times what a map of points needs. */
declare module 'leaflet/src/map/index.js' {
  export { Map, map } from 'leaflet'
}
declare module 'leaflet/src/layer/Layer.js' {
  export { Layer } from 'leaflet'
}
declare module 'leaflet/src/geo/index.js' {
  export { LatLng, LatLngBounds, latLng, latLngBounds } from 'leaflet'
}
declare module 'leaflet/src/dom/index.js' {
  export { DomEvent, DomUtil } from 'leaflet'
}
