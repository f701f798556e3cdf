// Keeps the phone page itself, so that it opens without network, and the pictures of today's tasks. It sends nothing: that is the page's work.
// Version {{ version }}
const SHELL = [{% for address in shell %}"{{ address|escapejs }}"{% if not forloop.last %}, {% endif %}{% endfor %}];
const KEPT = "phone-{{ version }}", PICTURES = "phone-pictures", PAGE = "/m/", PATIENCE = 5000;

self.addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const cache = await caches.open(KEPT);
    await cache.addAll(SHELL.map((address) => new Request(address, { cache: "reload" })));
    const page = await fetch(PAGE, { credentials: "same-origin", cache: "reload" });
    if (page.ok && !page.redirected) await cache.put(PAGE, page);
    await self.skipWaiting();
  })());
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (name.startsWith("phone-") && ![KEPT, PICTURES].includes(name)) await caches.delete(name);
    await self.clients.claim();
  })());
});

self.addEventListener("fetch", (event) => {
  const address = new URL(event.request.url);
  if (event.request.method !== "GET" || address.origin !== location.origin) return;
  if (event.request.mode === "navigate" && address.pathname === PAGE) event.respondWith(page(event.request));
  else if (SHELL.includes(address.pathname)) event.respondWith(keptFirst(event.request, KEPT));
  else if (/^\/api\/v1\/attachments\/\d+\/(large|small)$/.test(address.pathname)) event.respondWith(keptFirst(event.request, PICTURES));
});

async function page(request) {
  const cache = await caches.open(KEPT);
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), PATIENCE);
  try {
    const answer = await fetch(request, { signal: stop.signal });
    if (answer.ok && answer.type === "basic") await cache.put(PAGE, answer.clone());
    if (answer.status < 500) return answer;
    throw new Error(String(answer.status));
  } catch (problem) {
    const known = await cache.match(PAGE);
    if (known) return known;
    throw problem;
  } finally {
    clearTimeout(timer);
  }
}

async function keptFirst(request, name) {
  const cache = await caches.open(name);
  const known = await cache.match(request, { ignoreVary: true });
  if (known) return known;
  const answer = await fetch(request);
  if (answer.ok && answer.type === "basic") await cache.put(request, answer.clone());
  return answer;
}
