// The dispatch workbench: list and map share one selection; a batch is confirmed once; what a unit has open is one tap away.
import "./map.js";
import { Entries, spoken, tell } from "./entries.js";
import { toast } from "./frame.js";
import { watch } from "./live.js";

const MOST = 50;
const page = document.querySelector(".bench"), list = document.getElementById("bench-list"), map = page.querySelector("[data-map]");
const plan = document.getElementById("plan"), load = document.getElementById("unit-load");
const here = `?list=${page.dataset.list}`;
const boxes = () => [...list.querySelectorAll("input[name=matter]")];
const entryOn = (id) => list.querySelector(`.entry[data-map-id="${id}"]`);
const entries = new Entries(list, document.getElementById("preview"), page.dataset.taken, (entry) => { share(); say("show", { id: entry.dataset.mapId }); });
const say = (name, detail) => map.dispatchEvent(new CustomEvent(`chengzhi:${name}`, { detail }));

// What is checked is chosen; when nothing is, the entry at hand stands for itself.
function share() {
  const checked = boxes().filter((box) => box.checked).map((box) => box.closest(".entry").dataset.mapId);
  const current = entries.chosen()?.dataset.mapId;
  say("select", { ids: checked.length ? checked : [current].filter(Boolean) });
}

function count() {
  const batch = list.querySelector(".batch"), checked = boxes().filter((box) => box.checked);
  if (!batch) return;
  for (const box of checked.slice(MOST)) box.checked = false;
  if (checked.length > MOST) toast(spoken("most"));
  const number = Math.min(checked.length, MOST);
  batch.hidden = number === 0;
  batch.querySelector(".batch-count").textContent = String(number);
  const all = document.getElementById("all");
  if (all) { all.checked = number > 0 && number === Math.min(MOST, boxes().length); all.indeterminate = number > 0 && !all.checked; }
  share();
}

list.addEventListener("change", (event) => {
  if (event.target.id === "all") for (const [place, box] of boxes().entries()) box.checked = event.target.checked && place < MOST;
  count();
});
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-unselect]")) { for (const box of boxes()) box.checked = false; count(); }
  if (event.target.closest(".news")) { refresh({ force: true }); list.querySelector(".scroll")?.scrollTo({ top: 0 }); }
  if (event.target.closest("[data-closes=plan]")) plan.close();
  if (event.target.closest("[data-closes-unit]")) { load.hidden = true; say("area", { address: "" }); }
  const unit = event.target.closest("button[data-unit]");
  if (unit) openUnit(unit);
});

async function openUnit({ dataset }) {
  const answer = await fetch(dataset.unit, { headers: { "HX-Request": "true" } });
  if (!answer.ok) return;
  load.innerHTML = await answer.text();
  load.hidden = false;
  say("area", { address: dataset.area });
}

map.addEventListener("chengzhi:chosen", ({ detail }) => {
  const entry = entryOn(detail.id);
  if (entry) entries.choose(entry, { quiet: true });
  else bring([detail.id]).then(() => entries.choose(entryOn(detail.id), { quiet: true }));
  share();
});

map.addEventListener("chengzhi:lassoed", async ({ detail: { ids, add } }) => {
  if (page.dataset.list !== "dispatch") { entries.choose(entryOn(ids.find(entryOn))); return; }
  if (!add) for (const box of boxes()) box.checked = false;
  if (ids.length > MOST) toast(spoken("most"));
  const wanted = ids.slice(0, MOST);
  await bring(wanted.filter((id) => !entryOn(id)));
  for (const id of wanted) { const box = entryOn(id)?.querySelector("input[name=matter]"); if (box) box.checked = true; }
  const strange = wanted.filter((id) => !entryOn(id)).length;
  if (strange) toast(spoken("not-here").replace("{n}", String(strange)));
  count();
});

// Cases that lie further down than what is shown come to the top when they are chosen on the map.
async function bring(ids) {
  const holder = list.querySelector("#rows");
  if (!ids.length || !holder || page.dataset.list !== "dispatch") return;
  const answer = await fetch(`?part=rows&ids=${ids.join(",")}`, { headers: { "HX-Request": "true" } });
  if (!answer.ok) return;
  for (const entry of new DOMParser().parseFromString(await answer.text(), "text/html").querySelectorAll(".entry")) {
    entry.dataset.kept = "yes";
    holder.prepend(entry);
    htmx.process(entry);
  }
}

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.id !== "plan-body") return;
  if (!plan.open) plan.showModal();
  plan.querySelector(".take, [data-closes]")?.focus();
});
for (const name of ["chengzhi:reload", "chengzhi:changed"]) document.body.addEventListener(name, () => refresh({ force: true }));

async function refresh({ force = false } = {}) {
  const size = new URLSearchParams(location.search).get("rows") ?? "";
  const answer = await fetch(`${here}&part=list&rows=${size}`, { headers: { "HX-Request": "true" } });
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  list.querySelector(".bench-tabs").replaceWith(fresh.querySelector(".bench-tabs"));
  const holder = list.querySelector("#rows"), wanted = fresh.querySelector("#rows");
  if (!holder || !wanted) { if (holder) entries.merge(holder, []); swapWhenDone(holder, fresh); return; }
  const news = entries.merge(holder, [...wanted.children], { force, complete: !fresh.querySelector(".bench-more") });
  tell(list.querySelector(".news"), news);
  count();
  say("refresh", {});
}

// The empty page comes when the last grey entry has gone, and entries come to an empty page at once.
function swapWhenDone(holder, fresh) {
  const swap = () => { list.querySelector(".queue-body").replaceWith(fresh.querySelector(".queue-body")); htmx.process(list); };
  if (holder?.querySelector(".gone")) setTimeout(() => { if (!holder.querySelector(".entry")) swap(); }, 10500);
  else swap();
}

map.addEventListener("chengzhi:mapless", () => page.classList.add("mapless"));
map.addEventListener("chengzhi:ready", share);
if (map.dataset.gaveWay) page.classList.add("mapless");
watch(page.dataset.since, () => refresh());
addEventListener("load", () => { if (!window.matchMedia("(max-width: 760px)").matches) entries.choose(entries.all()[0]); });
