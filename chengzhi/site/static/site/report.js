// Registering at a desk: suggestions by keys, and the outlook beside the form.
import "./map.js";

const form = document.getElementById("report");
const outlook = document.getElementById("outlook");
const named = (name) => form.elements.namedItem(name);
const ask = () => htmx.trigger(outlook, "chengzhi:asks");

function takeClass(button) {
  named("class_code").value = button.dataset.class;
  for (const other of form.querySelectorAll("[data-class]")) other.setAttribute("aria-pressed", String(other === button));
  ask();
}

form.addEventListener("click", (event) => {
  const button = event.target.closest("[data-class]");
  if (button) takeClass(button);
  const merge = event.target.closest("[data-merges]");
  if (merge) mergeInto(merge.dataset.merges, merge.dataset.said);
  if (event.target.closest("[data-unmerges]")) mergeInto("", "");
});
form.addEventListener("change", (event) => {
  if (event.target !== named("class_code")) return;
  event.target.value = event.target.value.split(" ")[0]; // a choice from the list brings its name along
  ask();
});
form.addEventListener("chengzhi:located", ask);
form.addEventListener("keydown", (event) => {
  if (event.target !== named("class_code") || event.target.value !== "" || !/^[1-3]$/.test(event.key)) return;
  const suggestion = form.querySelectorAll(".suggestion")[Number(event.key) - 1];
  if (suggestion) { event.preventDefault(); takeClass(suggestion); }
});

function mergeInto(number, said) {
  named("merge_into").value = number;
  form.querySelector(".merging-said").textContent = said;
  form.querySelector(".merging").hidden = number === "";
}

addEventListener("load", () => {
  if (named("class_code").value || named("lon").value) ask();
});
