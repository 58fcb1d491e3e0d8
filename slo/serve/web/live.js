// Keeps the cards fresh. The server renders them; this only puts them in place.
"use strict";

const every = 5000;
const cards = document.getElementById("cards");

async function refresh() {
  try {
    const answer = await fetch("cards", { cache: "no-store", signal: AbortSignal.timeout(every) });
    if (!answer.ok) throw new Error("HTTP " + answer.status);
    const fresh = await answer.text();
    document.body.classList.remove("offline");
    if (fresh !== cards.dataset.shown) {
      cards.innerHTML = fresh;
      cards.dataset.shown = fresh;
    }
  } catch {
    document.body.classList.add("offline");
  }
}

setInterval(() => {
  if (!document.hidden) refresh();
}, every);
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) refresh();
});
