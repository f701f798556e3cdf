// The day: what the server told last, its clock against the phone's, and whether it can be reached. Kept, so that it is there without network.
import { keep, kept } from "./store.js";
import { ask, Unreachable } from "./talk.js";

const WRONG = 2 * 60 * 1000;
export const day = { me: null, tasks: [], mine: [], recent: [], attendance: null };
export const book = { classes: [], grid: null };
export const net = { online: navigator.onLine, signedOut: false, offset: 0, contact: 0 };
const news = new EventTarget();
export const onNews = (heard) => news.addEventListener("news", heard);
export const tell = () => news.dispatchEvent(new Event("news"));

export const now = () => new Date(Date.now() + net.offset);
export const clockIsWrong = () => Math.abs(net.offset) > WRONG;
export const differs = (offset) => Math.abs(offset - net.offset) > WRONG;

export async function recall() {
  Object.assign(day, (await kept("day")) ?? {});
  Object.assign(book, (await kept("book")) ?? {});
  Object.assign(net, (await kept("contact")) ?? {});
  net.online = navigator.onLine;
  tell();
}

function reached(yes) {
  if (net.online === yes) return;
  net.online = yes;
  tell();
}

// Every answer of the server goes through here: it says that the network is there, and whether we are still signed in.
export async function request(path, options) {
  try {
    const answer = await ask(path, options);
    reached(true);
    if (answer.status === 401) await forget();
    else if (net.signedOut) { net.signedOut = false; tell(); }
    return answer;
  } catch (problem) {
    if (problem instanceof Unreachable) reached(false);
    throw problem;
  }
}

// Signed out: what concerns other people's cases goes from the phone; drafts and receipts stay, for they are his.
async function forget() {
  net.signedOut = true;
  Object.assign(day, { tasks: [], mine: [] });
  await keep("day", day);
  await forgetPictures();
  tell();
}

const forgetPictures = () => globalThis.caches?.delete("phone-pictures");

// Who signs out on purpose leaves nothing of his day to whoever takes the phone next, with or without network: not his name either.
export async function leave() {
  Object.assign(day, { me: null, tasks: [], mine: [], recent: [], attendance: null });
  Object.assign(book, { classes: [], grid: null });
  await Promise.all([keep("day", day), keep("book", book), forgetPictures()]);
}

export async function refresh() {
  const answer = await request("/api/v1/phone/day");
  if (answer.status !== 200) return false;
  // The server's clock, half way between question and answer.
  net.offset = Math.round(new Date(answer.body.now).getTime() - (answer.began + answer.ended) / 2);
  net.contact = answer.ended;
  const changed = day.me?.id !== answer.body.me.id;
  if (changed) await forgetPictures();
  Object.assign(day, answer.body);
  await keep("day", day);
  await keep("contact", { offset: net.offset, contact: net.contact });
  if (changed || !book.classes.length) await readBook();
  for (const task of day.tasks) for (const photo of task.photos.slice(0, 2)) fetch(`/api/v1/attachments/${photo}/large`).catch(() => null);
  tell();
  return true;
}

export async function readBook() {
  const answer = await request("/api/v1/phone/book");
  if (answer.status !== 200) return;
  Object.assign(book, answer.body);
  await keep("book", book);
  tell();
}

addEventListener("offline", () => reached(false));
