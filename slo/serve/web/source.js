// Asks an address again and again: not while nobody looks, and ever more seldom while it does not
// answer, each reader at a time of its own.

const longestPause = 60000;

/** The body, or an error in words: those of the problem document (RFC 9457) when there is one. */
export async function load(address, timeout = 20000) {
  const answer = await fetch(address, {
    cache: "no-cache", // asks with the entity tag of what the browser has
    headers: { Accept: "application/json" },
    signal: AbortSignal.timeout(timeout),
  });
  const body = await answer.json().catch(() => ({}));
  if (answer.ok) return body;
  throw new Error(body.detail || `HTTP ${answer.status}`);
}

export class Source {
  /** `address()` gives what to ask, "" for nothing now; `every` is in milliseconds. */
  constructor(address, every, show, fail) {
    Object.assign(this, { address, every, show, fail, failures: 0, timer: 0, round: 0 });
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) clearTimeout(this.timer);
      else this.plan(Math.random() * 500);
    });
  }

  plan(delay) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), delay);
  }

  pause() {
    const delay = Math.min(longestPause, this.every * 2 ** this.failures);
    return delay * (0.9 + Math.random() * (this.failures ? 0.6 : 0.2));
  }

  async ask() {
    clearTimeout(this.timer);
    const address = this.address();
    const round = ++this.round; // an answer that was overtaken is not shown
    if (address) {
      try {
        const body = await load(address);
        if (round !== this.round) return;
        this.failures = 0;
        this.show(body);
      } catch (error) {
        if (round !== this.round) return;
        this.failures = Math.min(this.failures + 1, 6);
        this.fail(error);
      }
    }
    if (!document.hidden) this.plan(this.pause());
  }
}
