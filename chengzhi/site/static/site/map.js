// The mini map: cells as thin lines and one pin, no base map. The library is loaded only where a map stands on the page.
import { put } from "./place.js";

const CLOSE = 16, METRES = 500, FAR = 900;
const colours = () => {
  const style = getComputedStyle(document.documentElement);
  return { ground: style.getPropertyValue("--line-soft").trim(), line: style.getPropertyValue("--grey").trim(), here: style.getPropertyValue("--accent").trim() };
};
const point = (lon, lat) => ({ type: "FeatureCollection", features: [{ type: "Feature", properties: {}, geometry: { type: "Point", coordinates: [lon, lat] } }] });
const nothing = { type: "FeatureCollection", features: [] };

const position = (form, box) => {
  const [lon, lat] = ["lon", "lat"].map((name) => Number(form?.elements.namedItem(name)?.value || box.dataset[name]));
  return lon && lat ? [lon, lat] : null;
};

for (const box of document.querySelectorAll("[data-map]")) {
  const state = { map: null, begun: false };
  const form = box.closest("form");
  form?.addEventListener("chengzhi:located", () => show(box, form, state));
  begin(box, form, state).catch(() => giveWay(box));
}

async function begin(box, form, state) {
  const home = box.dataset.picks !== undefined && box.dataset.homeLon ? [Number(box.dataset.homeLon), Number(box.dataset.homeLat)] : null;
  const known = position(form, box);
  const canvas = box.querySelector(".map-canvas");
  if (!known && !home) { canvas.hidden = true; return; } // nothing to draw yet; the first position begins it
  state.begun = true;
  canvas.hidden = false;
  if (!document.createElement("canvas").getContext("webgl2")) { giveWay(box); return; }
  const library = await import(box.dataset.module);
  library.setWorkerUrl(new URL(box.dataset.worker, location.href).href);
  await styles(box.dataset.styles);
  state.map = draw(library, canvas, known, home);
  const map = state.map;
  map.touchZoomRotate.disableRotation();
  map.on("load", () => { const at = map.getCenter(); cells(box, state, at.lng, at.lat); show(box, form, state); });
  map.on("moveend", () => { const at = map.getCenter(); cells(box, state, at.lng, at.lat); });
  if (box.dataset.picks !== undefined && form) map.on("click", (event) => put(form, event.lngLat.lng, event.lngLat.lat));
}

function draw(library, container, known, home) {
  const ink = colours();
  return new library.Map({
    container, center: known ?? home, zoom: known ? CLOSE : CLOSE - 2, attributionControl: false, dragRotate: false, pitchWithRotate: false,
    style: { version: 8, sources: { cells: { type: "geojson", data: nothing }, pin: { type: "geojson", data: known ? point(...known) : nothing } }, layers: [
      { id: "ground", type: "background", paint: { "background-color": ink.ground } },
      { id: "here", type: "fill", source: "cells", filter: ["==", ["get", "code"], ""], paint: { "fill-color": ink.here, "fill-opacity": 0.16 } },
      { id: "cells", type: "line", source: "cells", paint: { "line-color": ink.line, "line-width": 0.8 } },
      { id: "pin", type: "circle", source: "pin", paint: { "circle-radius": 7, "circle-color": "#d0312d", "circle-stroke-color": "#fff", "circle-stroke-width": 2 } },
    ] },
  });
}

// Words and pin follow the form; what arrives before the map is drawn is shown when it is.
function show(box, form, state) {
  const known = position(form, box);
  if (!known) return;
  box.querySelector(".map-position").textContent = known.map((degrees) => degrees.toFixed(6)).join(", ");
  if (state.map?.loaded() || state.map?.getSource("pin")) {
    state.map.getSource("pin").setData(point(...known));
    cells(box, state, ...known, true);
    state.map.easeTo({ center: known, zoom: Math.max(state.map.getZoom(), CLOSE) });
  } else if (!state.begun) begin(box, form, state).catch(() => giveWay(box));
}

// The cell of the pin is filled; cells are asked for again wherever the map is moved to.
async function cells(box, state, lon, lat, ofPin = false) {
  const metres = state.map.getZoom() < CLOSE - 1 ? FAR : METRES;
  const answer = await fetch(`${box.dataset.cells}?lon=${lon.toFixed(7)}&lat=${lat.toFixed(7)}&metres=${metres}`, { headers: { Accept: "application/json" } });
  if (!answer.ok) return;
  const found = await answer.json();
  state.map.getSource("cells")?.setData(found);
  if (!ofPin) return;
  const here = found.features.find((feature) => feature.properties.here)?.properties.code ?? "";
  state.map.setFilter("here", ["==", ["get", "code"], here]);
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

function giveWay(box) {
  box.querySelector(".map-canvas").hidden = true;
  box.querySelector(".map-fallback").hidden = false;
}
