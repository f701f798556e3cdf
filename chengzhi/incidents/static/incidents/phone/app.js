// The phone page: what is shown, the start page, the list of own reports, and what waits to be sent.
import { book, clockIsWrong, day, leave, net, now, onNews, recall, refresh, request } from "./day.js";
import { draw } from "./draw.js";
import { batteryIsLow, close as closeCamera } from "./camera.js";
import { begin } from "./forms.js";
import { here, onPlace, rest, watch } from "./place.js";
import * as queue from "./queue.js";
import * as report from "./report.js";
import * as store from "./store.js";
import { clock, fill, pick, say, short, toast, weight } from "./talk.js";
import * as visit from "./visit.js";

const EVERY = 60000, FIX = 8000;
const home = document.querySelector('[data-view="home"]'), box = (name) => document.querySelector(`[data-view="${name}"]`);
const put = (selector, text, root = document) => { root.querySelector(selector).textContent = text; };
let shown = "", painting = false, again = false;

const go = (where) => { if (location.hash === `#${where}`) route(); else location.hash = where; };

async function route() {
  const [name, detail] = location.hash.slice(1).split(/\/(.*)/);
  const view = document.querySelector(`[data-view="${name}"]`) ? name : "home";
  closeCamera();
  report.close();
  visit.close();
  shown = view;
  for (const one of document.querySelectorAll("[data-view]")) one.hidden = one.dataset.view !== view;
  scrollTo(0, 0);
  document.getElementById("loading").hidden = true;
  if (!day.me) { await paint(); return; }
  if (view === "report") await report.open(go, detail ?? "");
  else if (view === "task") await visit.openTask(go, decodeURIComponent(detail ?? ""));
  else if (view === "own") await showReport(decodeURIComponent(detail ?? ""));
  else if (view === "home") { watch(); setTimeout(() => { if (shown === "home") rest(); }, FIX * 3); }
  await paint();
}

// Everything that changes by itself is painted in one place; several reasons at once make one painting.
async function paint() {
  if (painting) { again = true; return; }
  painting = true;
  const records = day.me ? await store.drafts(day.me.id) : [];
  const weights = await store.sizes();
  bars(records);
  if (shown === "home") paintHome(records);
  if (shown === "queue") paintQueue(records, weights);
  if (shown === "mine") paintMine(records);
  if (shown === "tasks") await visit.openList(go, location.hash.endsWith("check") ? "check" : "verification");
  if (shown === "task") visit.stillMine();
  painting = false;
  if (again) { again = false; await paint(); }
}

function bars(records) {
  const waiting = records.filter((record) => record.state === "waiting").length;
  const refused = records.filter((record) => record.state === "refused").length;
  const lines = [];
  if (net.signedOut) lines.push(["bad", say("signed-out-bar"), "/sign-in?next=/m/"]);
  else if (!net.online) lines.push(["warn", waiting ? say("offline-waiting", { n: waiting }) : say("offline"), "#queue"]);
  else if (waiting) lines.push(["", queue.work.of ? say("uploading", { n: waiting, i: queue.work.done, of: queue.work.of }) : say("waiting", { n: waiting }), "#queue"]);
  if (refused) lines.push(["bad", say("refused", { n: refused }), "#queue"]);
  if (clockIsWrong()) lines.push(["warn", say(net.offset > 0 ? "clock-slow" : "clock-fast", { t: difference(Math.abs(net.offset)) }), ""]);
  if (batteryIsLow()) lines.push(["warn", say("battery-low"), ""]);
  const made = lines.map(([tone, text, href]) => {
    const line = document.createElement(href ? "a" : "p");
    line.className = `bar ${tone}`;
    if (href) line.href = href;
    line.textContent = text;
    return line;
  });
  const place = document.getElementById("bars");
  if (place.textContent !== made.map((line) => line.textContent).join("")) place.replaceChildren(...made);
}

function difference(milliseconds) {
  const minutes = Math.round(milliseconds / 60000);
  if (minutes >= 1440) return say("days", { d: Math.round(minutes / 1440) });
  return minutes >= 60 ? say("hours", { h: Math.floor(minutes / 60), m: minutes % 60 }) : say("minutes", { m: minutes });
}

function paintHome(records) {
  put(".me-name", day.me?.name ?? "", home);
  put(".grid-name", book.grid ? `${say("own-grid")} ${book.grid.name}` : say("no-grid"), home);
  draw(home.querySelector(".grid-map"), book.grid, { here, tasks: day.tasks, ratio: 0.8 });
  const signing = records.filter((record) => record.kind.startsWith("sign-") && record.state === "waiting").pop();
  const inside = signing ? signing.kind === "sign-in" : Boolean(day.attendance);
  const since = signing?.at ?? day.attendance?.signed_in_at;
  put(".shift-said", inside ? `${say("on-shift", { t: clock(since).slice(-5) })}${signing ? ` · ${say("draft-waiting")}` : ""}` : say("off-shift"), home);
  const button = home.querySelector(".sign");
  button.textContent = say(inside ? "sign-out" : "sign-in");
  button.dataset.kind = inside ? "sign-out" : "sign-in";
  button.classList.toggle("primary", !inside);
  const busy = new Set(records.filter((record) => record.task && record.state === "waiting").map((record) => record.task.part));
  for (const kind of ["verification", "check"]) {
    const rows = day.tasks.filter((task) => visit.listOf(task.kind) === kind && !busy.has(task.part));
    const tile = home.querySelector(`[data-tile=${kind}]`);
    put(".count", String(rows.length), tile);
    tile.classList.toggle("red", rows.some((task) => visit.light(task) === "red"));
  }
  put("[data-tile=mine] .count", String(day.mine.filter((row) => row.open).length + records.filter((record) => record.kind === "report" && record.state === "waiting").length), home);
  const begun = records.some((record) => record.kind === "report" && record.state === "draft");
  home.querySelector(".resume").hidden = !begun;
}

async function sign(kind) {
  const records = await store.drafts(day.me.id);
  if (records.some((record) => record.kind === kind && record.state === "waiting")) return; // tapped twice
  const spot = await fix();
  const record = await begin(kind, { at: now().toISOString() });
  await store.alter(record.id, (found) => {
    found.form.sent = { device: `${navigator.userAgentData?.platform ?? navigator.platform} · ${navigator.userAgent}`.slice(0, 200), ...spot };
  });
  await queue.enqueue(record.id);
}

// A position for signing in, if one is to be had soon; without one he signs in all the same, and the record says so.
function fix() {
  if (here.lon !== null) return { lon: here.lon, lat: here.lat, accuracy: here.accuracy };
  return new Promise((done) => {
    const none = setTimeout(() => { toast(say("signed-without-place")); done({}); }, FIX);
    if (!navigator.geolocation) { clearTimeout(none); done({}); return; }
    navigator.geolocation.getCurrentPosition(({ coords }) => { clearTimeout(none); done({ lon: coords.longitude, lat: coords.latitude, accuracy: coords.accuracy }); }, () => { clearTimeout(none); toast(say("signed-without-place")); done({}); }, { enableHighAccuracy: true, timeout: FIX });
  });
}

const named = (record) => (record.task ? `${say(record.kind)} · ${pick(record.task, "")}` : record.kind === "report" ? reported(record) : say(record.kind));
function reported(record) {
  const known = book.classes.find((row) => row.code === record.form.sent?.class_code);
  return `${say("report")}${known ? ` · ${pick(known, "")}` : ""}`;
}

function paintQueue(records, weights) {
  const open = records.filter((record) => record.state !== "sent");
  const sent = records.filter((record) => record.state === "sent").reverse();
  const lines = open.map((record) => {
    const { count = 0, bytes = 0 } = weights.get(record.id) ?? {};
    const made = fill("t-waiting", { what: named(record), when: clock(record.at ?? record.made), state: say(`draft-${record.state}`), size: count ? `${say("photos", { n: count })} · ${weight(bytes)}` : "", sentence: record.problem?.sentence ?? "", doing: queue.work.sending === record.id ? say("step", { i: queue.work.done, of: queue.work.of }) : "" });
    made.dataset.id = record.id;
    made.querySelector(".again").hidden = record.state === "draft" || Boolean(record.problem?.gone);
    made.querySelector(".edit").hidden = !["draft", "refused"].includes(record.state) || record.kind.startsWith("sign-");
    made.querySelector(".edit").href = record.task ? `#task/${record.task.part}` : `#report/${record.id}`;
    made.querySelector(".away").hidden = !["draft", "refused"].includes(record.state);
    return made;
  });
  box("queue").querySelector(".rows").replaceChildren(...lines);
  box("queue").querySelector(".empty").hidden = lines.length > 0;
  const due = open.filter((record) => record.state !== "draft");
  const total = due.reduce((sum, record) => sum + (weights.get(record.id)?.bytes ?? 0), 0);
  put(".total", total ? `${say("waiting", { n: due.length })} · ${weight(total)}` : "", box("queue"));
  box("queue").querySelector(".all-again").hidden = due.length === 0;
  box("queue").querySelector("h2").hidden = sent.length === 0;
  box("queue").querySelector(".receipts").replaceChildren(...sent.map((record) => fill("t-receipt", { what: named(record), number: record.receipt.number ? short(record.receipt.number) : "", when: clock(record.receipt.at), note: record.timeless ? say("server-time") : "" })));
}

function paintMine(records) {
  const waiting = records.filter((record) => record.kind === "report" && ["waiting", "refused", "draft"].includes(record.state));
  const local = waiting.map((record) => line({ class: reported(record), state: say(`draft-${record.state}`), when: clock(record.at ?? record.made), number: "", address: record.form.sent?.address ?? "", outside: false }, record.state === "waiting" ? "#queue" : `#report/${record.id}`));
  const told = day.mine.map((row) => line({ class: pick(row, ""), state: pick(row, "state"), when: clock(row.at), number: short(row.number), address: row.address, outside: row.outside_own_grid }, `#own/${row.number}`));
  box("mine").querySelector(".rows").replaceChildren(...local, ...told);
  box("mine").querySelector(".empty").hidden = local.length + told.length > 0;
}

function line(values, href) {
  const made = fill("t-mine", values);
  made.querySelector("a").href = href;
  return made;
}

async function showReport(number) {
  const view = box("own");
  const known = day.mine.find((row) => row.number === number);
  const answer = await request(`/api/v1/my-reports/${encodeURIComponent(number)}`).catch(() => null);
  const row = answer?.status === 200 ? answer.body : known;
  view.querySelector(".refusal").hidden = answer?.status === 200;
  put(".refusal", answer ? answer.body.title ?? "" : say("offline-part"), view);
  if (!row) return;
  for (const [name, value] of [["number", short(row.number)], ["class", pick(row, "")], ["state", pick(row, "state")], ["address", row.address], ["text", row.text], ["unit", row.unit], ["reason", row.reason_zh ? pick(row, "reason") : ""], ["when", clock(row.at, { long: true })]]) {
    put(`[data-t=${name}]`, value ?? "", view);
    (view.querySelector(`[data-t=${name}]`).closest("[data-row]") ?? view.querySelector(`[data-t=${name}]`)).hidden = !value;
  }
  view.querySelector("[data-t=outside]").hidden = !row.outside_own_grid;
  view.querySelector(".before").replaceChildren(...(row.photos ?? []).map((photo) => { const made = fill("t-before", {}); made.querySelector("img").src = `/api/v1/attachments/${photo}/large`; return made; }));
  view.querySelector(".line").replaceChildren(...[...(row.line ?? [])].reverse().map((entry) => fill("t-line", { what: pick(entry, ""), to: pick(entry, "to"), when: clock(entry.at) })));
}

document.addEventListener("click", (event) => {
  const item = event.target.closest("[data-id]");
  if (event.target.closest(".again") && item) queue.sendAgain(item.dataset.id).then(paint);
  if (event.target.closest(".away") && item && confirm(say("throw-away"))) store.discard(item.dataset.id).then(paint);
  if (event.target.closest(".all-again")) queue.sendAllAgain().then(paint);
  const opener = event.target.closest("[data-opens]");
  if (opener) document.getElementById(opener.dataset.opens).showModal();
  const closer = event.target.closest("[data-closes]");
  if (closer) document.getElementById(closer.dataset.closes).close();
});
home.querySelector(".sign").addEventListener("click", (event) => sign(event.currentTarget.dataset.kind));

document.querySelector("#settings form[data-leaves]").addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.currentTarget;
  try { await leave(); } finally { form.submit(); }
});

async function start() {
  if (!globalThis.indexedDB) { document.getElementById("loading").textContent = say("no-store"); return; }
  navigator.serviceWorker?.register("/m/worker.js", { scope: "/m/" }).catch(() => null);
  navigator.storage?.persist?.();
  await recall();
  onNews(paint);
  onPlace(() => { if (shown === "home") paint(); });
  addEventListener("hashchange", route);
  await refresh().catch(() => null);
  await route();
  queue.start();
  queue.push();
  setInterval(() => { if (document.visibilityState === "visible") refresh().catch(() => null); }, EVERY);
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "visible") refresh().catch(() => null); });
  document.documentElement.dataset.ready = "yes";
}
start();
