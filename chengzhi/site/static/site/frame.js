// The frame of every page: keys, menus, messages, copying, and telling when something could not be sent.
import "./steps.js";

const spoken = (id) => document.getElementById(`say-${id}`)?.innerHTML ?? "";
const LASTS = 6000;

export function toast(text, { bad = false, again = null } = {}) {
  const line = document.createElement("p");
  line.className = `toast-line${bad ? " bad" : ""}`;
  line.append(text);
  if (again) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = spoken("again");
    button.addEventListener("click", () => { line.remove(); again(); });
    line.append(button);
  }
  document.getElementById("toasts").append(line);
  setTimeout(() => line.remove(), bad ? LASTS * 3 : LASTS);
}
for (const line of document.querySelectorAll("#toasts .toast-line")) setTimeout(() => line.remove(), LASTS);

const typing = (element) => element.matches("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");

function stepByKey(place) {
  const button = document.querySelectorAll(".step-box .step")[place - 1];
  const form = document.querySelector("#step-area form");
  if (!button) return;
  // Only the form of this very step is sent: a slow answer must not let the key take another one.
  if (form?.dataset.step === button.dataset.slug) form.requestSubmit();
  else button.click();
}

document.addEventListener("keydown", (event) => {
  if (event.isComposing) return;
  if (event.altKey && /^Digit[1-9]$/.test(event.code)) {
    event.preventDefault();
    stepByKey(Number(event.code.slice(5)));
    return;
  }
  if (event.key === "F2") {
    const button = document.querySelector("[data-key=F2]");
    if (button) { event.preventDefault(); button.form.requestSubmit(button); }
    return;
  }
  if (event.key === "Escape") return escape(event);
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  if (event.key === "/") { event.preventDefault(); document.getElementById("search")?.focus(); }
  if (event.key === "?") { event.preventDefault(); document.getElementById("keys")?.showModal(); }
});

function escape(event) {
  const menu = document.querySelector("details.menu[open], details.drop[open]");
  if (menu) { menu.open = false; menu.querySelector("summary").focus(); return; }
  if (typing(event.target)) { event.target.blur(); return; }
  if (document.querySelector("dialog[open]")) return;
  document.dispatchEvent(new CustomEvent("chengzhi:back"));
}

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  if (opener) document.getElementById(opener.dataset.opens)?.showModal();
  const copier = event.target.closest("[data-copies]");
  if (copier) navigator.clipboard?.writeText(copier.dataset.copies).then(() => toast(`${spoken("copied")} ${copier.dataset.copies}`), () => {});
  if (event.target.closest("[data-prints]")) window.print();
  const picture = event.target.closest("[data-enlarges]");
  if (picture) { event.preventDefault(); enlarge(picture); }
  for (const menu of document.querySelectorAll("details.menu[open], details.drop[open]")) if (!menu.contains(event.target)) menu.open = false;
});

function enlarge(link) {
  const dialog = document.createElement("dialog");
  dialog.className = "picture";
  const image = document.createElement("img");
  image.src = link.href;
  image.alt = link.querySelector("img")?.alt ?? "";
  dialog.append(image);
  dialog.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

// A form that goes out by an ordinary submit is sent once; htmx forms are kept from a second click by hx-sync.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post" || form.hasAttribute("hx-post")) return;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "yes";
  for (const button of form.querySelectorAll(".take")) button.setAttribute("aria-busy", "true");
});
window.addEventListener("pageshow", () => { for (const form of document.forms) delete form.dataset.sent; });

const again = (detail) => () => detail.requestConfig?.triggeringEvent?.target?.requestSubmit?.() ?? detail.elt?.requestSubmit?.();
document.addEventListener("htmx:responseError", (event) => {
  const page = new DOMParser().parseFromString(event.detail.xhr.responseText, "text/html");
  const code = page.querySelector("[data-fault]")?.dataset.fault ?? "";
  toast(`${spoken("failed")} ${code}`, { bad: true, again: again(event.detail) });
});
document.addEventListener("htmx:sendError", (event) => toast(spoken("offline"), { bad: true, again: again(event.detail) }));
