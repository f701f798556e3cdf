// The call-taker's desk: keys, drafts kept while typing, sending without losing a word, words of danger, places, merging.
import { toast } from "./frame.js";
import "./map.js";
import { put } from "./place.js";

const form = document.getElementById("call-form");
const said = (id) => document.getElementById(`say-${id}`).innerHTML;
const named = (name) => form.elements.namedItem(name);
const DRAFT_AFTER = 700;

for (const clock of document.querySelectorAll("[data-seconds]")) {
  const start = Date.now() - Number(clock.dataset.seconds) * 1000;
  const show = () => { const s = Math.floor((Date.now() - start) / 1000); clock.textContent = `${String(Math.floor(s / 60)).padStart(2, "0")}:${String(s % 60).padStart(2, "0")}`; };
  show();
  setInterval(show, 1000);
}
if (form) begin();

function begin() {
  const outlook = document.getElementById("outlook");
  const words = JSON.parse(document.getElementById("danger-words").textContent);
  let waiting = 0, sending = false, keeping = Promise.resolve();

  const ask = () => htmx.trigger(outlook, "chengzhi:asks");
  const token = () => document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? named("csrfmiddlewaretoken").value;

  async function post(verb, more = {}) {
    const body = new FormData(form);
    body.set("once", `${form.dataset.key}-${verb}-${more.service ?? ""}${more.number ?? ""}`);
    for (const [name, value] of Object.entries(more)) body.set(name, value);
    const url = form.dataset.base.replace(/register$/, verb);
    return fetch(url, { method: "POST", body, headers: { Accept: "application/json", "X-CSRFToken": token() } });
  }

  const refusal = document.getElementById("refusal");
  function refuse(text) {
    refusal.textContent = text;
    refusal.hidden = false;
    refusal.scrollIntoView({ block: "nearest" });
  }
  async function why(answer) {
    if (answer.status === 401) return said("expired");
    try { return (await answer.json()).title; } catch { return said("expired"); }
  }

  async function send(verb, more) {
    if (sending) return;
    sending = true;
    clearTimeout(waiting);
    refusal.hidden = true;
    try {
      await keeping;
      const answer = await post(verb, more);
      if (answer.ok) { location.assign((await answer.json()).url); return; }
      refuse(await why(answer));
      form.dataset.key += "+"; // what was refused may be corrected and sent again as something new
    } catch { toast(document.getElementById("say-offline").innerHTML, { bad: true }); }
    sending = false;
  }

  const kept = document.getElementById("kept");
  async function keep() {
    try { const answer = await post("draft"); kept.textContent = answer.ok ? said("kept") : said("unkept"); if (answer.status === 401) refuse(said("expired")); } catch { kept.textContent = said("unkept"); }
  }
  function changed() {
    clearTimeout(waiting);
    kept.textContent = "";
    waiting = setTimeout(() => { keeping = keep(); }, DRAFT_AFTER);
  }

  const strip = document.getElementById("strip"), danger = document.getElementById("danger");
  function judge() {
    const text = named("description").value;
    const found = words.filter(({ word, harmless }) => harmless.reduce((rest, longer) => rest.replaceAll(longer, "□"), text).includes(word));
    danger.hidden = found.length === 0;
    strip.classList.toggle("in-danger", found.length > 0);
    document.getElementById("danger-said").textContent = found.map(({ word, service }) => `${word}→${service}`).join("  ");
    for (const button of document.querySelectorAll("[data-service]")) button.classList.toggle("called", found.some(({ service }) => service === button.dataset.service));
  }

  function pin(lon, lat) {
    if (lon) { put(form, Number(lon), Number(lat)); return; }
    named("lon").value = named("lat").value = "";
    document.getElementById("unlocated").hidden = false;
  }
  form.addEventListener("chengzhi:located", () => {
    document.getElementById("unlocated").hidden = true;
    ask();
    changed();
  });
  function takeClass(button) {
    named("class_code").value = button.dataset.class;
    for (const other of form.querySelectorAll("[data-class]")) other.setAttribute("aria-pressed", String(other === button));
    ask();
    changed();
  }
  function takePlace(button) {
    named("address").value = button.dataset.place;
    document.getElementById("places").replaceChildren();
    pin(button.dataset.lon, button.dataset.lat);
    changed();
  }
  function merge(number, shown) {
    named("merge_into").value = number;
    document.querySelector(".merging-said").textContent = shown;
    document.querySelector(".merging").hidden = number === "";
    changed();
  }
  function knowledge() {
    document.getElementById("knowledge").hidden = false;
    document.getElementById("ask").focus();
  }

  form.addEventListener("input", (event) => {
    if (event.target === named("description")) judge();
    changed();
  });
  form.addEventListener("change", (event) => {
    if (event.target === named("class_code")) { event.target.value = event.target.value.split(" ")[0]; ask(); }
  });
  form.addEventListener("submit", (event) => { event.preventDefault(); event.stopPropagation(); send("register"); });
  form.addEventListener("keydown", (event) => {
    if (event.target.id === "ask" && event.key === "Enter") { event.preventDefault(); return; }
    if (event.target === named("address") && event.key === "Enter") {
      event.preventDefault();
      const first = document.querySelector("#places [data-place]");
      if (first) takePlace(first);
      named("class_code").focus();
      return;
    }
    const free = event.target === named("class_code") && event.target.value === "";
    const suggestion = /^[1-3]$/.test(event.key) && (free || event.altKey) ? form.querySelectorAll(".suggestion")[Number(event.key) - 1] : null;
    if (suggestion) { event.preventDefault(); event.stopPropagation(); takeClass(suggestion); }
  });
  // Without this, any suggestion after the session has ended would lead to the sign-in page, and what was typed would be gone.
  document.addEventListener("htmx:beforeOnLoad", (event) => {
    if (event.detail.xhr.status === 401) { event.preventDefault(); refuse(said("expired")); }
  });
  document.addEventListener("keydown", (event) => {
    const button = /^F[2-8]$/.test(event.key) ? form.querySelector(`[data-fkey=${event.key}]`) : null;
    if (!button) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    button.click();
  }, true);
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.class) takeClass(button);
    if (button.dataset.place) takePlace(button);
    if (button.dataset.merges) merge(button.dataset.merges, button.dataset.said);
    if (button.hasAttribute("data-unmerges")) merge("", "");
    if (button.hasAttribute("data-asks")) knowledge();
    if (button.dataset.says) { named("reply").value = button.dataset.says.slice(0, 500); named("page").value = button.dataset.page; form.querySelector(".reply").open = true; changed(); }
    if (button.dataset.case) send(button.dataset.case, { number: button.dataset.number, version: button.dataset.version ?? "", words: named("description").value.slice(0, 500) });
    if (button.dataset.verb && button.type === "button") {
      if (button.dataset.verb === "answer-at-once") form.querySelector(".reply").open = true;
      send(button.dataset.verb, button.dataset.service ? { service: button.dataset.service } : {});
    }
  });
  judge();
  if (named("class_code").value || named("lon").value) addEventListener("load", ask);
}
