// The one map of the product. A page gives it a box and says with attributes what it shows; there is no base map of strangers.
//
// Where it stands:  {% include "site/_map.html" with lon=… lat=… cell=… picks=True home=pair features=url more=url tall=True lasso=True points=id %}
// and the page's own script imports "./map.js". The box of the template carries:
//   data-map                       makes the box a map; it needs .map-canvas, .map-fallback, and may have .map-position and .map-tools
//   data-module, -worker, -styles  addresses of the library, loaded only when there is something to draw
//   data-lon, data-lat             the pin; inside a form its fields `lon` and `lat` go before and are followed (event chengzhi:located)
//   data-picks                     a tap writes the position into those fields; the form hears chengzhi:located
//   data-home-lon, data-home-lat   where a map without a pin begins
//   data-cells                     GeoJSON of cells around ?lon&lat&metres; the cell of the pin is filled
//   data-grid                      GeoJSON of the duty grids, asked with ?bbox=w,s,e,n for what is in view once they can be told apart
//   data-base                      GeoJSON of the divisions (property `style`: county, town, community), drawn under everything
//   data-features                  GeoJSON of points: id, kind (component, event, inspector, vehicle, photo), light, number, title, text, url;
//                                  asked again with ?bbox=w,s,e,n while the answer says `more`; chengzhi:refresh on the box asks again
//   data-points                    id of a <script type="application/json"> with such points that the page knows already
//   data-shares                    choosing a point tells the page instead of opening a card
// A button [data-map-layer] in .map-tools shows and hides the GeoJSON at its address (property `style`: duty_grid, community, cell, area), asked
// with ?bbox for what is in view; zoomed out, or where the answer says `more`, .map-closer asks to move closer.
// A button [data-map-lasso] lets a line be drawn around points; [data-map-seen] takes all points in sight, for the keyboard.
// The box is told with chengzhi:select {ids} which points are chosen, chengzhi:show {id} which one to come to, chengzhi:area {address} what to shade.
// It tells with chengzhi:chosen {id, url} that a point was tapped and with chengzhi:lassoed {ids, add} what was caught.
import { put } from "./place.js";
import { begin as lasso, seen } from "./lasso.js";
import { images, inks, layersOf, shapesOf, THEME } from "./mapstyle.js";

const CLOSE = 16, APART = 12, METRES = 500, FAR = 900, MARGIN = 40, FONTS = "PingFang SC, Noto Sans CJK SC, Microsoft YaHei, sans-serif";
const nothing = { type: "FeatureCollection", features: [] };
const point = (lon, lat) => ({ type: "FeatureCollection", features: [{ type: "Feature", properties: {}, geometry: { type: "Point", coordinates: [lon, lat] } }] });

function start(box) {
  if (box.dataset.started) return;
  box.dataset.started = "yes";
  const state = { box, form: box.closest("form"), map: null, begun: false, more: false, chosen: [], layers: new Map(), viewed: new Set(), turn: 0 };
  state.form?.addEventListener("chengzhi:located", () => follow(state));
  begin(state).catch(() => giveWay(box));
}

const pinOf = ({ form, box }) => {
  const [lon, lat] = ["lon", "lat"].map((name) => Number(form?.elements.namedItem(name)?.value || box.dataset[name]));
  return lon && lat ? [lon, lat] : null;
};
const homeOf = (box) => (box.dataset.homeLon ? [Number(box.dataset.homeLon), Number(box.dataset.homeLat)] : null);

async function begin(state) {
  const { box } = state, pin = pinOf(state), canvas = box.querySelector(".map-canvas");
  const home = homeOf(box), drawn = box.dataset.features || box.dataset.points;
  if (!pin && !drawn && !(home && box.dataset.picks !== undefined)) { canvas.hidden = true; return; } // the first position begins it
  state.begun = true;
  canvas.hidden = false;
  if (!document.createElement("canvas").getContext("webgl2")) { giveWay(box); return; }
  const library = await import(box.dataset.module);
  library.setWorkerUrl(new URL(box.dataset.worker, location.href).href);
  await styles(box.dataset.styles);
  const ink = inks();
  state.map = new library.Map({
    container: canvas, center: pin ?? home ?? [0, 0], zoom: pin ? CLOSE : CLOSE - 2, attributionControl: false, dragRotate: false,
    pitchWithRotate: false, localIdeographFontFamily: FONTS, style: { version: 8, sources: sources(pin), layers: layersOf(ink) },
  });
  state.library = library;
  wire(state);
}

const sources = (pin) => ({
  base: { type: "geojson", data: nothing }, cells: { type: "geojson", data: nothing }, extra: { type: "geojson", data: nothing },
  points: { type: "geojson", data: nothing, promoteId: "id" }, pin: { type: "geojson", data: pin ? point(...pin) : nothing },
});

function wire(state) {
  const { map, box } = state;
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  map.on("load", () => ready(state));
  map.on("moveend", () => { near(state); inView(state); if (state.more) refresh(state); });
  map.on("click", (event) => tapped(state, event));
  map.on("mousemove", (event) => { map.getCanvas().style.cursor = hit(map, event.point) ? "pointer" : ""; });
  box.addEventListener("chengzhi:select", (event) => mark(state, event.detail.ids));
  box.addEventListener("chengzhi:show", (event) => come(state, event.detail.id));
  box.addEventListener("chengzhi:refresh", () => refresh(state));
  box.addEventListener("chengzhi:area", (event) => show(state, event.detail.address));
  box.addEventListener("click", (event) => toolUsed(state, event));
  new MutationObserver(() => repaint(map)).observe(document.documentElement, { attributeFilter: [THEME] });
}

async function ready(state) {
  const { map, box } = state;
  for (const [name, image] of images()) map.addImage(name, image, { pixelRatio: 2 });
  const base = box.dataset.base ? await ask(box.dataset.base).catch(() => null) : null;
  state.base = base?.features ?? [];
  map.getSource("base").setData(base ?? nothing);
  if (box.dataset.grid) state.viewed.add(box.dataset.grid);
  if (box.dataset.points) place(state, JSON.parse(document.getElementById(box.dataset.points).textContent));
  await refresh(state);
  follow(state);
  if (!pinOf(state)) fit(state);
  near(state);
  if (!state.turn) await inView(state); // moving to what is shown has asked already
  box.dataset.ready = "yes";
  box.dispatchEvent(new CustomEvent("chengzhi:ready", { bubbles: true }));
}

async function ask(address) {
  const answer = await fetch(address, { headers: { Accept: "application/json" } });
  return answer.ok ? answer.json() : null;
}

function around(address, map) {
  const narrowed = new URL(address, location.href);
  narrowed.searchParams.set("bbox", map.getBounds().toArray().flat().map((degrees) => degrees.toFixed(6)).join(","));
  return narrowed;
}

// Layers of many shapes: only what is in view, and only when it can be told apart; a newer view wins over a late answer.
async function inView(state) {
  const { map, box, viewed, layers } = state, turn = ++state.turn, close = map.getZoom() >= APART;
  const wanted = [...viewed], found = await Promise.all(wanted.map((address) => (close ? ask(around(address, map)).catch(() => null) : null)));
  if (turn !== state.turn) return;
  for (const [place, address] of wanted.entries()) {
    const shapes = found[place]?.more ? [] : found[place]?.features ?? [];
    layers.set(address, address === box.dataset.grid ? shapes.filter(({ geometry }) => geometry.type !== "Point") : shapes);
  }
  over(state);
  const note = box.querySelector(".map-closer"), asked = wanted.some((address) => address !== box.dataset.grid);
  if (note) note.hidden = !asked || (close && !found.some((one) => one?.more));
}

async function refresh(state) {
  const { map, box } = state;
  if (!box.dataset.features) return;
  const found = await ask(state.more ? around(box.dataset.features, map) : box.dataset.features);
  if (!found) return;
  state.more ||= Boolean(found.more);
  const note = box.querySelector(".map-more");
  if (note) note.hidden = !found.more;
  place(state, found);
}

function place(state, found) {
  state.points = found.features;
  state.map.getSource("points").setData(found);
  mark(state, state.chosen);
}

// The map begins where its points are; the divisions stand in where there are none.
function fit({ map, box, points, base, library }) {
  const bounds = new library.LngLatBounds();
  for (const { geometry } of points ?? []) bounds.extend(geometry.coordinates);
  if (bounds.isEmpty()) for (const corner of cornersOf(base)) bounds.extend(corner);
  if (!bounds.isEmpty()) map.fitBounds(bounds, { padding: MARGIN, maxZoom: CLOSE, duration: 0 });
  else if (homeOf(box)) map.jumpTo({ center: homeOf(box), zoom: CLOSE - 3 });
}

const cornersOf = (shapes) => (shapes ?? []).flatMap(({ geometry }) => geometry.coordinates.flat(Infinity)).reduce((pairs, degrees, place, all) => {
  if (place % 2) pairs.push([all[place - 1], degrees]);
  return pairs;
}, []);

// Words and pin follow the form; what arrives before the map is drawn is shown when it is.
function follow(state) {
  const pin = pinOf(state);
  if (!pin) return;
  const words = state.box.querySelector(".map-position");
  if (words) words.textContent = pin.map((degrees) => degrees.toFixed(6)).join(", ");
  if (state.map?.getSource("pin")) {
    state.map.getSource("pin").setData(point(...pin));
    near(state, pin);
    state.map.easeTo({ center: pin, zoom: Math.max(state.map.getZoom(), CLOSE) });
  } else if (!state.begun) begin(state).catch(() => giveWay(state.box));
}

// Cells are thin lines that appear when they can be told apart; the one of the pin is filled.
async function near({ map, box }, pin = null) {
  if (!box.dataset.cells || (!pin && map.getZoom() < CLOSE - 2)) return;
  const { lng, lat } = map.getCenter(), [x, y] = pin ?? [lng, lat];
  const found = await ask(`${box.dataset.cells}?lon=${x.toFixed(7)}&lat=${y.toFixed(7)}&metres=${map.getZoom() < CLOSE - 1 ? FAR : METRES}`);
  if (!found) return;
  map.getSource("cells")?.setData(found);
  if (pin) map.setFilter("here", ["==", ["get", "code"], found.features.find((feature) => feature.properties.here)?.properties.code ?? ""]);
}

const hit = (map, at) => {
  const around = [[at.x - 8, at.y - 8], [at.x + 8, at.y + 8]];
  return map.getLayer("points") ? map.queryRenderedFeatures(around, { layers: ["points"] })[0] : undefined;
};

function tapped(state, event) {
  const { map, box, form, library } = state, found = hit(map, event.point);
  if (!found) {
    if (box.dataset.picks !== undefined && form) put(form, event.lngLat.lng, event.lngLat.lat);
    return;
  }
  const { id, url, number, title, text } = found.properties;
  box.dispatchEvent(new CustomEvent("chengzhi:chosen", { bubbles: true, detail: { id, url } }));
  if (box.dataset.shares !== undefined) return;
  const card = document.createElement("div"), link = document.createElement(url ? "a" : "strong"), words = document.createElement("p");
  card.className = "map-card";
  if (url) link.href = url;
  link.textContent = [number, title].filter(Boolean).join(" ");
  words.textContent = text ?? "";
  card.append(link, words);
  new library.Popup({ maxWidth: "280px", closeButton: false }).setLngLat(found.geometry.coordinates).setDOMContent(card).addTo(map);
}

function mark(state, ids) {
  state.chosen = ids;
  if (!state.map?.getSource("points")) return;
  state.map.removeFeatureState({ source: "points" });
  for (const id of ids) state.map.setFeatureState({ source: "points", id }, { chosen: true });
}

function come({ map, points }, id) {
  const found = points?.find((feature) => feature.properties.id === id);
  if (found && !map.getBounds().contains(found.geometry.coordinates)) map.easeTo({ center: found.geometry.coordinates });
}

async function toolUsed(state, event) {
  const layer = event.target.closest("[data-map-layer]");
  if (layer) await toggle(state, layer);
  const tell = (ids, add) => state.box.dispatchEvent(new CustomEvent("chengzhi:lassoed", { bubbles: true, detail: { ids, add } }));
  const rope = event.target.closest("[data-map-lasso]");
  if (rope) lasso(state.map, rope, () => state.points ?? [], tell);
  if (event.target.closest("[data-map-seen]")) tell(seen(state.map, state.points ?? []), false);
  if (event.target.closest("[data-map-all]")) fit(state);
}

async function toggle(state, button) {
  const shown = button.getAttribute("aria-pressed") === "true", address = button.dataset.mapLayer;
  button.setAttribute("aria-pressed", String(!shown));
  if (shown) { state.viewed.delete(address); state.layers.delete(address); } else state.viewed.add(address);
  await inView(state);
}

async function show(state, address) {
  state.layers.set("area", address ? (await ask(address))?.features ?? [] : []);
  over(state);
}

function over(state) {
  state.map.getSource("extra").setData({ type: "FeatureCollection", features: [...state.layers.values()].flat() });
}

function repaint(map) {
  for (const { id, paint } of shapesOf(inks())) for (const [name, value] of Object.entries(paint ?? {})) map.setPaintProperty(id, name, value);
}

function styles(href) {
  return new Promise((done) => {
    if (document.querySelector(`link[href="${href}"]`)) { done(); return; }
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = href;
    link.addEventListener("load", done);
    link.addEventListener("error", done);
    document.head.append(link);
  });
}

// Without WebGL 2 the words stand in, and a page with a list gives it the whole width.
function giveWay(box) {
  box.querySelector(".map-canvas").hidden = true;
  for (const tools of box.querySelectorAll(".map-tools")) tools.hidden = true;
  box.querySelector(".map-fallback").hidden = false;
  box.dataset.gaveWay = "yes";
  box.dispatchEvent(new CustomEvent("chengzhi:mapless", { bubbles: true }));
}

for (const box of document.querySelectorAll("[data-map]")) start(box);
document.addEventListener("htmx:load", (event) => {
  for (const box of event.target.querySelectorAll?.("[data-map]") ?? []) start(box);
});
