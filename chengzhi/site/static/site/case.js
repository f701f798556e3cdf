// The case page: tells when somebody else has moved the case, and shortens the time line.
import { watch } from "./live.js";
import "./compare.js";
import "./map.js";

const page = document.querySelector(".case");
let sending = false;
document.addEventListener("htmx:beforeRequest", (event) => { sending = event.detail.requestConfig.verb === "post"; });
document.addEventListener("htmx:afterRequest", () => { sending = false; });
watch(page.dataset.since, (moves) => {
  if (!sending && moves.some((move) => move.root === page.dataset.root)) document.querySelector(".changed").hidden = false;
});
document.querySelector("[data-only-opinions]").addEventListener("change", (event) => {
  document.querySelector(".happenings").classList.toggle("opinions-only", event.target.checked);
});
document.addEventListener("chengzhi:back", () => { if (history.length > 1) history.back(); });
