// The mini map: cells as thin lines and one pin, no base map. The library is loaded only where a map stands on the page.
import { put } from "./place.js";

const CLOSE = 16, METRES = 500, FAR = 900;
const colours = () => {
  const style = getComputedStyle(document.documentElement);
  return { ground: style.getPropertyValue("--line-soft").trim(), line: style.getPropertyValue("--grey").trim(), here: style.getPropertyValue("--accent").trim() };
};
const point = (lon, lat) => ({ type: "FeatureCollection", features: [{ type: "Feature", properties: {}, geometry: { type: "Point", coordinates: [lon, lat] } }] });
const nothing = { type: "FeatureCollection", features: [] };

for (const box of document.querySelectorAll("[data-map]")) begin(box).catch(() => giveWay(box));

async function begin(box) {
  const form = box.closest("form");
  const typed = [form?.elements.namedItem("lon")?.value || box.dataset.lon, form?.elements.namedItem("lat")?.value || box.dataset.lat].map(Number);
  const home = [box.dataset.homeLon, box.dataset.homeLat].map(Number);
  const known = typed[0] && typed[1] ? typed : null;
  if (!known && !(box.dataset.picks !== undefined && home[0])) { box.querySelector(".map-canvas").hidden = true; listen(box, form, null, null); return; }
  if (!document.createElement("canvas").getContext("webgl2")) { listen(box, form, null, null); giveWay(box); return; }
  const library = await import(box.dataset.module);
  library.setWorkerUrl(new URL(box.dataset.worker, location.href).href);
  await styles(box.dataset.styles);
  const ink = colours();
  const map = new library.Map({
    container: box.querySelector(".map-canvas"), center: known ?? home, zoom: known ? CLOSE : CLOSE - 2, attributionControl: false, dragRotate: false, pitchWithRotate: false,
    style: { version: 8, sources: { cells: { type: "geojson", data: nothing }, pin: { type: "geojson", data: known ? point(...known) : nothing } }, layers: [
      { id: "ground", type: "background", paint: { "background-color": ink.ground } },
      { id: "here", type: "fill", source: "cells", filter: ["==", ["get", "here"], true], paint: { "fill-color": ink.here, "fill-opacity": 0.16 } },
      { id: "cells", type: "line", source: "cells", paint: { "line-color": ink.line, "line-width": 0.8 } },
      { id: "pin", type: "circle", source: "pin", paint: { "circle-radius": 7, "circle-color": "#d0312d", "circle-stroke-color": "#fff", "circle-stroke-width": 2 } },
    ] },
  });
  map.keyboard.disableRotation?.();
  map.touchZoomRotate.disableRotation();
  map.on("load", () => cells(box, map, ...(known ?? home)));
  map.on("moveend", () => { const at = map.getCenter(); cells(box, map, at.lng, at.lat); });
  if (box.dataset.picks !== undefined && form) map.on("click", (event) => put(form, event.lngLat.lng, event.lngLat.lat));
  listen(box, form, map, known);
}

function listen(box, form, map) {
  form?.addEventListener("chengzhi:located", (event) => {
    const { lon, lat } = event.detail;
    box.querySelector(".map-position").textContent = `${lon.toFixed(6)}, ${lat.toFixed(6)}`;
    if (map) {
      map.getSource("pin")?.setData(point(lon, lat));
      map.easeTo({ center: [lon, lat], zoom: Math.max(map.getZoom(), CLOSE) });
    } else if (!box.dataset.begun) {
      box.dataset.begun = "yes"; // the first position of a phone: now there is something to draw
      box.querySelector(".map-canvas").hidden = false;
      begin(box).catch(() => giveWay(box));
    }
  });
}

async function cells(box, map, lon, lat) {
  const metres = map.getZoom() < CLOSE - 1 ? FAR : METRES;
  const answer = await fetch(`${box.dataset.cells}?lon=${lon.toFixed(6)}&lat=${lat.toFixed(6)}&metres=${metres}`, { headers: { Accept: "application/json" } });
  if (answer.ok) map.getSource("cells")?.setData(await answer.json());
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
