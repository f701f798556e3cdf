// The others beside the lead in a dispatch: each chosen unit gets a row for a limit of its own and for whether it is waited for.
const fieldOf = (form) => form?.querySelector("[data-legs]");
const kept = (form, name) => [...form.querySelectorAll(`input[type=hidden][name=${name}]`)];

function rows(form) {
  const legs = fieldOf(form), list = legs.querySelector(".leg-list"), { legs: limits, optional, units } = legs.dataset;
  // Who leads is no other beside the lead.
  const lead = form.querySelector("input[name=unit]:checked")?.value;
  for (const box of form.querySelectorAll(`input[name=${units}]`)) {
    box.disabled = box.value === lead;
    if (box.disabled) box.checked = false;
    box.closest(".pick").hidden = box.disabled;
  }
  const chosen = [...form.querySelectorAll(`input[name=${units}]:checked`)];
  for (const row of [...list.children]) if (!chosen.some((box) => box.value === row.dataset.unit)) row.remove();
  for (const box of chosen) if (![...list.children].some((row) => row.dataset.unit === box.value)) list.append(made(form, box, limits, optional));
  legs.hidden = chosen.length === 0;
  write(form);
}

function made(form, box, limits, optional) {
  const row = fieldOf(form).querySelector("template").content.firstElementChild.cloneNode(true);
  row.dataset.unit = box.value;
  row.querySelector(".leg-name").textContent = box.closest(".pick").querySelector(".pick-name").textContent.trim();
  const known = kept(form, limits).map((input) => input.value.match(/^(\d+)=(\d+) (\w+)$/)).find((found) => found?.[1] === box.value);
  if (known) [row.querySelector(".leg-amount").value, row.querySelector(".leg-unit").value] = [known[2], known[3]];
  row.querySelector(".leg-free input").checked = kept(form, optional).some((input) => input.value === box.value);
  return row;
}

function write(form) {
  const legs = fieldOf(form), { legs: limits, optional } = legs.dataset;
  for (const input of [...kept(form, limits), ...kept(form, optional)]) input.remove();
  for (const row of legs.querySelector(".leg-list").children) {
    const amount = row.querySelector(".leg-amount").value.trim();
    if (amount) hidden(legs, limits, `${row.dataset.unit}=${amount} ${row.querySelector(".leg-unit").value}`);
    if (row.querySelector(".leg-free input").checked) hidden(legs, optional, row.dataset.unit);
  }
}

function hidden(legs, name, value) {
  const input = document.createElement("input");
  Object.assign(input, { type: "hidden", name, value });
  legs.append(input);
}

for (const name of ["input", "change"]) document.addEventListener(name, (event) => {
  const form = event.target.form, legs = fieldOf(form);
  if (!legs) return;
  if ([legs.dataset.units, "unit"].includes(event.target.name)) rows(form);
  else if (legs.contains(event.target)) write(form);
});
document.body.addEventListener("htmx:load", (event) => {
  for (const legs of event.detail.elt.parentElement?.querySelectorAll("[data-legs]") ?? []) rows(legs.form ?? legs.closest("form"));
});
for (const legs of document.querySelectorAll("[data-legs]")) rows(legs.closest("form"));
