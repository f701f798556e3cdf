// Forms of steps: phrases, pickers, which form is open, and what waits for an upload.
import "./legs.js";
import "./photos.js";
import "./place.js";

document.addEventListener("click", (event) => {
  const phrase = event.target.closest("[data-phrase]");
  if (phrase) {
    const field = phrase.closest(".field").querySelector("textarea");
    field.value = field.value ? `${field.value}${phrase.dataset.phrase}` : phrase.dataset.phrase;
    field.focus();
  }
  const step = event.target.closest(".step");
  if (step) for (const other of step.closest(".step-box").querySelectorAll(".step")) other.setAttribute("aria-expanded", String(other === step));
});

document.addEventListener("input", (event) => {
  if (!event.target.classList.contains("picker-filter")) return;
  const wanted = event.target.value.trim().toLowerCase();
  for (const pick of event.target.closest("[data-picker]").querySelectorAll(".pick")) {
    pick.hidden = wanted !== "" && !pick.dataset.words.toLowerCase().includes(wanted);
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.target.hasAttribute("data-no-submit")) return;
  event.preventDefault(); // Enter in a filter takes the first unit that fits, it does not send the form.
  event.target.closest("[data-picker]").querySelector(".pick:not([hidden]) input")?.click();
});

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target?.id !== "step-area") return;
  event.detail.target.querySelector("textarea, select, .form-control, input[type=radio], input[type=checkbox], button.take")?.focus();
});
for (const [name, busy] of [["htmx:beforeRequest", "true"], ["htmx:afterRequest", "false"]]) {
  document.addEventListener(name, (event) => {
    for (const button of event.detail.elt.querySelectorAll?.(".take") ?? []) button.setAttribute("aria-busy", busy);
  });
}
