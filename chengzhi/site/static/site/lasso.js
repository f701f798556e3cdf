// Drawing a line around points of a map; what lies inside is told. Shift adds to what is chosen already, Escape gives up.
const LEAST = 3;

export function begin(map, button, points, tell) {
  const box = map.getContainer();
  if (button.getAttribute("aria-pressed") === "true") { box.dispatchEvent(new Event("chengzhi:lasso-ends")); return; }
  button.setAttribute("aria-pressed", "true");
  const sheet = document.createElementNS("http://www.w3.org/2000/svg", "svg"), line = document.createElementNS(sheet.namespaceURI, "polygon");
  sheet.setAttribute("class", "lasso");
  sheet.append(line);
  box.append(sheet);
  let trace = [];
  const here = (event) => { const { left, top } = box.getBoundingClientRect(); return [event.clientX - left, event.clientY - top]; };
  const end = () => {
    sheet.remove();
    button.setAttribute("aria-pressed", "false");
    document.removeEventListener("keydown", escape, true);
    box.removeEventListener("chengzhi:lasso-ends", end);
  };
  const escape = (event) => { if (event.key === "Escape") { event.stopPropagation(); end(); button.focus(); } };
  sheet.addEventListener("pointerdown", (event) => { trace = [here(event)]; sheet.setPointerCapture(event.pointerId); event.preventDefault(); });
  sheet.addEventListener("pointermove", (event) => {
    if (!trace.length) return;
    trace.push(here(event));
    line.setAttribute("points", trace.map((pair) => pair.join(",")).join(" "));
  });
  sheet.addEventListener("pointerup", (event) => {
    const caught = trace.length < LEAST ? [] : points().filter(({ geometry }) => holds(trace, map.project(geometry.coordinates)));
    end();
    tell(caught.map(({ properties }) => properties.id), event.shiftKey);
  });
  box.addEventListener("chengzhi:lasso-ends", end);
  document.addEventListener("keydown", escape, true);
}

export const seen = (map, points) => {
  const bounds = map.getBounds();
  return points.filter(({ geometry }) => bounds.contains(geometry.coordinates)).map(({ properties }) => properties.id);
};

// A point lies inside when a ray from it crosses the line an odd number of times.
function holds(ring, { x, y }) {
  let inside = false;
  for (let here = 0, before = ring.length - 1; here < ring.length; before = here++) {
    const [ax, ay] = ring[here], [bx, by] = ring[before];
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
  }
  return inside;
}
