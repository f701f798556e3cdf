// Sending: photos first, then the step, under a key that stays with the draft; again with growing pauses until the server's receipt.
import { day, differs, net, now, refresh, request, tell } from "./day.js";
import * as store from "./store.js";
import { renewToken, say, toast, short, Unreachable } from "./talk.js";

const PAUSE = 5000, LONGEST = 5 * 60 * 1000, LATE = 4 * 60 * 1000, KEPT = 7 * 24 * 3600 * 1000, MOST_TRIES_AT_ONCE = 4;
const TIMES = new Set(["past_time", "future_time", "time_without_zone"]);
export const work = { sending: "", done: 0, of: 0 };
let running = false;

export async function enqueue(id) {
  const taken = await store.alter(id, (record) => {
    if (record.state !== "draft") return false; // the second tap of two finds it gone
    Object.assign(record, { state: "waiting", tries: 0, next: 0, problem: null });
    return true;
  });
  tell();
  if (taken) push();
  return Boolean(taken);
}

export async function sendAgain(id) {
  await store.alter(id, (record) => {
    if (record.state === "refused" && record.problem?.version) Object.assign(record, { version: record.problem.version, body: null });
    if (record.state !== "sent") Object.assign(record, { state: "waiting", next: 0, problem: null });
  });
  push();
}

export async function sendAllAgain() {
  for (const record of await store.drafts(day.me?.id)) if (record.state === "waiting") await store.alter(record.id, (found) => { found.next = 0; });
  push();
}

// Only one page sends at a time, however many are open.
export function push() {
  if (!navigator.locks) return once();
  return navigator.locks.request("chengzhi-phone-upload", { ifAvailable: true }, (lock) => (lock ? once() : null));
}

async function once() {
  if (running || net.signedOut || !day.me) return;
  running = true;
  try {
    for (const record of await store.drafts(day.me.id)) {
      if (record.state === "sent" && record.settled < Date.now() - KEPT) await store.discard(record.id);
      if (record.state !== "waiting" || record.next > Date.now()) continue;
      if (!(await attempt(record.id))) break; // no network: the others wait as well, in their order
    }
  } finally {
    Object.assign(work, { sending: "", done: 0, of: 0 });
    running = false;
    tell();
  }
}

async function attempt(id) {
  for (let turn = 0; turn < MOST_TRIES_AT_ONCE; turn++) {
    const record = await store.draft(id);
    if (!record || record.state !== "waiting") return true;
    try {
      const verdict = await send(record);
      if (verdict !== "again") return verdict;
    } catch (problem) {
      if (!(problem instanceof Unreachable)) throw problem;
      await putOff(id);
      return false;
    }
  }
  await putOff(id);
  return true;
}

const putOff = (id) => store.alter(id, (record) => {
  record.tries += 1;
  record.next = Date.now() + Math.min(LONGEST, PAUSE * 2 ** record.tries) * (0.8 + Math.random() * 0.4);
});

async function send(record) {
  Object.assign(work, { sending: record.id, done: 0, of: 0 });
  const photos = await store.photosOf(record.id);
  work.of = photos.length;
  tell();
  for (const photo of photos) {
    if (!photo.attachment) {
      const answer = await upload(photo);
      if (answer.status >= 300) return judge(record, answer);
      photo.attachment = answer.body.id;
      await store.putPhoto(photo);
    }
    work.done += 1;
    tell();
  }
  const body = record.body ?? bodyOf(record, photos.map((photo) => photo.attachment));
  // What is sent under a key is fixed before it goes out: a repetition after a lost answer must be the same, to the letter.
  if (!record.body) await store.alter(record.id, (found) => { found.body = body; });
  const headers = { "Idempotency-Key": `phone-${record.id}`, ...(record.version ? { "If-Match": String(record.version) } : {}) };
  const answer = await request(pathOf(record), { method: "POST", json: body, headers });
  return answer.status < 300 ? receive(record, answer) : judge(record, answer);
}

function upload(photo) {
  const form = new FormData();
  form.append("file", photo.blob, `${photo.id}.jpg`);
  form.append("from_camera", String(photo.fromCamera));
  form.append("taken_at", photo.taken);
  if (photo.lon !== null) { form.append("lon", photo.lon); form.append("lat", photo.lat); }
  return request("/api/v1/attachments", { method: "POST", form, bytes: photo.size });
}

const STEPS = {
  verification: () => "reply_verify", check: (record) => (record.form.passed ? "pass_check" : "fail_check"),
  sample_check: () => "sample_check", look_again: () => "look_again",
};
function pathOf(record) {
  if (record.kind === "report") return "/api/v1/incidents";
  if (record.kind in STEPS) return `/api/v1/incidents/${record.task.number}/steps/${STEPS[record.kind](record)}`;
  return `/api/v1/attendance/${record.kind}`;
}

function bodyOf(record, photos) {
  const given = { ...record.form.sent };
  if (record.kind === "report" || record.kind in STEPS) given.photos = photos;
  if (record.kind in STEPS) given.part = record.task.part;
  // Sent at once it needs no moment of its own. Sent later it has the moment of the phone, unless its clock was set in between.
  const trusted = record.at && !record.timeless && !differs(record.offset);
  if (trusted && now() - new Date(record.at) > LATE) given.at = record.at;
  return given;
}

async function receive(record, answer) {
  const { number = "", signed_in_at: came = null, signed_out_at: went = null } = answer.body;
  await store.settle({ ...record, state: "sent", problem: null, receipt: { number, at: now().toISOString() }, settled: Date.now() });
  toast(number ? `${say("received")} ${short(answer.body.report_number && record.kind === "report" ? answer.body.report_number : number)}` : say(went ? "signed-out" : came ? "signed-in" : "received"));
  refresh().catch(() => null);
  return true;
}

// What the server refuses is kept and can be changed; what only needs another way to be sent is sent again at once.
async function judge(record, { status, body }) {
  if (status === 401) return false;
  if (status === 403 && body.code === "csrf") { await renewToken(); return "again"; }
  if (TIMES.has(body.code) && !record.timeless) {
    await store.alter(record.id, (found) => Object.assign(found, { timeless: true, body: null }));
    return "again";
  }
  if (body.code === "attachment_unknown") {
    for (const photo of await store.photosOf(record.id)) await store.putPhoto({ ...photo, attachment: null });
    await store.alter(record.id, (found) => { found.body = null; });
    return "again";
  }
  if (status === 429 || body.code === "already_there" || body.code === "busy") { await putOff(record.id); return true; }
  if (body.code === "already_signed_in" || body.code === "not_signed_in_to_shift") {
    await store.settle({ ...record, state: "sent", problem: null, receipt: { number: "", at: now().toISOString() }, settled: Date.now() });
    toast(body.title, true);
    return true;
  }
  await refuse(record, status, body);
  return true;
}

async function refuse(record, status, body) {
  let sentence = body.title ?? String(status), version = null;
  if (record.kind in STEPS && (status === 409 || status === 404)) {
    await refresh();
    const task = day.tasks.find((one) => one.part === record.task.part);
    version = task?.version ?? null;
    if (!task) sentence = `${say("taken-back")} ${sentence}`;
  }
  await store.alter(record.id, (found) => Object.assign(found, { state: "refused", body: null, problem: { sentence, version, gone: record.kind in STEPS && status !== 422 && version === null } }));
  toast(sentence, true);
}

export function start() {
  setInterval(push, PAUSE);
  addEventListener("online", () => sendAllAgain());
}
