// 核实, 核查, and with it 抽查 and 回头看: the list of tasks, and the form of one, which opens with the report's photo as a ghost in the camera.
import { day, net, refresh } from "./day.js";
import { begin, Form, reopen } from "./forms.js";
import { metres } from "./place.js";
import { enqueue } from "./queue.js";
import * as store from "./store.js";
import { clock, fill, pick, say, short, toast } from "./talk.js";

const FAR = 100;
// Sampled checks and second looks stand among the checks: the walk is the same, only what is answered differs.
export const listOf = (kind) => (kind === "verification" ? "verification" : "check");
const onSite = (task) => listOf(task?.kind) === "check";
const listing = document.querySelector('[data-view="tasks"]'), view = document.querySelector('[data-view="task"]');
let leave = null;

export function light(task) {
  const now = Date.now() + net.offset;
  if (!task.due_at) return "hollow";
  if (now > new Date(task.due_at)) return "red";
  return task.amber_at && now > new Date(task.amber_at) ? "yellow" : "green";
}

function left(task) {
  if (!task.due_at) return say("no-limit");
  const minutes = Math.round((new Date(task.due_at) - Date.now() - net.offset) / 60000);
  const amount = Math.abs(minutes) >= 60 ? say("hours", { h: Math.floor(Math.abs(minutes) / 60), m: Math.abs(minutes) % 60 }) : say("minutes", { m: Math.abs(minutes) });
  return say(minutes < 0 ? "overdue" : "left", { t: amount });
}

export async function openList(go, kind) {
  leave = go;
  listing.querySelector("h1").textContent = say(kind);
  const waiting = new Map((await store.drafts(day.me.id)).filter((record) => record.task && record.state !== "sent").map((record) => [record.task.part, record]));
  const rows = day.tasks.filter((task) => listOf(task.kind) === kind);
  listing.querySelector(".rows").replaceChildren(...rows.map((task) => row(task, waiting.get(task.part))));
  listing.querySelector(".empty").hidden = rows.length > 0;
}

function row(task, record) {
  const mark = record ? say(`draft-${record.state}`) : "";
  const made = fill("t-task", { class: pick(task, ""), number: short(task.number), left: left(task), address: task.address || task.text, urgent: task.urgent, mark, kind: ["sample_check", "look_again"].includes(task.kind) ? say(task.kind) : "" });
  made.querySelector(".light").classList.add(`light-${light(task)}`);
  made.querySelector("a").href = record && ["waiting", "refused"].includes(record.state) ? "#queue" : `#task/${task.part}`;
  const picture = made.querySelector("img");
  if (task.photos.length) picture.src = `/api/v1/attachments/${task.photos[0]}/small`;
  else picture.hidden = true;
  return made;
}

class Visit extends Form {
  constructor() {
    super(view, ["near", "far"]);
    view.querySelector(".locate-again").addEventListener("click", () => this.locateAgain());
    for (const button of view.querySelectorAll("[data-answers]")) button.addEventListener("click", () => this.send(button.dataset.answers));
    view.querySelector(".shoot").addEventListener("click", () => this.take(this.slots, this.ghost));
  }

  async show(record) {
    const { task } = record;
    this.ghost = onSite(task) && task.photos.length ? `/api/v1/attachments/${task.photos[0]}/large` : "";
    view.querySelector("h1").textContent = say(task.kind);
    for (const [name, value] of [["class", pick(task, "")], ["number", short(task.number)], ["address", task.address], ["text", task.text], ["left", left(task)], ["given", clock(task.given_at)]]) {
      const line = view.querySelector(`[data-t=${name}]`);
      line.textContent = value;
      line.hidden = !value;
    }
    view.querySelector(".light").className = `light light-${light(task)}`;
    view.querySelector("[data-t=urgent]").hidden = !task.urgent;
    view.querySelector(".before").replaceChildren(...task.photos.map((photo) => {
      const made = fill("t-before", {});
      made.querySelector("img").src = `/api/v1/attachments/${photo}/large`;
      return made;
    }));
    for (const part of view.querySelectorAll("[data-only]")) part.hidden = part.dataset.only !== task.kind;
    view.querySelector(".closing span").textContent = pick(task, "condition") ? say("closing", { c: pick(task, "condition") }) : say("closing-plain");
    await this.open(record);
  }

  restore(form) {
    const sent = form.sent ?? {};
    this.f("words").value = sent.remark ?? "";
    this.f("far").value = sent.far_reason ?? "";
    this.f("closing").checked = sent.closing_met ?? false;
    this.check();
  }

  read() {
    const { task } = this.record, sent = { remark: this.f("words").value };
    if (onSite(task)) Object.assign(sent, { far_reason: this.f("far").value }, this.whereabouts());
    if (task.kind === "check") sent.closing_met = this.f("closing").checked;
    return { closing: this.f("closing").checked, far: this.f("far").value, sent };
  }

  distance() {
    return this.record ? metres(this.spot(), this.record.task) : null;
  }

  onPlaced() {
    this.changed();
  }

  check() {
    const far = this.distance();
    const task = this.record?.task, explain = onSite(task) && task.lon !== null && (far === null || far > FAR);
    view.querySelector(".distance").textContent = far === null ? "" : say("distance", { m: far });
    view.querySelector(".distance").classList.toggle("warn", far !== null && far > FAR);
    view.querySelector(".far").hidden = !explain;
    view.querySelector(".far-label").textContent = far === null ? say("why-no-position") : say("why-far", { m: far });
    const missing = this.count ? [] : [say("need-photo")];
    if (explain && !this.f("far").value.trim()) missing.push(say("need-why"));
    const more = task?.kind === "check" && !this.f("closing").checked ? [say("need-closing")] : [];
    for (const button of view.querySelectorAll("[data-answers]")) {
      const lacks = button.dataset.answers === "passed" ? [...missing, ...more] : missing;
      button.setAttribute("aria-disabled", String(lacks.length > 0));
    }
    view.querySelector(".missing").textContent = [...missing, ...more].join(" · ");
    return { missing, more };
  }

  async send(answer) {
    if (!this.record) return;
    const { missing, more } = this.check();
    const lacks = answer === "passed" ? [...missing, ...more] : missing;
    if (lacks.length) { this.tell(lacks.join(" · ")); return; }
    const { record } = this;
    await this.changed();
    await store.alter(record.id, (found) => {
      if (found.state !== "draft") return false;
      found.form.passed = answer === "passed";
      if (found.kind !== "check") found.form.sent.result = answer;
      else if (answer !== "passed") delete found.form.sent.closing_met;
      return true;
    });
    if (!(await enqueue(record.id))) return;
    const kind = listOf(record.task.kind);
    this.close();
    toast(say(net.online ? "sending" : "waits-for-network"));
    leave(`tasks/${kind}`);
  }
}

const form = new Visit();
export const close = () => { if (form.record) form.close(); };

// Says so when the task of the open form has been taken back meanwhile; what was written stays.
export function stillMine() {
  if (form.record && !day.tasks.some((task) => task.part === form.record.task.part)) form.tell(say("taken-back"));
}

// Opens the draft of a task, or begins one; a task that was taken back says so and keeps what was written.
export async function openTask(go, part) {
  leave = go;
  if (!day.tasks.some((task) => task.part === part)) await refresh().catch(() => null);
  const task = day.tasks.find((one) => one.part === part);
  const mine = (await store.drafts(day.me.id)).filter((record) => record.task?.part === part && record.state !== "sent");
  let record = mine[0];
  if (record?.state === "refused") { await reopen(record.id); record = await store.draft(record.id); }
  if (record && record.state !== "draft") return go("queue");
  if (!record && !task) { toast(say("taken-back"), true); return go("home"); }
  if (!record) record = await begin(task.kind, { task, version: task.version });
  else if (task) { record = await store.alter(record.id, (found) => Object.assign(found, { task, version: task.version })); }
  await form.show(record);
  stillMine();
}
