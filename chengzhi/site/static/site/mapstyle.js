// How things look on a map: colours of the page's appearance, lines of the divisions, and a sign for each kind and light.
export const THEME = "data-bs-theme";
const LIGHTS = { green: "#2e8b57", yellow: "#e6a100", red: "#d0312d", grey: "#8a8f98", hollow: "#566070", none: "#566070" };
const SIDE = 44, MIDDLE = SIDE / 2;
const HALO = ["case", ["boolean", ["feature-state", "chosen"], false], 1, 0];
// A name gives way to the dots: they are placed first, and it moves aside or waits until one comes closer.
const ASIDE = { "text-variable-anchor": ["center", "top", "bottom", "left", "right"], "text-radial-offset": 1.4, "text-justify": "auto" };
const LABEL = ["PingFang SC, Noto Sans CJK SC, Microsoft YaHei, sans-serif"];

// Colours come from the style sheet, so that day and dark are decided in one place.
export function inks() {
  const style = getComputedStyle(document.documentElement), of = (name) => style.getPropertyValue(name).trim();
  return { ground: of("--line-soft"), paper: of("--paper"), line: of("--grey"), ink: of("--ink"), quiet: of("--quiet"), here: of("--accent") };
}

const outline = (id, source, style, paint) => ({ id, type: "line", source, filter: ["==", ["get", "style"], style], paint });
const name = (id, source, size, ink, more = {}) => ({
  id, type: "symbol", source, filter: ["has", "name"],
  layout: { "text-field": ["get", "name"], "text-font": LABEL, "text-size": size, "text-padding": 6, ...more },
  paint: { "text-color": ink.ink, "text-halo-color": ink.ground, "text-halo-width": 1.4 },
});

// Everything but the points, whose signs are the same by day and by night.
export const shapesOf = (ink) => [
  { id: "ground", type: "background", paint: { "background-color": ink.ground } },
  { id: "here", type: "fill", source: "cells", filter: ["==", ["get", "code"], ""], paint: { "fill-color": ink.here, "fill-opacity": 0.16 } },
  { id: "cells", type: "line", source: "cells", minzoom: 13.5, paint: { "line-color": ink.line, "line-width": 0.8 } },
  outline("base-community", "base", "community", { "line-color": ink.quiet, "line-width": 0.9, "line-dasharray": [3, 2] }),
  outline("base-town", "base", "town", { "line-color": ink.quiet, "line-width": 2 }),
  outline("base-county", "base", "county", { "line-color": ink.ink, "line-width": 3 }),
  { id: "area-fill", type: "fill", source: "extra", filter: ["==", ["get", "style"], "area"], paint: { "fill-color": ink.here, "fill-opacity": 0.2 } },
  outline("area-line", "extra", "area", { "line-color": ink.here, "line-width": 1.2 }),
  outline("extra-cell", "extra", "cell", { "line-color": ink.line, "line-width": 0.8 }),
  outline("extra-duty", "extra", "duty_grid", { "line-color": "#2c6fd1", "line-width": 2 }),
  outline("extra-community", "extra", "community", { "line-color": ink.quiet, "line-width": 1.4, "line-dasharray": [3, 2] }),
  name("base-names", "base", 12, ink, ASIDE),
  name("extra-names", "extra", 11, ink, ASIDE),
];

export const layersOf = (ink) => [
  ...shapesOf(ink),
  { id: "halo", type: "circle", source: "points", paint: { "circle-radius": 17, "circle-color": ink.here, "circle-opacity": ["*", 0.35, HALO], "circle-stroke-width": 2, "circle-stroke-color": ink.here, "circle-stroke-opacity": HALO } },
  { id: "points", type: "symbol", source: "points", layout: { "icon-image": ["concat", ["get", "kind"], "-", ["coalesce", ["get", "light"], "none"]], "icon-allow-overlap": true, "icon-padding": 0, "symbol-sort-key": ["match", ["get", "light"], "red", 3, "yellow", 2, 1] } },
  { id: "pin", type: "circle", source: "pin", paint: { "circle-radius": 7, "circle-color": "#d0312d", "circle-stroke-color": "#fff", "circle-stroke-width": 2 } },
];

const RINGS = {
  green: (pen) => pen.arc(MIDDLE, MIDDLE, 16, 0, 7),
  yellow: (pen) => { pen.moveTo(MIDDLE, 3); pen.lineTo(SIDE - 2, SIDE - 6); pen.lineTo(2, SIDE - 6); pen.closePath(); },
  red: (pen) => pen.rect(6, 6, SIDE - 12, SIDE - 12),
  grey: (pen) => { pen.rect(7, 6, 8, SIDE - 12); pen.rect(SIDE - 15, 6, 8, SIDE - 12); },
  hollow: (pen) => pen.arc(MIDDLE, MIDDLE, 15, 0, 7),
  none: (pen) => pen.arc(MIDDLE, MIDDLE, 15, 0, 7),
};
// Components are square, events round; an inspector is a blue dot (hollow when his last fix is old), a vehicle a triangle, a photo a diamond.
const KERNELS = {
  component: (pen, y) => pen.rect(MIDDLE - 6, y - 6, 12, 12),
  event: (pen, y) => pen.arc(MIDDLE, y, 6.5, 0, 7),
};
const ALONE = {
  inspector: (pen) => pen.arc(MIDDLE, MIDDLE, 11, 0, 7),
  crew: (pen) => pen.rect(MIDDLE - 10, MIDDLE - 10, 20, 20),
  vehicle: (pen) => { pen.moveTo(MIDDLE, 8); pen.lineTo(36, 34); pen.lineTo(8, 34); pen.closePath(); },
  photo: (pen) => { pen.moveTo(MIDDLE, 10); pen.lineTo(34, MIDDLE); pen.lineTo(MIDDLE, 34); pen.lineTo(10, MIDDLE); pen.closePath(); },
};

function drawn(paint) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SIDE;
  const pen = canvas.getContext("2d");
  paint(pen);
  return pen.getImageData(0, 0, SIDE, SIDE);
}

function shape(pen, path, fill, line, width) {
  pen.beginPath();
  path(pen);
  pen.fillStyle = fill;
  pen.fill();
  pen.lineWidth = width;
  pen.strokeStyle = line;
  pen.stroke();
}

export function* images() {
  for (const [light, ring] of Object.entries(RINGS)) {
    for (const [kind, kernel] of Object.entries(KERNELS)) {
      yield [`${kind}-${light}`, drawn((pen) => {
        if (light === "yellow") shape(pen, ring, "#fff", "#7a5600", 7);
        shape(pen, ring, "#fff", LIGHTS[light], light === "hollow" || light === "none" ? 2.5 : 4.5);
        shape(pen, (on) => kernel(on, light === "yellow" ? 26 : MIDDLE), "#1b2430", "#1b2430", 0.5);
      })];
    }
  }
  for (const [kind, path] of Object.entries(ALONE)) {
    yield [`${kind}-none`, drawn((pen) => shape(pen, path, kind === "photo" ? "#8250c8" : "#2c6fd1", "#fff", 4))];
    yield [`${kind}-hollow`, drawn((pen) => shape(pen, path, "#fff", "#2c6fd1", 4))];
  }
}
