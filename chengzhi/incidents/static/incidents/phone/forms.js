// What the report and the visit share: a draft that is kept at every change, its photos, its words by phrase and by voice.
import { batteryIsLow, cameraThere, fromFile, shoot } from "./camera.js";
import { book, day, net, now } from "./day.js";
import { again, here, holds, onPlace, rest, watch } from "./place.js";
import * as store from "./store.js";
import { chinese, clock, fill, say, weight } from "./talk.js";

const MOST = 9;
let wake = null, urls = [];

export async function begin(kind, more = {}) {
  const record = {
    id: store.newId(), owner: day.me.id, kind, state: "draft", made: Date.now(), at: null, offset: net.offset, timeless: false,
    tries: 0, next: 0, form: {}, body: null, version: null, task: null, problem: null, ...more,
  };
  await store.put(record);
  return record;
}

// A draft that was refused can be changed again; one under way cannot, for nobody knows yet whether it has arrived.
export const reopen = (id) => store.alter(id, (record) => {
  if (record.state !== "refused") return false;
  Object.assign(record, { state: "draft", body: null, version: record.problem?.version ?? record.version, problem: null });
  return true;
});

export function keepAwake() {
  if (document.visibilityState === "visible") navigator.wakeLock?.request("screen").then((lock) => { wake = lock; }, () => null);
  watch();
}
export function letSleep() {
  wake?.release().catch(() => null);
  wake = null;
  rest();
}
document.addEventListener("visibilitychange", () => { if (wake?.released && document.visibilityState === "visible") keepAwake(); });

export class Form {
  constructor(view, slots) {
    this.view = view;
    this.slots = slots;
    this.record = null;
    this.f = (name) => view.querySelector(`[name=${name}]`);
    view.querySelector(".shots").addEventListener("click", (event) => this.onShots(event));
    view.querySelector(".own-camera").addEventListener("change", (event) => this.onFile(event));
    for (const name of ["input", "change"]) view.addEventListener(name, (event) => { if (event.target.name) this.changed(); });
    view.querySelector(".phrases")?.addEventListener("click", (event) => this.onPhrase(event));
    onPlace(() => { if (this.record) this.placed(); });
    voice(view.querySelector(".voice"), this.f("words"), () => this.changed());
  }

  async open(record) {
    this.record = record;
    keepAwake();
    this.tell("");
    // A draft taken up again stays where it was begun: he may have walked on since.
    this.fixed = Boolean(record.form.sent?.lon);
    this.restore(record.form);
    this.view.querySelector(".own-camera-line").hidden = cameraThere();
    await this.photosChanged();
    this.placed();
    this.view.querySelector(".battery").hidden = !batteryIsLow();
  }

  close() {
    const { record, count } = this;
    this.record = null;
    letSleep();
    // The next draft must not be seen, even for a moment, with the pictures of this one.
    for (const picture of this.view.querySelectorAll(".shot img")) picture.remove();
    // Nothing was taken and nothing written: that is no draft, only a form that was looked at.
    if (!count && !this.f("words").value.trim()) store.discard(record.id);
  }

  // The position that counts for this draft.
  spot() {
    const { sent, accuracy = null } = this.record?.form ?? {};
    return this.fixed ? { lon: sent.lon, lat: sent.lat, accuracy } : here;
  }

  whereabouts() {
    const { lon, lat } = this.spot();
    return lon === null ? {} : { lon: Number(lon.toFixed(7)), lat: Number(lat.toFixed(7)) };
  }

  locateAgain() {
    this.fixed = false;
    again();
  }

  // Writes what stands in the form into the draft; the transaction is strict, so a killed page finds it again.
  async changed() {
    if (!this.record) return;
    Object.assign(this.record.form, this.read(), { accuracy: this.spot().accuracy });
    this.check?.();
    const form = this.record.form;
    await store.alter(this.record.id, (found) => (found.state === "draft" ? Object.assign(found, { form }) : false));
  }

  tell(sentence) {
    const line = this.view.querySelector(".refusal");
    line.textContent = sentence;
    line.hidden = sentence === "";
  }

  async take(wanted, ghostUrl = "") {
    const opened = await shoot({ wanted, ghostUrl, taken: (blob, slot, fromCamera) => this.add(blob, slot, fromCamera) });
    this.view.querySelector(".own-camera-line").hidden = opened && cameraThere();
    if (!opened) this.view.querySelector(".own-camera").focus();
    return opened;
  }

  async add(blob, slot, fromCamera) {
    if (!this.record) return;
    const known = await store.photosOf(this.record.id);
    const before = known.find((photo) => photo.slot === slot && slot !== "more");
    if (before) await store.dropPhoto(before.id);
    else if (known.length >= MOST) return;
    const moment = now().toISOString();
    await store.putPhoto({
      id: store.newId(), draft: this.record.id, slot, order: slot === this.slots[0] ? 0 : slot === this.slots[1] ? 1 : Date.now(),
      blob, size: blob.size, taken: moment, lon: here.lon, lat: here.lat, fromCamera, attachment: null,
    });
    this.record.at ??= moment; // business time is that of the first photo
    const { at } = this.record, { offset } = net;
    await store.alter(this.record.id, (found) => Object.assign(found, { at, offset }));
    await this.photosChanged();
  }

  async onShots(event) {
    const drop = event.target.closest("[data-drops]");
    if (drop) { await store.dropPhoto(drop.dataset.drops); return this.photosChanged(); }
    const button = event.target.closest("[data-slot]");
    if (button) await this.take([button.dataset.slot], this.ghost ?? "");
  }

  async onFile(event) {
    const taken = (await store.photosOf(this.record.id)).map((photo) => photo.slot);
    for (const file of event.target.files) {
      const { blob, fresh } = fromFile(file);
      const slot = this.slots.find((one) => !taken.includes(one)) ?? "more";
      taken.push(slot);
      await this.add(blob, slot, fresh);
    }
    event.target.value = "";
  }

  async photosChanged() {
    for (const url of urls.splice(0)) URL.revokeObjectURL(url);
    const photos = await store.photosOf(this.record.id);
    this.count = photos.length;
    const bySlot = (slot) => photos.find((photo) => photo.slot === slot);
    const shown = this.slots.map((slot) => (bySlot(slot) ? this.picture(bySlot(slot)) : this.empty(slot)));
    shown.push(...photos.filter((photo) => photo.slot === "more").map((photo) => this.picture(photo)));
    if (this.slots.every(bySlot) && photos.length < MOST) shown.push(this.empty("more"));
    this.view.querySelector(".shots").replaceChildren(...shown);
    this.check?.();
  }

  empty(slot) {
    const made = fill("t-shot-empty", { label: say(`slot-${slot}`) });
    made.dataset.slot = slot;
    return made;
  }

  picture(photo) {
    const url = URL.createObjectURL(photo.blob);
    urls.push(url);
    const made = fill("t-shot", { when: clock(photo.taken), size: weight(photo.size) });
    made.querySelector("img").src = url;
    made.querySelector("img").alt = say(`slot-${photo.slot}`);
    made.querySelector("button").dataset.drops = photo.id;
    return made;
  }

  // The position in words: with its accuracy and the grid, off, or set by hand.
  placed() {
    const line = this.view.querySelector(".where"), mark = this.view.querySelector(".grid-mark");
    const { lon, lat, accuracy } = this.spot();
    line.textContent = lon === null ? say(here.failed ? "position-off" : "locating") : accuracy === null ? say("position-by-hand") : say("accurate", { m: accuracy });
    line.classList.toggle("bad", lon === null && here.failed);
    const known = lon !== null && Boolean(book.grid);
    mark.hidden = !known;
    if (known) {
      const own = holds(book.grid, lon, lat);
      mark.textContent = own ? `${say("own-grid")} ${book.grid.name}` : say("outside-own-grid");
      mark.classList.toggle("warn", !own);
    }
    this.onPlaced?.(lon, lat);
  }

  onPhrase(event) {
    const button = event.target.closest("[data-phrase]");
    if (!button) return;
    const box = this.f("words");
    box.value = `${box.value}${box.value && !/[，。,. ]$/.test(box.value) ? "，" : ""}${button.dataset.phrase}`;
    const gap = box.value.indexOf("___");
    box.focus();
    if (gap >= 0) box.setSelectionRange(gap, gap + 3);
    this.changed();
  }
}

// Speaking instead of typing, where the browser can listen; elsewhere the button is not there.
export function voice(button, box, heard) {
  const Listener = globalThis.SpeechRecognition ?? globalThis.webkitSpeechRecognition;
  if (!button || !box) return;
  button.hidden = !Listener;
  if (!Listener) return;
  button.addEventListener("click", () => {
    const listener = new Listener();
    listener.lang = chinese() ? "zh-CN" : "en-US";
    listener.onresult = (event) => { box.value = `${box.value}${event.results[0][0].transcript}`; box.dispatchEvent(new Event("input", { bubbles: true })); heard(); };
    listener.onend = () => button.setAttribute("aria-pressed", "false");
    button.setAttribute("aria-pressed", "true");
    try { listener.start(); } catch { button.setAttribute("aria-pressed", "false"); }
  });
}
