// Talking with the server and with the person: requests with a patience, the words of the page, and messages.
const HASTE = 20000, SLOWEST = 8; // milliseconds; bytes a millisecond that a weak network still carries

export class Unreachable extends Error {}

export const chinese = () => document.documentElement.lang.startsWith("zh");
export const pick = (row, name) => (name ? row[`${name}_${chinese() ? "zh" : "en"}`] : row[chinese() ? "zh" : "en"]) || row[name ? `${name}_zh` : "zh"] || "";

export function say(key, values = {}) {
  const text = document.querySelector(`template[data-say="${key}"]`)?.content.textContent ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

export function toast(text, bad = false) {
  const line = document.createElement("p");
  line.className = bad ? "toast-line bad" : "toast-line";
  line.textContent = text;
  document.getElementById("toasts").append(line);
  setTimeout(() => line.remove(), bad ? 12000 : 5000);
}

const token = () => document.cookie.split("; ").find((part) => part.startsWith("csrftoken="))?.slice(10) ?? "";

// Answers {status, body, took}; throws Unreachable when there is no answer, or one of a broken server, so that it is tried again later.
export async function ask(path, { method = "GET", json = null, form = null, headers = {}, bytes = 0 } = {}) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), HASTE + bytes / SLOWEST);
  const began = Date.now();
  try {
    const answer = await fetch(path, {
      method, credentials: "same-origin", signal: stop.signal, cache: "no-store",
      headers: { Accept: "application/json", "X-CSRFToken": token(), ...(json ? { "Content-Type": "application/json" } : {}), ...headers },
      body: json ? JSON.stringify(json) : form,
    });
    const text = await answer.text();
    if (answer.status >= 500) throw new Unreachable(String(answer.status));
    return { status: answer.status, body: readJson(text), began, ended: Date.now() };
  } catch (problem) {
    if (problem instanceof Unreachable) throw problem;
    throw new Unreachable(problem.message);
  } finally {
    clearTimeout(timer);
  }
}

function readJson(text) {
  try { return JSON.parse(text); } catch { return {}; }
}

// A page that stood for long may have lost its token; the page itself brings a new one.
export const renewToken = () => fetch("/m/", { credentials: "same-origin", cache: "no-store" }).catch(() => null);

const pad = (number) => String(number).padStart(2, "0");
export function clock(moment, { long = false } = {}) {
  const at = new Date(moment);
  const day = `${pad(at.getMonth() + 1)}-${pad(at.getDate())}`;
  return `${long ? `${at.getFullYear()}-` : ""}${day} ${pad(at.getHours())}:${pad(at.getMinutes())}`;
}
export function weight(bytes) {
  return bytes < 1e6 ? `${Math.max(1, Math.round(bytes / 1000))} KB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
export function short(number) {
  const filed = number.match(/^\d{4}(\d{4})\d{6}\d*(\d{4})((?:-[A-Z]\d+)*)$/) ?? [];
  const told = number.match(/^S\d{2}(\d{4})\d*(\d{4})((?:-[A-Z]\d+)*)$/) ?? [];
  if (filed[1]) return `${filed[1]}-${filed[2]}${filed[3]}`;
  return told[1] ? `S${told[1]}-${told[2]}${told[3]}` : number;
}

export function fill(template, values) {
  const made = document.getElementById(template).content.firstElementChild.cloneNode(true);
  for (const [name, value] of Object.entries(values)) {
    for (const part of [made, ...made.querySelectorAll("*")].filter((element) => element.dataset.f === name)) {
      if (value === "" || value === null || value === false) part.hidden = true;
      else if (value !== true) part.textContent = value;
    }
  }
  return made;
}
