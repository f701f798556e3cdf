// Photos are uploaded as soon as they are taken; the form then names them by id, and waits for those still under way.
const TOKEN = () => document.querySelector("input[name=csrfmiddlewaretoken]")?.value ?? "";

document.addEventListener("change", (event) => {
  const box = event.target.closest?.("[data-photos]");
  if (!box || event.target.type !== "file") return;
  for (const file of event.target.files) begin(box, file, event.target.hasAttribute("capture"));
  event.target.value = "";
});

document.addEventListener("click", (event) => {
  const drop = event.target.closest(".thumb-drop");
  if (drop) drop.closest(".thumb").remove();
});

// In the capture phase, before htmx and the browser send the form.
document.addEventListener("submit", (event) => {
  if (!event.target.querySelector(".thumb.uploading")) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  event.target.dataset.waits = "yes";
}, true);

function begin(box, file, fromCamera) {
  const figure = document.createElement("figure");
  figure.className = "thumb uploading";
  const image = document.createElement("img");
  image.src = URL.createObjectURL(file);
  image.alt = file.name;
  const progress = document.createElement("progress");
  progress.max = 1;
  const drop = document.createElement("button");
  drop.type = "button";
  drop.className = "thumb-drop";
  drop.textContent = "✕";
  drop.setAttribute("aria-label", box.querySelector("template.say-remove").innerHTML);
  figure.append(image, progress, drop);
  box.querySelector(".photo-add").before(figure);
  send(box, file, fromCamera, figure, progress);
}

function send(box, file, fromCamera, figure, progress) {
  const form = box.closest("form");
  const body = new FormData();
  body.append("file", file);
  body.append("from_camera", String(fromCamera));
  const lon = form?.elements.namedItem("lon")?.value, lat = form?.elements.namedItem("lat")?.value;
  if (lon && lat) { body.append("lon", lon); body.append("lat", lat); }
  const request = new XMLHttpRequest();
  request.open("POST", "/api/v1/attachments");
  request.setRequestHeader("X-CSRFToken", TOKEN());
  request.setRequestHeader("Accept", "application/json");
  request.upload.addEventListener("progress", (event) => { if (event.lengthComputable) progress.value = event.loaded / event.total; });
  request.addEventListener("load", () => {
    const answer = readJson(request.responseText);
    if (request.status < 300 && answer.id) done(box, figure, answer.id, form);
    else failed(box, figure, answer.title ?? `${request.status}`, () => send(box, file, fromCamera, figure, progress));
  });
  request.addEventListener("error", () => failed(box, figure, document.getElementById("say-offline").innerHTML, () => send(box, file, fromCamera, figure, progress)));
  figure.classList.add("uploading");
  request.send(body);
}

function readJson(text) {
  try { return JSON.parse(text); } catch { return {}; }
}

function done(box, figure, id, form) {
  const input = document.createElement("input");
  input.type = "hidden";
  input.name = box.dataset.photos;
  input.value = id;
  figure.querySelector("progress")?.remove();
  figure.append(input);
  figure.classList.remove("uploading", "failed");
  say(box, "");
  if (form?.dataset.waits && !form.querySelector(".thumb.uploading")) { delete form.dataset.waits; form.requestSubmit(); }
}

function failed(box, figure, sentence, again) {
  figure.classList.remove("uploading");
  figure.classList.add("failed");
  delete box.closest("form")?.dataset.waits;
  const retry = document.createElement("button");
  retry.type = "button";
  retry.className = "btn btn-small retry";
  retry.textContent = box.querySelector("template.say-again").innerHTML;
  retry.addEventListener("click", () => { retry.remove(); figure.classList.remove("failed"); again(); });
  figure.append(retry);
  say(box, sentence);
}

function say(box, sentence) {
  const line = box.querySelector(".photo-fault");
  line.textContent = sentence;
  line.hidden = sentence === "";
}
