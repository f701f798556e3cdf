// 上报: one page, camera first, then the class; text and place are there already.
import { book, day, net, request } from "./day.js";
import { draw } from "./draw.js";
import { begin, Form, reopen, voice } from "./forms.js";
import { here } from "./place.js";
import { enqueue } from "./queue.js";
import * as store from "./store.js";
import { clock, fill, pick, say, short, toast } from "./talk.js";

const FOUND = 8, STILL = 600;
const view = document.querySelector('[data-view="report"]');
const classes = view.querySelector(".class-chips"), found = view.querySelector(".class-found"), near = view.querySelector(".near");
const list = document.getElementById("near-list");
let leave = null, asking = null, asked = "";

class Report extends Form {
  constructor() {
    super(view, ["near", "far"]);
    this.chosen = "";
    view.querySelector(".send").addEventListener("click", () => this.send());
    view.querySelector(".throw-away").addEventListener("click", () => this.throwAway());
    view.querySelector(".locate-again").addEventListener("click", () => this.locateAgain());
    this.f("search").addEventListener("input", () => this.search());
    voice(view.querySelector(".class-voice"), this.f("search"), () => this.search());
    for (const box of [classes, found]) box.addEventListener("click", (event) => { const chip = event.target.closest("[data-class]"); if (chip) this.choose(chip.dataset.class); });
    near.querySelector("button").addEventListener("click", () => list.showModal());
  }

  read() {
    const sent = { class_code: this.chosen, description: this.f("words").value, address: this.f("address").value, urgent: this.f("urgent").checked, source: "inspector", crs: "wgs84", ...this.whereabouts() };
    return { sent, filled: this.filled };
  }

  restore(form) {
    const sent = form.sent ?? {};
    this.filled = form.filled ?? "";
    this.chosen = sent.class_code ?? "";
    for (const [name, value] of [["words", sent.description], ["address", sent.address], ["search", ""]]) this.f(name).value = value ?? "";
    this.f("urgent").checked = sent.urgent ?? false;
    found.replaceChildren();
    near.hidden = true;
    asked = "";
    this.chips();
    this.check();
  }

  chips() {
    const codes = [...new Set([...(this.chosen ? [this.chosen] : []), ...day.recent])].slice(0, 6);
    const rows = day.recent.includes(this.chosen) ? day.recent.slice(0, 6) : codes;
    classes.replaceChildren(...rows.map((code) => this.chip(book.classes.find((row) => row.code === code))).filter(Boolean));
  }

  chip(row) {
    if (!row) return null;
    const made = fill("t-class", { name: pick(row, ""), major: pick(row, "major") });
    made.dataset.class = row.code;
    made.setAttribute("aria-pressed", String(row.code === this.chosen));
    return made;
  }

  search() {
    const words = this.f("search").value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    const rows = words.length ? book.classes.filter((row) => words.every((word) => row.find.includes(word))).slice(0, FOUND) : [];
    found.replaceChildren(...rows.map((row) => this.chip(row)));
    view.querySelector(".class-none").hidden = !words.length || rows.length > 0;
  }

  choose(code) {
    this.chosen = code;
    const name = pick(book.classes.find((row) => row.code === code), "");
    const box = this.f("words");
    if (box.value === "" || box.value === this.filled) box.value = this.filled = name;
    this.f("search").value = "";
    found.replaceChildren();
    this.chips();
    this.changed();
    this.lookAround();
  }

  check() {
    const missing = [];
    if (!this.count) missing.push(say("need-photo"));
    if (this.spot().lon === null) missing.push(say("need-place"));
    if (!this.chosen) missing.push(say("need-class"));
    if (!this.f("words").value.trim()) missing.push(say("need-words"));
    view.querySelector(".missing").textContent = missing.join(" · ");
    view.querySelector(".send").setAttribute("aria-disabled", String(missing.length > 0));
    return missing;
  }

  onPlaced() {
    this.byHand();
    this.changed();
    clearTimeout(asking);
    asking = setTimeout(() => this.lookAround(), STILL);
  }

  // Without a position of the phone a tap on the drawing of the grid sets it.
  byHand() {
    if (!this.record) return;
    const box = view.querySelector(".by-hand");
    box.hidden = this.fixed || !(here.failed || (here.lon !== null && here.accuracy === null)) || !book.grid;
    if (!box.hidden) draw(box.querySelector(".grid-map"), book.grid, { here, picked: (lon, lat) => { Object.assign(here, { lon, lat, accuracy: null, seen: Date.now() }); this.placed(); } });
  }

  async lookAround() {
    const { lon, lat } = this.spot();
    if (lon === null || !this.record || !net.online) return;
    const query = new URLSearchParams({ lon: lon.toFixed(5), lat: lat.toFixed(5), class_code: this.chosen });
    if (query.toString() === asked) return;
    asked = query.toString();
    const answer = await request(`/api/v1/phone/place?${query}`).catch(() => null);
    if (answer?.status !== 200 || !this.record) return;
    const seen = answer.body;
    if (!seen.inside) { view.querySelector(".where").textContent = say("outside-city"); view.querySelector(".grid-mark").hidden = true; }
    view.querySelector(".hint").textContent = seen.address;
    near.hidden = !seen.near.length;
    if (!seen.near.length) return;
    near.querySelector("span").textContent = say("near", { m: seen.near[0].metres, n: seen.near.length });
    list.querySelector("ul").replaceChildren(...seen.near.map((row) => fill("t-near", { number: short(row.number), state: pick(row, "state"), when: clock(row.at), metres: `${row.metres} m`, address: row.address })));
  }

  async send() {
    if (!this.record) return;
    const missing = this.check();
    if (missing.length) { this.tell(missing.join(" · ")); return; }
    const { record } = this;
    await this.changed();
    if (!(await enqueue(record.id))) return;
    this.close();
    toast(say(net.online ? "sending" : "waits-for-network"));
    leave("home");
  }

  async throwAway() {
    if (!confirm(say("throw-away"))) return;
    await store.discard(this.record.id);
    this.close();
    leave("home");
  }
}

const form = new Report();
export const close = () => { if (form.record) form.close(); };

// Opens the draft that was begun, or a new one; a new one begins with the camera.
export async function open(go, id = "") {
  leave = go;
  if (id) await reopen(id);
  const mine = (await store.drafts(day.me.id)).filter((record) => record.kind === "report" && record.state === "draft");
  const known = mine.find((record) => record.id === id) ?? mine.pop();
  await form.open(known ?? (await begin("report")));
  if (!form.count) await form.take(["near", "far"]);
}
