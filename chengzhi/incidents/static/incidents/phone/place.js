// Where the phone is: watched while a form is open, with its accuracy; and the small geometry of the duty grid.
const PATIENCE = 20000, STALE = 60000, EARTH = 6371008.8;
export const here = { lon: null, lat: null, accuracy: null, failed: false, seen: 0 };
const heard = new Set();
let watching = null;

export const onPlace = (call) => { heard.add(call); return () => heard.delete(call); };
const tell = () => heard.forEach((call) => call(here));

export function watch() {
  if (watching !== null) return;
  if (Date.now() - here.seen > STALE) Object.assign(here, { lon: null, lat: null, accuracy: null }); // he may have walked on since
  if (!navigator.geolocation) { here.failed = true; tell(); return; }
  watching = navigator.geolocation.watchPosition(
    ({ coords }) => {
      Object.assign(here, { lon: coords.longitude, lat: coords.latitude, accuracy: Math.max(1, Math.round(coords.accuracy)), failed: false, seen: Date.now() });
      tell();
    },
    () => { here.failed = here.lon === null; tell(); },
    { enableHighAccuracy: true, timeout: PATIENCE, maximumAge: 5000 },
  );
}

export function rest() {
  if (watching !== null) navigator.geolocation.clearWatch(watching);
  watching = null;
}

export function again() {
  rest();
  Object.assign(here, { lon: null, lat: null, accuracy: null, failed: false });
  tell();
  watch();
}

export function metres(a, b) {
  if ([a.lon, a.lat, b.lon, b.lat].some((value) => value === null || value === undefined)) return null;
  const turn = Math.PI / 180;
  const across = Math.sin(((b.lon - a.lon) * turn) / 2) ** 2 * Math.cos(a.lat * turn) * Math.cos(b.lat * turn);
  const share = Math.sin(((b.lat - a.lat) * turn) / 2) ** 2 + across;
  return Math.round(2 * EARTH * Math.asin(Math.sqrt(share)));
}

const ringHolds = (ring, lon, lat) => {
  let inside = false;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const [x, y] = ring[i], [u, v] = ring[j];
    if (y > lat !== v > lat && lon < ((u - x) * (lat - y)) / (v - y) + x) inside = !inside;
  }
  return inside;
};
export const rings = (grid) => (grid?.cells.features ?? []).flatMap((cell) => (cell.geometry.type === "Polygon" ? [cell.geometry.coordinates[0]] : cell.geometry.coordinates.map((part) => part[0])));
export const holds = (grid, lon, lat) => rings(grid).some((ring) => ringHolds(ring, lon, lat));
