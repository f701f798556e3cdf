// The position of the phone, written into a form and told with its accuracy.
const PATIENCE = 15000;

export function put(form, lon, lat) {
  form.elements.namedItem("lon").value = lon.toFixed(7);
  form.elements.namedItem("lat").value = lat.toFixed(7);
  form.dispatchEvent(new CustomEvent("chengzhi:located", { detail: { lon, lat } }));
}

export function locate(form) {
  const said = form.querySelector(".locate-said");
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
