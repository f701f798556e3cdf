// The phone's own store: drafts, their photos, and the last day that the server told. Nothing leaves it before the server's receipt.
const NAME = "chengzhi-phone", VERSION = 1;
let opened = null;

function open() {
  opened ??= new Promise((done, failed) => {
    const asked = indexedDB.open(NAME, VERSION);
    asked.onupgradeneeded = () => {
      const made = asked.result;
      made.createObjectStore("drafts", { keyPath: "id" });
      made.createObjectStore("photos", { keyPath: "id" }).createIndex("draft", "draft");
      made.createObjectStore("kept", { keyPath: "key" });
    };
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => { opened = null; failed(asked.error); };
  });
  return opened;
}

// Runs some requests in one transaction and answers when it is on disk: a page that is killed a moment later has kept it.
async function within(stores, mode, work) {
  const base = await open();
  return new Promise((done, failed) => {
    const deal = base.transaction(stores, mode, { durability: "strict" });
    const asked = work(deal);
    deal.oncomplete = () => done(asked?.result);
    deal.onerror = deal.onabort = () => failed(deal.error);
  });
}

export const newId = () => crypto.randomUUID?.() ?? [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
export const keep = (key, value) => within(["kept"], "readwrite", (deal) => deal.objectStore("kept").put({ key, value }));
export const kept = async (key) => (await within(["kept"], "readonly", (deal) => deal.objectStore("kept").get(key)))?.value ?? null;
export const draft = (id) => within(["drafts"], "readonly", (deal) => deal.objectStore("drafts").get(id));
export const put = (record) => within(["drafts"], "readwrite", (deal) => deal.objectStore("drafts").put(record));
export const photo = (id) => within(["photos"], "readonly", (deal) => deal.objectStore("photos").get(id));
export const putPhoto = (record) => within(["photos"], "readwrite", (deal) => deal.objectStore("photos").put(record));
export const dropPhoto = (id) => within(["photos"], "readwrite", (deal) => deal.objectStore("photos").delete(id));

export async function photosOf(id) {
  const found = await within(["photos"], "readonly", (deal) => deal.objectStore("photos").index("draft").getAll(id));
  return found.sort((a, b) => a.order - b.order);
}

export async function drafts(owner) {
  const found = await within(["drafts"], "readonly", (deal) => deal.objectStore("drafts").getAll());
  return found.filter((record) => record.owner === owner).sort((a, b) => a.made - b.made);
}

// Changes a draft in one transaction, so that two tabs or two taps cannot both do it; `change` returns false to leave it as it is.
export async function alter(id, change) {
  const base = await open();
  return new Promise((done, failed) => {
    const deal = base.transaction(["drafts"], "readwrite", { durability: "strict" });
    const shelf = deal.objectStore("drafts");
    let result = null;
    shelf.get(id).onsuccess = (event) => {
      const record = event.target.result;
      if (record && change(record) !== false) { shelf.put(record); result = record; }
    };
    deal.oncomplete = () => done(result);
    deal.onerror = deal.onabort = () => failed(deal.error);
  });
}

// With the server's receipt the photos go; the receipt itself stays for a week.
export const settle = (record) => within(["drafts", "photos"], "readwrite", (deal) => {
  deal.objectStore("drafts").put(record);
  clear(deal, record.id);
});
export const discard = (id) => within(["drafts", "photos"], "readwrite", (deal) => {
  deal.objectStore("drafts").delete(id);
  clear(deal, id);
});
function clear(deal, id) {
  deal.objectStore("photos").index("draft").openKeyCursor(IDBKeyRange.only(id)).onsuccess = (event) => {
    const cursor = event.target.result;
    if (!cursor) return;
    deal.objectStore("photos").delete(cursor.primaryKey);
    cursor.continue();
  };
}

// The sizes of what waits, by draft, without holding the pictures in memory.
export async function sizes() {
  const base = await open();
  return new Promise((done, failed) => {
    const found = new Map();
    const deal = base.transaction(["photos"], "readonly");
    deal.objectStore("photos").openCursor().onsuccess = (event) => {
      const cursor = event.target.result;
      if (!cursor) return;
      const known = found.get(cursor.value.draft) ?? { count: 0, bytes: 0 };
      found.set(cursor.value.draft, { count: known.count + 1, bytes: known.bytes + cursor.value.size });
      cursor.continue();
    };
    deal.oncomplete = () => done(found);
    deal.onerror = () => failed(deal.error);
  });
}
