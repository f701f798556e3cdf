// After the receipt the draft is forgotten; the question why is asked of those who are not satisfied; the page of the place finds where one is.
import { locate } from "./locate.js";

if (document.querySelector("[data-received]")) {
  try { localStorage.removeItem("chengzhi-report"); } catch { /* nothing was kept then */ }
}

const why = document.querySelector("[data-when-dissatisfied]");
if (why) {
  const form = why.closest("form");
  const judge = () => { const score = form.elements.namedItem("score").value; why.hidden = score === "" || Number(score) > 2; };
  form.addEventListener("change", judge);
  judge();
}

const near = document.querySelector("[data-near]");
if (near) {
  const button = near.querySelector("[data-finds]");
  button.hidden = !navigator.geolocation;
  button.addEventListener("click", () => locate(near));
  near.addEventListener("chengzhi:located", () => near.submit());
}
