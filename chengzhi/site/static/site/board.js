// The board of a department: cards in columns, signing for many at once, and the drawer in which the steps of one task are taken.
import { Entries, tell } from "./entries.js";
import { watch } from "./live.js";

const page = document.querySelector(".board-frame"), board = document.getElementById("board");
const entries = new Entries(board, document.getElementById("preview"), page.dataset.taken);
const boxes = () => [...board.querySelectorAll("input[name=matter]")];

function count() {
  const batch = board.querySelector(".sign-batch");
  if (!batch) return;
  const number = boxes().filter((box) => box.checked).length;
  batch.querySelector("button").disabled = number === 0;
  batch.querySelector(".batch-count").textContent = number ? String(number) : "";
  batch.elements.namedItem("once").value = crypto.randomUUID?.() ?? String(Math.random());
}

board.addEventListener("change", (event) => {
  if (event.target.hasAttribute("data-all")) for (const box of boxes()) box.checked = event.target.checked;
  count();
});
board.addEventListener("click", (event) => { if (event.target.closest(".news")) refresh({ force: true }); });
for (const name of ["chengzhi:reload", "chengzhi:changed"]) document.body.addEventListener(name, () => refresh({ force: true }));

async function refresh({ force = false } = {}) {
  const asked = new URLSearchParams(location.search);
  asked.set("part", "board");
  const answer = await fetch(`?${asked}`, { headers: { "HX-Request": "true" } });
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  board.querySelector(".month").replaceWith(fresh.querySelector(".month"));
  let news = 0;
  for (const column of board.querySelectorAll(".column")) {
    const other = fresh.querySelector(`.column[data-column=${column.dataset.column}]`);
    news += entries.merge(column.querySelector(".cards"), [...other.querySelectorAll(".entry")], { force });
    head(column, other);
  }
  if (fresh.querySelectorAll(".supervised").length !== board.querySelectorAll(".supervised").length) supervised(fresh);
  tell(board.querySelector(".news"), news);
  count();
}

function head(column, other) {
  column.querySelector(".queue-counts").replaceWith(other.querySelector(".queue-counts"));
  const form = column.querySelector(".sign-batch"), wanted = other.querySelector(".sign-batch");
  if (form && !wanted) form.remove();
  if (!form && wanted) { column.querySelector(".column-head").append(wanted); htmx.process(wanted); }
  const empty = other.querySelector(".no-card");
  if (empty && !column.querySelector(".entry")) column.querySelector(".cards").replaceChildren(empty);
}

function supervised(fresh) {
  for (const old of board.querySelectorAll(".supervised")) old.remove();
  const bands = [...fresh.querySelectorAll(".supervised")];
  board.querySelector(".news").after(...bands);
  for (const band of bands) htmx.process(band);
}

count();
watch(page.dataset.since, () => refresh());
