// Reporting from a phone: photos go first, what is filled in stays in this browser until the receipt, a weak network is waited for.
import { locate } from "./locate.js";

const form = document.getElementById("report");
const box = form.querySelector("[data-photos]");
const weak = document.getElementById("weak");
const DRAFT = "chengzhi-report", TEXTS = ["words", "address"], SIDE = 1600, MOST = 3, PATIENCE = 6000, AGAIN = 8000, LIVES = 24 * 3600 * 1000;
const field = (name) => form.elements.namedItem(name);
const photos = new Map(); // figure → { data, receipt }

// The draft: no phone number, only what describes the place and the problem.
function keep() {
  const draft = { at: Date.now(), once: field("once").value, texts: {}, picture: field("picture").value, lon: field("lon").value, lat: field("lat").value, photos: [...photos.values()] };
  for (const name of TEXTS) draft.texts[name] = field(name).value;
  try { localStorage.setItem(DRAFT, JSON.stringify(draft)); } catch { /* no room: the report itself still works */ }
}

function restore() {
  let draft = null;
  try { draft = JSON.parse(localStorage.getItem(DRAFT) ?? "null"); } catch { return; }
  if (!draft || Date.now() - draft.at > LIVES) return;
  if (document.querySelector("[role=alert]")) { draft.photos.filter((photo) => !kept(photo.receipt)).forEach(show); return; } // the server's page knows the rest
  field("once").value = draft.once;
  for (const name of TEXTS) if (!field(name).value) field(name).value = draft.texts[name] ?? "";
  if (!field("picture").value && draft.picture) field("picture").value = draft.picture;
  if (!field("lon").value && draft.lon) { field("lon").value = draft.lon; field("lat").value = draft.lat; }
  draft.photos.forEach(show);
}

const kept = (receipt) => [...form.querySelectorAll(".kept input")].some((input) => input.value === receipt);

// A photo is made smaller here: less to send, and what the phone wrote into it stays on the phone.
async function smaller(file) {
  const source = URL.createObjectURL(file);
  try {
    const image = new Image();
    image.src = source;
    await image.decode();
    const scale = Math.min(1, SIDE / Math.max(image.naturalWidth, image.naturalHeight));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(image.naturalWidth * scale));
    canvas.height = Math.max(1, Math.round(image.naturalHeight * scale));
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    return canvas.toDataURL("image/jpeg", 0.8);
  } finally { URL.revokeObjectURL(source); }
}

const asFile = (data) => {
  const bytes = Uint8Array.from(atob(data.split(",")[1]), (sign) => sign.charCodeAt(0));
  return new File([bytes], "photo.jpg", { type: "image/jpeg" });
};

box.addEventListener("change", async (event) => {
  const files = [...event.target.files];
  event.target.value = "";
  for (const file of files) {
    if (box.querySelectorAll("[name=photos]").length + box.querySelectorAll(".sending").length >= MOST) return;
    try { show({ data: await smaller(file), receipt: "" }); } catch { send(figureOf({ data: "", receipt: "" }), file); }
    keep();
  }
});

function figureOf(photo) {
  const figure = document.createElement("figure");
  figure.className = "thumb";
  const image = document.createElement("img");
  image.src = photo.data || "data:image/gif;base64,R0lGODlhAQABAAAAACw=";
  image.alt = box.dataset.alt;
  const drop = document.createElement("button");
  drop.type = "button";
  drop.className = "drop";
  drop.textContent = "✕";
  drop.setAttribute("aria-label", box.dataset.remove);
  drop.addEventListener("click", () => { photos.delete(figure); figure.remove(); room(); keep(); });
  figure.append(image, drop);
  box.querySelector(".add").before(figure);
  photos.set(figure, photo);
  room();
  return figure;
}

function show(photo) {
  const figure = figureOf(photo);
  if (photo.receipt) named(figure, photo.receipt);
  else send(figure, asFile(photo.data));
}

const room = () => { box.querySelector(".add").hidden = box.querySelectorAll(".thumb, .kept").length >= MOST; };

function named(figure, receipt) {
  const input = document.createElement("input");
  input.type = "hidden";
  input.name = "photos";
  input.value = receipt;
  figure.append(input);
}

function send(figure, file) {
  const progress = document.createElement("progress");
  progress.max = 1;
  progress.setAttribute("aria-label", box.dataset.alt);
  figure.classList.add("sending");
  figure.append(progress);
  const body = new FormData();
  body.append("file", file);
  const request = new XMLHttpRequest();
  request.open("POST", box.dataset.url);
  request.setRequestHeader("X-CSRFToken", field("csrfmiddlewaretoken").value);
  request.setRequestHeader("Accept", "application/json");
  request.upload.addEventListener("progress", (event) => { if (event.lengthComputable) progress.value = event.loaded / event.total; });
  const end = () => { progress.remove(); figure.classList.remove("sending"); };
  const failed = (sentence) => { end(); offer(figure, file, sentence); };
  request.addEventListener("load", () => {
    let answer = {};
    try { answer = JSON.parse(request.responseText); } catch { /* told below */ }
    if (request.status !== 201) { failed(answer.title ?? box.dataset.failed); return; }
    end();
    named(figure, answer.receipt);
    const photo = photos.get(figure);
    if (photo) photo.receipt = answer.receipt;
    keep();
    if (form.dataset.waits) form.requestSubmit(field("to"));
  });
  request.addEventListener("error", () => failed(box.dataset.failed));
  request.send(body);
}

function offer(figure, file, sentence) {
  const again = document.createElement("button");
  again.type = "button";
  again.className = "button again";
  again.textContent = box.dataset.again;
  again.title = sentence;
  again.addEventListener("click", () => { again.remove(); line.remove(); send(figure, file); });
  const line = document.createElement("small");
  line.setAttribute("role", "alert");
  line.textContent = sentence;
  figure.append(line, again);
  delete form.dataset.waits;
}

// Sending: first what is under way, then only over a network that answers.
form.addEventListener("submit", (event) => {
  if (form.dataset.sure) return;
  event.preventDefault();
  keep();
  if (box.querySelector(".sending")) { form.dataset.waits = "yes"; return; }
  delete form.dataset.waits;
  reach();
});

async function reach() {
  try {
    const answer = await fetch(form.dataset.ping, { cache: "no-store", signal: AbortSignal.timeout ? AbortSignal.timeout(PATIENCE) : undefined });
    if (!answer.ok) throw new Error(String(answer.status));
    weak.hidden = true;
    form.dataset.sure = "yes";
    form.requestSubmit(form.querySelector("[name=to]"));
    delete form.dataset.sure;
  } catch {
    weak.hidden = false;
    weak.scrollIntoView({ block: "nearest" });
    setTimeout(reach, AGAIN);
  }
}

form.addEventListener("input", keep);
form.addEventListener("chengzhi:located", keep);
const pin = form.querySelector(".pin");
pin?.addEventListener("toggle", () => { if (pin.open) import(pin.dataset.module); }, { once: true });
form.querySelector("[data-locates]").hidden = !navigator.geolocation;
restore();
// Only who has allowed it before is located without a tap; nobody is asked before he has seen why.
navigator.permissions?.query({ name: "geolocation" }).then((found) => { if (found.state === "granted" && !field("lon").value && !field("cell").value) locate(form); }).catch(() => {});
