// My work: choosing rows by pointer and keys, taking steps without leaving the list, and rows that come and go.
import { toast } from "./frame.js";
import { watch } from "./live.js";

const page = document.querySelector(".work");
const list = document.getElementById("inbox");
const preview = document.getElementById("preview");
const narrow = window.matchMedia("(max-width: 760px)");
const spoken = (id) => document.getElementById(`say-${id}`).innerHTML;
const STAYS = 10000;
let taken = null; // what this person has just done is no news to him

const rows = () => [...list.querySelectorAll("tr.entry:not(.gone)")];
const chosen = () => list.querySelector('tr.entry[aria-selected="true"]');

function choose(row, { open = false } = {}) {
  if (!row) return;
  chosen()?.setAttribute("aria-selected", "false");
  row.setAttribute("aria-selected", "true");
  row.scrollIntoView({ block: "nearest" });
  htmx.trigger(row, "chosen");
  if (open || narrow.matches) preview.classList.add("open");
}

function move(by) {
  const all = rows(), here = all.indexOf(chosen());
  const next = all[Math.max(0, Math.min(all.length - 1, here + by))];
  next?.focus({ preventScroll: true });
  choose(next);
}

// Without a network the preview stays what it was; so does the row that it belongs to, or a step would be taken on another one than is marked.
document.addEventListener("htmx:sendError", ({ detail }) => {
  const row = detail.elt.closest?.("tr.entry"), shown = list.querySelector(`tr.entry[data-id="${preview.querySelector(".preview")?.dataset.id}"]`);
  if (!row || !shown || row === shown) return;
  row.setAttribute("aria-selected", "false");
  shown.setAttribute("aria-selected", "true");
});

list.addEventListener("click", (event) => {
  const row = event.target.closest("tr.entry");
  if (row && !event.target.closest("a, input, button")) choose(row, { open: true });
});
list.addEventListener("change", countChecked);
list.addEventListener("click", (event) => {
  if (event.target.id === "all") { for (const box of list.querySelectorAll("input[name=matter]")) box.checked = event.target.checked; countChecked(); }
  if (event.target.closest("[data-unselect]")) { for (const box of list.querySelectorAll("input[type=checkbox]")) box.checked = false; countChecked(); }
  if (event.target.closest(".news")) { refresh({ force: true }); list.querySelector(".scroll")?.scrollTo({ top: 0 }); }
});
preview.addEventListener("click", (event) => { if (event.target.closest("[data-closes-preview]")) preview.classList.remove("open"); });
document.addEventListener("chengzhi:back", () => { preview.classList.remove("open"); chosen()?.focus(); });

document.addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey || event.target.closest("input:not([type=checkbox]), textarea, select")) return;
  const key = event.key.toLowerCase();
  if (key === "j") move(1);
  if (key === "k") move(-1);
  if (event.key === "Enter" && event.target.matches("tr.entry")) event.target.querySelector("a.number")?.click();
});

function countChecked() {
  const batch = list.querySelector(".batch");
  if (!batch) return;
  const count = list.querySelectorAll("input[name=matter]:checked").length;
  batch.hidden = count === 0;
  batch.querySelector(".batch-count").textContent = String(count);
  batch.elements.namedItem("once").value = crypto.randomUUID?.() ?? String(Math.random());
}

document.body.addEventListener("chengzhi:taken", (event) => {
  taken = event.detail.id;
  toast(event.detail.said);
  const row = list.querySelector(`tr.entry[data-id="${taken}"]`);
  const all = rows(), next = all[all.indexOf(row) + 1] ?? all[all.indexOf(row) - 1];
  row?.remove();
  if (next && !narrow.matches) { choose(next); next.focus({ preventScroll: true }); }
  else { preview.classList.remove("open"); preview.replaceChildren(); }
  refresh();
});
document.body.addEventListener("chengzhi:reload", () => refresh({ force: true }));

const busyHere = () => (list.querySelector(".scroll")?.scrollTop ?? 0) > 40 || list.querySelector("tr.entry:hover") !== null;

async function refresh({ force = false } = {}) {
  const body = list.querySelector(".queue-body"), tab = body.dataset.tab;
  const answer = await fetch(`/?part=list&tab=${encodeURIComponent(tab)}`, { headers: { "HX-Request": "true" } });
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  list.querySelector(".queues").replaceWith(fresh.querySelector(".queues"));
  const other = fresh.querySelector(".queue-body");
  if (other.dataset.tab !== tab || !body.querySelector("#rows")) { body.replaceWith(other); htmx.process(other); begin(); return; }
  merge(body.querySelector("#rows"), [...other.querySelectorAll("tr.entry")], other.querySelector("tr.more") !== null, force);
}

function merge(table, wanted, more, force) {
  const ids = new Set(wanted.map((row) => row.dataset.id));
  const known = new Map([...table.querySelectorAll("tr.entry")].map((row) => [row.dataset.id, row]));
  for (const [id, row] of known) if (!ids.has(id) && !row.classList.contains("gone") && !(more && beyond(table, row, wanted.length))) leave(row);
  const news = wanted.filter((row) => !known.has(row.dataset.id));
  if (news.length && busyHere() && !force) { tell(news.length); return; }
  list.querySelector(".news").hidden = true;
  let after = null;
  for (const row of wanted) {
    const old = known.get(row.dataset.id);
    if (old && old.dataset.version === row.dataset.version) { after = old; continue; }
    if (old) { row.setAttribute("aria-selected", old.getAttribute("aria-selected") ?? "false"); old.replaceWith(row); }
    else { row.classList.add("fresh"); setTimeout(() => row.classList.remove("fresh"), STAYS); after ? after.after(row) : table.prepend(row); }
    htmx.process(row);
    after = row;
  }
}

// Rows of later pages that were loaded by hand are not in the first page; they have not gone.
const beyond = (table, row, page) => [...table.querySelectorAll("tr.entry")].indexOf(row) >= page;

function leave(row) {
  if (row.dataset.id === taken) { row.remove(); return; }
  row.classList.add("gone");
  const said = row.querySelector(".c-left");
  said.textContent = spoken("taken");
  named(row.dataset.id, said);
  setTimeout(() => row.remove(), STAYS);
}

// By whom: asked once for a row that has gone; without an answer the plain words stay.
async function named(id, place) {
  const answer = await fetch(`/work/taken?ids=${id}`, { headers: { Accept: "application/json" } }).catch(() => null);
  const who = answer?.ok ? (await answer.json())[id] : "";
  if (who) place.textContent = who;
}

function tell(count) {
  const bar = list.querySelector(".news");
  bar.textContent = count === 1 ? spoken("new-one") : spoken("new-many").replace("{n}", String(count));
  bar.hidden = false;
}

function begin() {
  if (!narrow.matches) choose(rows()[0]);
}

watch(page.dataset.since, () => refresh());
addEventListener("load", begin);
