// The camera of the page: two photos in a row, the report's photo as a ghost for checks. Where the browser has none, the phone's own camera.
import { now } from "./day.js";
import { here } from "./place.js";
import { clock, say } from "./talk.js";

const FULL = { side: 2048, quality: 0.86 }, SMALL = { side: 1280, quality: 0.7 };
const LOW = 0.15, JUST_TAKEN = 3 * 60 * 1000;
const box = document.getElementById("camera");
const video = box.querySelector("video"), ghost = box.querySelector(".ghost"), caption = box.querySelector(".caption");
let battery = null, stream = null, onShot = null, slots = [], busy = false;

navigator.getBattery?.().then((found) => { battery = found; }, () => null);
export const batteryIsLow = () => battery !== null && battery.level < LOW && !battery.charging;
const size = () => (batteryIsLow() ? SMALL : FULL);

export const cameraThere = () => Boolean(navigator.mediaDevices?.getUserMedia);

// Opens the camera for the given slots; each shot is handed to `taken(blob, slot, fromCamera)`. Answers false when there is no camera.
export async function shoot({ wanted, taken, ghostUrl = "" }) {
  if (!cameraThere()) return false;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ audio: false, video: { facingMode: { ideal: "environment" }, width: { ideal: 1920 }, height: { ideal: 1440 } } });
  } catch {
    return false;
  }
  slots = [...wanted];
  onShot = taken;
  video.srcObject = stream;
  ghost.hidden = ghostUrl === "";
  box.querySelector(".ghost-set").hidden = ghostUrl === "";
  if (ghostUrl) ghost.src = ghostUrl;
  box.showModal();
  await video.play().catch(() => null);
  box.dataset.live = "yes";
  step();
  tick();
  return true;
}

function step() {
  box.querySelector(".slot").textContent = say(`slot-${slots[0]}`);
  box.querySelector(".shutter").focus();
}

function tick() {
  if (!box.open) return;
  const place = here.lon === null ? say("no-position") : `${here.lon.toFixed(5)}, ${here.lat.toFixed(5)} ±${here.accuracy ?? "?"} m`;
  caption.textContent = `${clock(now(), { long: true })}  ${place}`;
  setTimeout(tick, 1000);
}

async function take() {
  if (busy || !video.videoWidth) return;
  busy = true;
  const made = await drawn(video, video.videoWidth, video.videoHeight);
  box.classList.add("flash");
  setTimeout(() => box.classList.remove("flash"), 120);
  await onShot(made, slots.shift(), true);
  busy = false;
  if (slots.length) step();
  else close();
}

function drawn(source, width, height) {
  const { side, quality } = size();
  const part = Math.min(1, side / Math.max(width, height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(width * part);
  canvas.height = Math.round(height * part);
  canvas.getContext("2d").drawImage(source, 0, 0, canvas.width, canvas.height);
  return new Promise((done) => canvas.toBlob(done, "image/jpeg", quality));
}

export function close() {
  for (const track of stream?.getTracks() ?? []) track.stop();
  stream = video.srcObject = null;
  ghost.removeAttribute("src");
  delete box.dataset.live;
  if (box.open) box.close();
}

// A file of the phone's own camera is the original and is kept as it is; one that was not taken just now is not called a photo of here.
export function fromFile(file) {
  return { blob: file, fresh: Math.abs(Date.now() - file.lastModified) < JUST_TAKEN };
}

box.querySelector(".shutter").addEventListener("click", take);
box.querySelector(".camera-close").addEventListener("click", close);
box.querySelector("input[type=range]").addEventListener("input", (event) => { ghost.style.opacity = event.target.value; });
box.addEventListener("close", close);
