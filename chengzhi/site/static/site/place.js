// The position of the device: asked for by a button or by the page, written into the form, and told with its accuracy.
const PATIENCE = 15000;

export function locate(form) {
  const said = form.querySelector(".locate-said");
  if (!said) return;
  if (!navigator.geolocation) { said.textContent = said.dataset.failed; return; }
  said.textContent = said.dataset.waiting;
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      put(form, coords.longitude, coords.latitude);
      said.textContent = said.dataset.said.replace("{m}", String(Math.max(1, Math.round(coords.accuracy))));
    },
    () => { said.textContent = said.dataset.failed; },
    { enableHighAccuracy: true, timeout: PATIENCE, maximumAge: 20000 },
  );
}

export function put(form, lon, lat) {
  form.elements.namedItem("lon").value = lon.toFixed(7);
  form.elements.namedItem("lat").value = lat.toFixed(7);
  form.dispatchEvent(new CustomEvent("chengzhi:located", { bubbles: true, detail: { lon, lat } }));
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-locates]");
  if (button) locate(button.closest("form"));
});

// A check form asks for the position by itself as soon as it is shown.
document.addEventListener("htmx:load", (event) => {
  const box = event.target.querySelector?.("[data-locates-itself]");
  if (box && !box.closest("form").elements.namedItem("lon").value) locate(box.closest("form"));
});
