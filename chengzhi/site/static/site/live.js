// Asks every four seconds whether anything has moved; says so to the page when it has.
const EVERY = 4000, SLOWER = 15000;

export function watch(since, moved) {
  let cursor = since, pause = EVERY, bar = null;
  async function ask() {
    if (document.hidden) return again();
    try {
      const answer = await fetch(`/live?since=${encodeURIComponent(cursor)}`, { headers: { Accept: "application/json" } });
      if (answer.status === 401) { location.reload(); return; }
      online();
      if (answer.status === 200) {
        const body = await answer.json();
        cursor = body.cursor;
        if (body.moves.length) { moved(body.moves); document.body.dispatchEvent(new CustomEvent("chengzhi:moved")); }
      }
    } catch { offline(); }
    again();
  }
  function again() { setTimeout(ask, pause); }
  function offline() {
    pause = SLOWER;
    if (bar) return;
    bar = document.createElement("p");
    bar.className = "offline-bar";
    bar.textContent = document.getElementById("say-offline").innerHTML;
    document.body.append(bar);
  }
  function online() { pause = EVERY; bar?.remove(); bar = null; }
  again();
}
