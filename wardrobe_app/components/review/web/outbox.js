// What was decided and is not yet on the server. It outlives a lost connection and a reload; a decision that is sent
// twice counts once.

const RESEND_MS = 8000; // doubled each time: to send again makes a busy server begin its answer anew
const LONGEST_MS = 60000;
const GATHER_MS = 300;
const MAX_HISTORY = 200;

class Outbox {
  constructor(wardrobe, send) {
    this.key = `wardrobe-review-${wardrobe}`;
    this.send = send;
    this.sentAt = 0;
    this.tries = 0;
    const kept = this.read();
    this.waiting = kept.waiting || []; // decisions, and decisions to take back, in order
    this.history = kept.history || []; // actions that can be undone: each a list of decisions
    this.apart = kept.apart || {}; // what was left out of a sheet, with how many guesses are wrong, by garment and kind
  }

  read() {
    try {
      return JSON.parse(sessionStorage.getItem(this.key)) || {};
    } catch {
      return {};
    }
  }

  keep() {
    const { waiting, history, apart } = this;
    try {
      sessionStorage.setItem(this.key, JSON.stringify({ waiting, history, apart }));
    } catch {
      // The browser keeps nothing; what is on this page is still sent.
    }
  }

  // Do several decisions as one action, to be undone together.
  add(decisions) {
    this.waiting.push(...decisions);
    this.history.push(decisions);
    this.history.splice(0, this.history.length - MAX_HISTORY);
    this.changed();
  }

  // Take back an action: what was never sent is forgotten.
  undo(action) {
    this.history = this.history.filter((one) => one !== action);
    for (const decision of [...action].reverse()) {
      const at = this.waiting.findIndex((one) => one.id === decision.id && !one.undone && !one.sent);
      if (at >= 0) this.waiting.splice(at, 1);
      else this.waiting.push({ ...decision, sent: false, undone: true });
    }
    this.changed();
  }

  settle(keys) {
    const settled = new Set(keys.map(([id, undone]) => `${id} ${undone}`));
    const before = this.waiting.length;
    this.waiting = this.waiting.filter((one) => !settled.has(`${one.id} ${Boolean(one.undone)}`));
    if (keys.length) Object.assign(this, { sentAt: 0, tries: 0 });
    if (this.waiting.length !== before) this.keep();
    if (this.waiting.length) this.soon();
  }

  // The decisions about which the server has not answered, as they stand: by garment and kind.
  pending() {
    const found = new Map();
    for (const one of this.waiting)
      for (const item of Object.keys(one.values)) found.set(`${item} ${one.kind}`, !one.undone);
    return found;
  }

  changed() {
    this.keep();
    this.soon();
  }

  soon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), GATHER_MS);
  }

  flush() {
    clearTimeout(this.timer);
    if (!this.waiting.length) return;
    const wait = this.sentAt ? this.sentAt + this.patience - Date.now() : 0;
    if (wait > 0) {
      this.timer = setTimeout(() => this.flush(), wait);
      return;
    }
    this.sentAt = Date.now();
    this.tries += 1;
    for (const one of this.waiting) one.sent = true;
    this.keep();
    this.send(this.waiting.map(({ id, kind, values, was, undone }) => ({ id, kind, values, was, undone })));
    this.timer = setTimeout(() => this.flush(), this.patience);
  }

  get patience() {
    return Math.min(LONGEST_MS, RESEND_MS * 2 ** Math.max(0, this.tries - 1));
  }

  // Ask for what is lacking, with the decisions that wait or, where none does, without.
  ask(lacking) {
    if (!lacking || this.sentAt) return; // the next decisions ask for it
    clearTimeout(this.asking);
    this.asking = setTimeout(() => this.sentAt || this.waiting.length || this.send([]), GATHER_MS);
  }

  // The server answered without what was sent, as after a lost connection.
  again() {
    if (!this.waiting.length || !this.sentAt) return;
    this.sentAt = 0;
    this.soon();
  }

  // The connection is back.
  retry() {
    Object.assign(this, { sentAt: 0, tries: 0 });
    this.flush();
  }

  stop() {
    clearTimeout(this.timer);
    clearTimeout(this.asking);
  }
}
