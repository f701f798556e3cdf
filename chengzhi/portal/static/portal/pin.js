// The small map of the report: outlines of the neighbourhood and one pin. Loaded only when somebody opens it.
import { put } from "./locate.js";

const CLOSE = 16, METRES = 600;
const box = document.querySelector("[data-pin]");
const form = box.closest("form");
const nothing = { type: "FeatureCollection", features: [] };
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const pinAt = (lon, lat) => ({ type: "Feature", properties: {}, geometry: { type: "Point", coordinates: [lon, lat] } });
const chosen = () => {
  const [lon, lat] = ["lon", "lat"].map((name) => Number(form.elements.namedItem(name).value));
  return lon && lat ? [lon, lat] : null;
};

function styles(href) {
  return new Promise((done) => {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = href;
    link.addEventListener("load", done);
    link.addEventListener("error", done);
    document.head.append(link);
  });
}

function draw(library) {
  return new library.Map({
    container: box.querySelector(".map-canvas"),
    center: chosen() ?? [Number(box.dataset.homeLon), Number(box.dataset.homeLat)],
    zoom: chosen() ? CLOSE : CLOSE - 2,
    attributionControl: false, dragRotate: false, pitchWithRotate: false,
    style: { version: 8, sources: { cells: { type: "geojson", data: nothing }, pin: { type: "geojson", data: nothing } }, layers: [
      { id: "ground", type: "background", paint: { "background-color": colour("--line-soft") } },
      { id: "cells", type: "line", source: "cells", paint: { "line-color": colour("--grey"), "line-width": 0.8 } },
      { id: "pin", type: "circle", source: "pin", paint: { "circle-radius": 9, "circle-color": "#d0312d", "circle-stroke-color": "#fff", "circle-stroke-width": 2 } },
    ] },
  });
}

async function outlines(map) {
  const at = map.getCenter();
  const answer = await fetch(`${box.dataset.cells}?lon=${at.lng.toFixed(6)}&lat=${at.lat.toFixed(6)}&metres=${METRES}`, { headers: { Accept: "application/json" } });
  if (answer.ok) map.getSource("cells").setData(await answer.json());
}

function show(map) {
  const at = chosen();
  if (!at) return;
  map.getSource("pin").setData(pinAt(...at));
  box.querySelector(".map-position").textContent = at.map((degrees) => degrees.toFixed(5)).join(", ");
}

async function begin() {
  if (!document.createElement("canvas").getContext("webgl2")) throw new Error("no WebGL");
  const library = await import(box.dataset.library);
  library.setWorkerUrl(new URL(box.dataset.worker, location.href).href);
  await styles(box.dataset.styles);
  const map = draw(library);
  map.touchZoomRotate.disableRotation();
  map.on("load", () => { outlines(map); show(map); box.dataset.ready = "yes"; });
  map.on("moveend", () => outlines(map));
  map.on("click", (event) => put(form, event.lngLat.lng, event.lngLat.lat));
  form.addEventListener("chengzhi:located", () => { show(map); map.easeTo({ center: chosen() }); });
}

begin().catch(() => {
  box.querySelector(".map-canvas").hidden = true;
  box.querySelector(".map-fallback").hidden = false;
});
