// The list of cases: filters apply when they are changed, rows are walked with J and K.
const form = document.querySelector("[data-filters]");
form.querySelector(".filter-go").classList.add("visually-hidden-focusable");
form.addEventListener("change", () => form.requestSubmit());
form.addEventListener("submit", () => { for (const field of form.elements) if (field.name && !field.value) field.disabled = true; });
addEventListener("pageshow", () => { for (const field of form.elements) field.disabled = false; });

const rows = [...document.querySelectorAll("tr.entry")];
let place = -1;
function show(next) {
  place = Math.max(0, Math.min(rows.length - 1, next));
  rows[place]?.focus();
}
document.addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey || event.target.closest("input, select, textarea")) return;
  if (event.key.toLowerCase() === "j") show(place + 1);
  if (event.key.toLowerCase() === "k") show(place - 1);
  if (event.key === "Enter" && event.target.matches("tr.entry")) location.assign(event.target.dataset.href);
});
document.addEventListener("click", (event) => {
  const row = event.target.closest("tr.entry");
  if (row && !event.target.closest("a") && !String(getSelection())) location.assign(row.dataset.href);
});
