// The duty grid as a drawing: its cells, his tasks and reports, and where he is. It needs neither network nor WebGL.
import { rings } from "./place.js";

const SVG = "http://www.w3.org/2000/svg", SIDE = 1000, MARGIN = 40, HAND = 12;
const make = (name, attributes) => {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
};

function scale(all, ratio) {
  const lons = all.map(([lon]) => lon), lats = all.map(([, lat]) => lat);
  const [west, east, south, north] = [Math.min(...lons), Math.max(...lons), Math.min(...lats), Math.max(...lats)];
  const squeeze = Math.cos((((south + north) / 2) * Math.PI) / 180);
  const wide = (east - west) * squeeze || 1e-4, high = north - south || 1e-4, height = SIDE * ratio;
  const per = Math.min((SIDE - 2 * MARGIN) / wide, (height - 2 * MARGIN) / high);
  const left = (SIDE - wide * per) / 2, top = (height - high * per) / 2;
  return {
    to: ([lon, lat]) => [left + (lon - west) * squeeze * per, top + (north - lat) * per],
    from: (x, y) => [west + (x - left) / per / squeeze, north - (y - top) / per],
  };
}

// Draws into a box; a tap asks `picked(lon, lat)` where somebody may set the position by hand.
export function draw(box, grid, { here = null, tasks = [], ratio = 0.62, picked = null } = {}) {
  const known = rings(grid);
  box.classList.toggle("no-grid", !known.length);
  if (!known.length) return;
  const points = tasks.filter((task) => task.lon !== null);
  const view = scale([...known.flat(), ...points.map((task) => [task.lon, task.lat])], ratio);
  const picture = make("svg", { viewBox: `0 0 ${SIDE} ${Math.round(SIDE * ratio)}`, "aria-hidden": "true", focusable: "false" });
  for (const ring of known) picture.append(make("path", { class: "cell", d: `M${ring.map((point) => view.to(point).map((n) => n.toFixed(1)).join(" ")).join("L")}Z` }));
  for (const task of points) {
    const [cx, cy] = view.to([task.lon, task.lat]);
    picture.append(make("circle", { class: `task task-${task.kind}`, cx, cy, r: HAND + 4 }));
  }
  if (here?.lon !== null && here) {
    const [cx, cy] = view.to([here.lon, here.lat]);
    if (cx > 0 && cy > 0 && cx < SIDE && cy < SIDE * ratio) picture.append(make("circle", { class: "halo", cx, cy, r: 34 }), make("circle", { class: "me", cx, cy, r: 15 }));
  }
  if (picked) picture.addEventListener("click", (event) => {
    const frame = picture.getBoundingClientRect();
    picked(...view.from(((event.clientX - frame.left) / frame.width) * SIDE, ((event.clientY - frame.top) / frame.height) * SIDE * ratio));
  });
  box.replaceChildren(picture);
}
