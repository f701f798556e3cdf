// Entries of a page that come and go by themselves: choosing one by pointer and keys, and merging a fresh list into the one that is seen.
import { toast } from "./frame.js";

const STAYS = 10000;
const narrow = window.matchMedia("(max-width: 760px)");
export const spoken = (id) => document.getElementById(`say-${id}`).innerHTML;

export class Entries {
  // `list` holds the entries, `preview` shows the chosen one, `address` gives who has taken what has gone, `told` hears every choice.
  constructor(list, preview, address, told = () => {}) {
    Object.assign(this, { list, preview, address, told, own: new Set() });
    list.addEventListener("click", (event) => {
      const entry = event.target.closest(".entry");
      if (entry && (event.target.closest("[data-chooses]") || !event.target.closest("a, input, button, summary, label"))) this.choose(entry, { open: true });
    });
    preview.addEventListener("click", (event) => { if (event.target.closest("[data-closes-preview]")) this.close(); });
    document.addEventListener("chengzhi:back", () => this.close());
    document.addEventListener("keydown", (event) => this.key(event));
    document.body.addEventListener("chengzhi:taken", (event) => this.taken(event.detail));
    document.addEventListener("htmx:sendError", ({ detail }) => this.back(detail.elt.closest?.(".entry")));
    document.addEventListener("htmx:configRequest", (event) => { // what goes out in a batch is one's own doing, too
      if (event.detail.verb === "post") for (const given of event.detail.formData.getAll("matter")) this.own.add(String(given).split(":")[0]);
    });
  }

  all() { return [...this.list.querySelectorAll(".entry:not(.gone)")]; }
  chosen() { return this.list.querySelector('.entry[aria-current="true"]'); }

  choose(entry, { open = false, quiet = false } = {}) {
    if (!entry) return;
    this.chosen()?.removeAttribute("aria-current");
    entry.setAttribute("aria-current", "true");
    entry.scrollIntoView({ block: "nearest" });
    htmx.trigger(entry, "chosen");
    if (open) this.preview.classList.add("open");
    if (!quiet) this.told(entry);
  }

  // Without a network the preview stays what it was; so does the mark of its entry, or a step would be taken on another one than is marked.
  back(entry) {
    const shown = this.list.querySelector(`.entry[data-id="${this.preview.querySelector(".preview")?.dataset.id}"]`);
    if (!entry || !shown || entry === shown) return;
    entry.removeAttribute("aria-current");
    shown.setAttribute("aria-current", "true");
  }

  close() {
    if (!this.preview.classList.contains("open")) return;
    this.preview.classList.remove("open");
    this.chosen()?.focus();
  }

  move(by) {
    const all = this.all(), next = all[Math.max(0, Math.min(all.length - 1, all.indexOf(this.chosen()) + by))];
    next?.focus({ preventScroll: true });
    this.choose(next);
  }

  key(event) {
    if (event.altKey || event.ctrlKey || event.metaKey || event.isComposing) return;
    if (document.querySelector("dialog[open]") || event.target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select")) return;
    const key = event.key.toLowerCase();
    if (key === "j") this.move(1);
    if (key === "k") this.move(-1);
    if (key === "x") this.chosen()?.querySelector("input[name=matter]")?.click();
    if (event.key === "Enter" && event.target.matches(".entry")) this.choose(event.target, { open: true });
  }

  // What this person has just done is no news to him; the next entry is his next work.
  taken({ id, said }) {
    toast(said);
    this.own.add(id);
    const all = this.all(), entry = this.list.querySelector(`.entry[data-id="${id}"]`), next = all[all.indexOf(entry) + 1] ?? all[all.indexOf(entry) - 1];
    entry?.remove();
    this.preview.replaceChildren();
    this.preview.classList.remove("open");
    if (next && !narrow.matches) { this.choose(next, { open: false }); next.focus({ preventScroll: true }); }
    this.list.dispatchEvent(new CustomEvent("chengzhi:changed", { bubbles: true }));
  }

  // While the pointer is on an entry or the list is scrolled nothing may move under it: the bar tells how many are new.
  busy() { return this.list.querySelector(".entry:hover") !== null || [...this.list.querySelectorAll(".scroll, .cards")].some((part) => part.scrollTop > 40); }

  merge(holder, wanted, { force = false, complete = true } = {}) {
    const known = new Map([...holder.querySelectorAll(".entry")].map((entry) => [entry.dataset.id, entry]));
    const ids = new Set(wanted.map((entry) => entry.dataset.id));
    const left = [...known].filter(([id, entry]) => complete && !ids.has(id) && !entry.classList.contains("gone") && !entry.dataset.kept).map(([, entry]) => entry);
    const news = wanted.filter((entry) => !known.has(entry.dataset.id)).length;
    this.leave(left);
    if (news && this.busy() && !force) return news;
    holder.querySelector(".no-card")?.remove();
    let after = null;
    for (const entry of wanted) {
      const old = known.get(entry.dataset.id);
      if (old && old.dataset.version === entry.dataset.version && !old.classList.contains("gone")) { refreshTime(old, entry); after = old; continue; }
      if (old) this.replace(old, entry);
      else { entry.classList.add("fresh"); setTimeout(() => entry.classList.remove("fresh"), STAYS); after ? after.after(entry) : holder.prepend(entry); }
      htmx.process(entry);
      after = entry;
    }
    return 0;
  }

  replace(old, entry) {
    if (old.getAttribute("aria-current")) entry.setAttribute("aria-current", "true");
    const was = old.querySelector("input[name=matter]"), is = entry.querySelector("input[name=matter]");
    if (was && is) is.checked = was.checked;
    old.replaceWith(entry);
  }

  async leave(entries) {
    const others = entries.filter((entry) => { if (!this.own.has(entry.dataset.id)) return true; entry.remove(); return false; });
    if (!others.length) return;
    for (const entry of others) {
      entry.classList.add("gone");
      entry.querySelector("input[name=matter]")?.remove();
      entry.querySelector(".c-left").textContent = spoken("taken");
      setTimeout(() => entry.remove(), STAYS);
    }
    const answer = await fetch(`${this.address}?ids=${others.slice(0, 50).map((entry) => entry.dataset.id).join(",")}`, { headers: { Accept: "application/json" } });
    const who = answer.ok ? await answer.json() : {};
    for (const entry of others) if (who[entry.dataset.id]) entry.querySelector(".c-left").textContent = who[entry.dataset.id];
  }
}

function refreshTime(old, entry) {
  for (const part of [".c-left", ".light"]) {
    const was = old.querySelector(part), is = entry.querySelector(part);
    if (was && is && was.outerHTML !== is.outerHTML) was.replaceWith(is);
  }
}

export function tell(bar, count) {
  bar.textContent = count === 1 ? spoken("new-one") : spoken("new-many").replace("{n}", String(count));
  bar.hidden = count === 0;
}
