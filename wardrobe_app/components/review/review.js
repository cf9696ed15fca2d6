// The review queue: moves on at once, and tells the server afterwards.

const SETTLING_MS = 450; // after a card changed by itself, keys wait until it can have been seen
const PRELOADED = 3;
const photos = new Map(); // by garment, for as long as the tab is open
const mounted = new WeakMap();

class Review {
  constructor(parent) {
    this.root = parent.querySelector(".review") || parent.appendChild(element("div", { class: "review" }));
    this.root.setAttribute("tabindex", "-1");
    this.root.addEventListener("keydown", (event) => this.key(event));
    this.body = element("div", { class: "body" });
    this.live = element("div", { class: "live", role: "status", "aria-live": "polite" });
    this.root.replaceChildren(this.body, this.live);
    this.photos = photos;
    Object.assign(this, { garments: new Map(), questions: [], at: 0, strips: [], message: "", settled: 0 });
    Object.assign(this, { set: new Map(), asks: new Map(), restored: [], listen: () => this.outbox?.flush() });
    window.addEventListener("online", this.listen);
    this.forget();
  }

  forget() {
    Object.assign(this, { out: new Set(), turns: new Map(), askingKind: null, typing: false });
  }

  // New data from the server: answers to what was sent, and the queue as it is now.
  update({ data, setTriggerValue }) {
    const first = !this.data;
    if (this.data && this.data.part !== data.part) {
      this.questions = [];
      this.forget();
    }
    this.data = data;
    this.post = (decisions) => setTriggerValue("sent", { decisions, has: [...photos.keys()] });
    this.labels = new Map();
    for (const [kind, { choices }] of Object.entries(data.kinds)) this.labels.set(kind, new Map(choices));
    for (const [item, garment] of Object.entries(data.garments)) this.garments.set(Number(item), garment);
    for (const [item, photo] of Object.entries(data.photos)) photos.set(Number(item), photo);
    if (!this.outbox) this.outbox = new Outbox(data.wardrobe, (decisions) => this.post(decisions));
    this.message = data.problem ? `Not saved yet: ${data.problem} It is tried again.` : "";
    for (const [id, undone, reason] of data.refused) this.refused(id, undone, reason);
    for (const strip of data.spread) this.spread(strip);
    this.outbox.settle(data.settled);
    const before = this.signature();
    this.questions = this.pinned(this.merged(data.questions));
    this.clearStrips();
    if (before && this.current && this.signature() !== before) this.settled = Date.now() + SETTLING_MS;
    if (first) this.outbox.soon();
    this.draw(first);
    const lacking = [...this.garments.keys()].some((item) => !photos.has(item) && this.asksAbout(item));
    if (lacking) this.post([]);
  }

  asksAbout(item) {
    return this.questions.some((question) => question.doubts.some((doubt) => doubt.item === item));
  }

  // The server's questions without what was decided since, and with what was taken back since.
  merged(questions) {
    const pending = this.outbox.pending();
    const open = ({ kind }, { item }) => pending.get(`${item} ${kind}`) !== true && pending.get(`${item} trash`) !== true;
    const there = new Set(questions.flatMap((one) => one.doubts.map((doubt) => `${doubt.item} ${one.kind}`)));
    this.restored = this.restored.filter(({ kind, doubts: [{ item }] }) => {
      const waits = pending.get(`${item} ${kind}`) === false || pending.get(`${item} trash`) === false;
      return waits && !there.has(`${item} ${kind}`);
    });
    const found = [...this.restored, ...questions].map((one) => ({ ...one, doubts: one.doubts.filter((doubt) => open(one, doubt)) }));
    return this.parted(found.filter((one) => one.doubts.length));
  }

  // What was left out of a sheet is asked about alone, and first; the guesses that were wrong come last.
  parted(questions) {
    const { apart } = this.outbox;
    const alone = [];
    const rest = [];
    for (const { kind, doubts } of questions) {
      const staying = doubts.filter((doubt) => !(`${doubt.item} ${kind}` in apart));
      for (const doubt of doubts) {
        const wrong = apart[`${doubt.item} ${kind}`];
        if (!wrong) continue;
        const options = [...doubt.options.filter((one) => !wrong.includes(one)), ...doubt.options.filter((one) => wrong.includes(one))];
        alone.push({ kind, doubts: [{ ...doubt, options }] });
      }
      if (staying.length) rest.push({ kind, doubts: staying });
    }
    return [...alone, ...rest];
  }

  get current() {
    return this.questions[this.at];
  }

  // The questions with the one on the screen still in its place and order, though with what its guesses are now.
  pinned(questions) {
    if (!this.current) {
      this.at = 0;
      return questions;
    }
    const { kind, doubts } = this.current;
    const now = new Map(questions.filter((one) => one.kind === kind).flatMap((one) => one.doubts.map((doubt) => [doubt.item, doubt])));
    const staying = doubts
      .filter((doubt) => now.has(doubt.item) || !this.data.complete)
      .map((doubt) => (this.turn(doubt) ? doubt : now.get(doubt.item) || doubt));
    const items = new Set(staying.map((doubt) => doubt.item));
    const others = questions
      .map((one) => (one.kind === kind ? { ...one, doubts: one.doubts.filter((doubt) => !items.has(doubt.item)) } : one))
      .filter((one) => one.doubts.length);
    this.at = Math.min(this.at, others.length);
    if (staying.length) others.splice(this.at, 0, { kind, doubts: staying });
    this.at = Math.min(this.at, Math.max(0, others.length - 1));
    return others;
  }

  signature() {
    return this.current ? JSON.stringify([this.current.kind, this.current.doubts]) : "";
  }

  label(kind, value) {
    return this.labels.get(kind)?.get(value) || value.split("|").map((one) => this.labels.get(kind)?.get(one) || one).join(", ");
  }

  asking(question) {
    const [doubt] = question.doubts;
    if (!this.askingKind) return { kind: question.kind, options: doubt.options };
    return this.garments.get(doubt.item).doubts.find((one) => one.kind === this.askingKind);
  }

  turn(doubt) {
    return this.turns.get(doubt.item) || 0;
  }

  get waits() {
    return Date.now() < this.settled;
  }

  // Deciding

  decision(kind, values) {
    const was = {};
    for (const item of Object.keys(values)) {
      const before = this.set.get(`${item} ${kind}`);
      if (before && kind !== "trash") was[item] = before;
      if (kind !== "trash") this.set.set(`${item} ${kind}`, values[item]);
    }
    return { id: crypto.randomUUID?.() || `${Date.now()}-${Math.random()}`, kind, values, was };
  }

  choose(kind, value) {
    if (this.waits || !this.current) return;
    const [{ item }] = this.current.doubts;
    if (kind === this.current.kind) {
      this.settle([this.decision(kind, { [item]: value })], `${this.label(kind, value)}.`);
      return;
    }
    this.outbox.add([this.decision(kind, { [item]: value })]);
    this.ask(null);
    this.say(`${this.label(kind, value)}.`);
  }

  accept() {
    if (this.waits || !this.current) return;
    const { kind, doubts } = this.current;
    if (doubts.length === 1) {
      const { kind: asked, options } = this.asking(this.current);
      this.choose(asked, options[0]);
      return;
    }
    const values = {};
    for (const doubt of doubts) {
      if (this.out.has(doubt.item)) this.outbox.apart[`${doubt.item} ${kind}`] = doubt.options.slice(0, this.turn(doubt) + 1);
      else values[doubt.item] = doubt.options[this.turn(doubt)];
    }
    const count = Object.keys(values).length;
    this.settle(count ? [this.decision(kind, values)] : [], count ? `${article(count, "garment")} accepted.` : "");
  }

  chooseForAll(value) {
    if (!this.current) return;
    const { kind, doubts } = this.current;
    for (const { item } of doubts.filter((one) => this.out.has(one.item))) this.outbox.apart[`${item} ${kind}`] = [value];
    const values = Object.fromEntries(doubts.filter((one) => !this.out.has(one.item)).map(({ item }) => [item, value]));
    if (Object.keys(values).length) this.settle([this.decision(kind, values)], `${this.label(kind, value)}.`);
  }

  acceptAll() {
    if (this.waits || this.current?.doubts.length !== 1) return;
    const { kind, doubts: [{ item, options }] } = this.current;
    const rest = this.garments.get(item).doubts.filter((one) => !this.set.has(`${item} ${one.kind}`));
    const decisions = [this.decision(kind, { [item]: options[0] }), ...rest.map((one) => this.decision(one.kind, { [item]: one.options[0] }))];
    this.settle(decisions, "All accepted.");
  }

  trash() {
    if (this.waits || this.current?.doubts.length !== 1) return;
    this.settle([this.decision("trash", { [this.current.doubts[0].item]: "" })], "Moved to the trash.");
  }

  // The question is answered: on to the next.
  settle(decisions, words) {
    const question = this.current;
    for (const one of decisions) this.asks.set(one.id, question);
    if (decisions.length) this.outbox.add(decisions);
    else this.outbox.keep();
    this.questions = this.merged(this.questions);
    this.at = Math.min(this.questions.indexOf(question) < 0 ? this.at : this.questions.indexOf(question), Math.max(0, this.questions.length - 1));
    this.forget();
    this.draw(true);
    this.say(`${words} ${this.current ? `Next: ${asked(this, this.current)}` : "Nothing left to review."}`);
  }

  undo(action = this.outbox.history.at(-1)) {
    if (!action) return;
    this.outbox.undo(action);
    for (const one of action) {
      for (const item of Object.keys(one.values)) {
        if (one.was?.[item]) this.set.set(`${item} ${one.kind}`, one.was[item]);
        else this.set.delete(`${item} ${one.kind}`);
      }
    }
    const question = action.map((one) => this.asks.get(one.id)).find(Boolean);
    if (question) this.restored.unshift(...question.doubts.map((doubt) => ({ kind: question.kind, doubts: [doubt] })));
    if (question) this.back(question);
    this.forget();
    this.draw(true);
    this.say(`Undone. ${this.current ? asked(this, this.current) : ""}`);
  }

  back(question) {
    const items = new Set(question.doubts.map((doubt) => doubt.item));
    const others = this.questions
      .map((one) => (one.kind === question.kind ? { ...one, doubts: one.doubts.filter((doubt) => !items.has(doubt.item)) } : one))
      .filter((one) => one.doubts.length);
    others.splice(Math.min(this.at, others.length), 0, question);
    this.questions = others;
    this.at = others.indexOf(question);
  }

  refused(id, undone, reason) {
    this.message = reason;
    this.outbox.history = this.outbox.history.filter((action) => !action.some((one) => one.id === id));
    for (const one of this.outbox.waiting.filter((waiting) => waiting.id === id && !undone))
      for (const item of Object.keys(one.values)) this.set.delete(`${item} ${one.kind}`);
    this.say(reason);
  }

  spread(strip) {
    const known = JSON.stringify(strip);
    if (this.strips.some((one) => one.known === known)) return;
    this.strips = [{ ...strip, known }, ...this.strips].slice(0, 3);
    this.say(strip.text);
  }

  // A strip goes when all that was in the queue because of it is decided.
  clearStrips() {
    for (const strip of this.strips) {
      const waits = !this.data.complete || strip.items.some((item) => this.asksAbout(item));
      strip.over = strip.waited && !waits;
      strip.waited ||= waits;
    }
    this.strips = this.strips.filter((strip) => !strip.over);
  }

  undoStrip(strip) {
    this.strips = this.strips.filter((one) => one !== strip);
    const actions = this.outbox.history.filter((action) => action.some((one) => strip.decisions.includes(one.id)));
    for (const action of actions.reverse()) this.undo(action);
    this.draw(true);
  }

  closeStrip(strip) {
    this.strips = this.strips.filter((one) => one !== strip);
    this.draw(true);
  }

  // On one card

  ask(kind) {
    const [doubt] = this.current.doubts;
    if (kind && !this.garments.get(doubt.item).doubts.some((one) => one.kind === kind)) return;
    Object.assign(this, { askingKind: kind, typing: false });
    this.draw(true);
    if (kind) this.say(`${this.data.kinds[kind].name}: ${this.label(kind, this.asking(this.current).options[0])}?`);
  }

  next(at) {
    const doubt = this.current.doubts[at];
    if (!doubt || this.waits) return;
    const turn = this.out.delete(doubt.item) ? 0 : this.turn(doubt) + 1;
    if (turn < doubt.options.length) this.turns.set(doubt.item, turn);
    else this.out.add(doubt.item);
    this.draw(true);
    const words = this.out.has(doubt.item) ? "left out" : this.label(this.current.kind, doubt.options[turn]);
    this.say(`${at + 1}: ${words}.`);
  }

  leaveOut(at) {
    const doubt = this.current.doubts[at];
    if (!doubt || this.waits) return;
    if (!this.out.delete(doubt.item)) this.out.add(doubt.item);
    this.draw(true);
    this.say(`${at + 1}: ${this.out.has(doubt.item) ? "left out" : "back in"}.`);
  }

  move(by) {
    const to = this.at + by;
    if (to < 0 || to >= this.questions.length) return;
    this.at = to;
    this.forget();
    this.draw(true);
    this.say(asked(this, this.current));
  }

  type() {
    this.typing = true;
    this.draw(true);
  }

  stopTyping() {
    this.typing = false;
    this.draw(true);
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.target.tagName === "INPUT") return;
    const act = this.action(event);
    if (!act) return;
    event.preventDefault();
    event.stopPropagation(); // Streamlit has keys of its own
    if (!event.repeat) act();
  }

  action(event) {
    const key = event.key.length === 1 ? event.key.toUpperCase() : event.key;
    if (key === "U") return () => this.undo();
    if (!this.current) return null;
    const sheet = this.current.doubts.length > 1;
    const onButton = event.target.tagName === "BUTTON";
    const kind = Object.keys(KIND_KEYS).find((one) => KIND_KEYS[one] === key);
    if (/^[1-9]$/.test(key)) return () => this.digit(Number(key) - 1, sheet);
    if (sheet && event.shiftKey && /^Digit[1-9]$/.test(event.code)) return () => this.leaveOut(Number(event.code.at(-1)) - 1);
    if (key === "Enter" && !onButton) return () => this.accept();
    if (key === "/") return () => this.type();
    if (key === "ArrowLeft") return () => this.move(-1);
    if (key === "ArrowRight") return () => this.move(1);
    if (key === "Escape" && this.askingKind) return () => this.ask(null);
    if (key === "X" && !sheet) return () => this.trash();
    if (key === "A" && !sheet) return () => this.acceptAll();
    return kind && !sheet ? () => this.ask(kind) : null;
  }

  digit(at, sheet) {
    if (sheet) {
      this.next(at);
      return;
    }
    const { kind, options } = this.asking(this.current);
    if (at < options.length) this.choose(kind, options[at]);
  }

  // Drawing

  say(words) {
    this.live.textContent = words.trim();
  }

  get left() {
    const here = this.questions.reduce((sum, question) => sum + question.doubts.length, 0);
    const decided = [...this.outbox.pending()].filter(([, stands]) => stands).length;
    return this.data.complete ? here : Math.max(here, this.data.total - decided);
  }

  draw(takeFocus) {
    const active = this.root.getRootNode().activeElement;
    const inside = active && this.root.contains(active);
    const elsewhere = !inside && document.activeElement?.matches("input, textarea, select, [contenteditable]");
    const typed = this.typing && this.typingBox?.node.querySelector("input").value;
    const drawn = JSON.stringify([this.signature(), this.strips, this.message, this.left, this.outbox.history.length, this.data.part]);
    if (!takeFocus && drawn === this.drawn) return;
    if (!takeFocus && this.typing && typed) return; // whoever types is not disturbed
    this.drawn = drawn;
    this.body.replaceChildren(
      this.drawHead(),
      this.current ? drawQuestion(this, this.current) : this.drawEnd(),
      ...this.strips.map((strip) => drawStrip(this, strip)),
    );
    if (this.typing) this.typingBox.focus();
    else if (!elsewhere && (takeFocus || inside)) this.root.focus({ preventScroll: true });
    for (const question of this.questions.slice(this.at + 1, this.at + 1 + PRELOADED))
      for (const { item } of question.doubts) if (photos.get(item)) new Image().src = photos.get(item);
  }

  drawHead() {
    const done = this.outbox.history.flat().filter((one) => one.kind !== "trash").reduce((sum, one) => sum + Object.keys(one.values).length, 0);
    const words = this.left ? `${this.left} left` : "";
    return element(
      "header",
      {},
      element("progress", { max: done + this.left || 1, value: done || (this.left ? 0 : 1), "aria-label": "Reviewed" }),
      element("span", { class: "left" }, words),
      element(
        "nav",
        { "aria-label": "Queue" },
        button("Previous", "←", () => this.move(-1), { disabled: this.at === 0 }),
        button("Next", "→", () => this.move(1), { disabled: this.at + 1 >= this.questions.length }),
        button("Undo", "U", () => this.undo(), { disabled: !this.outbox.history.length }),
      ),
      this.message ? element("p", { class: "message", role: "alert" }, this.message) : null,
    );
  }

  drawEnd() {
    const words = this.outbox.history.length ? "Nothing left to review" : "Nothing to review";
    const { complete, part, elsewhere } = this.data;
    const rest = { types: ["Every type", "other tags"], others: ["Every other tag", "types"] }[part];
    const more = elsewhere ? ` The ${rest[1]} of ${article(elsewhere, "garment")} are guesses, too.` : "";
    const told = complete ? `${rest[0]} is certain, or set by you.${more}` : "More follows in a moment.";
    return element("section", { class: "end" }, element("h2", {}, words), element("p", {}, told));
  }

  stop() {
    window.removeEventListener("online", this.listen);
    this.outbox?.stop();
  }
}

export default function (component) {
  const { parentElement } = component;
  if (!mounted.has(parentElement)) mounted.set(parentElement, new Review(parentElement));
  mounted.get(parentElement).update(component);
  return () => {
    mounted.get(parentElement)?.stop();
    mounted.delete(parentElement);
  };
}
