// The review queue: moves on at once, and tells the server afterwards.

const SETTLING_MS = 450; // after a card changed by itself, keys wait until it can have been seen
const PRELOADED = 3;
const photos = new Map(); // by garment, for as long as the tab is open
const large = new LargePhotos();
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
    this.large = large;
    Object.assign(this, { garments: new Map(), questions: [], at: 0, strips: [], message: "", settled: 0 });
    Object.assign(this, { set: new Map(), asks: new Map(), restored: [], listen: () => this.outbox?.retry() });
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
    this.post = (decisions) => setTriggerValue("sent", { decisions, has: [...photos.keys()], large: large.kept, wants: large.lacking(this.coming) });
    this.labels = new Map();
    for (const [kind, { choices }] of Object.entries(data.kinds)) this.labels.set(kind, new Map(choices));
    for (const [item, garment] of Object.entries(data.garments)) this.garments.set(Number(item), garment);
    for (const [item, photo] of Object.entries(data.photos)) photos.set(Number(item), photo);
    large.take(data.large);
    if (!this.outbox) this.outbox = new Outbox(data.wardrobe, (decisions) => this.post(decisions));
    this.message = data.problem ? `Not saved yet: ${data.problem} It is tried again.` : "";
    for (const [id, undone, reason] of data.refused) this.refused(id, undone, reason);
    for (const strip of data.spread) addStrip(this, strip);
    this.outbox.settle(data.settled);
    if (!data.settled.length && !data.problem) this.outbox.again();
    const before = this.signature();
    this.questions = pinned(this, merged(this, data.questions));
    clearStrips(this);
    if (before && this.current && this.signature() !== before) this.settled = Date.now() + SETTLING_MS;
    if (first) this.outbox.soon();
    this.draw(first);
    large.show(this);
    const lacking = [...this.garments.keys()].some((item) => !photos.has(item) && this.asksAbout(item));
    if (lacking) this.post([]);
  }

  asksAbout(item) {
    return this.questions.some((question) => question.doubts.some((doubt) => doubt.item === item));
  }

  get current() {
    return this.questions[this.at];
  }

  // The garments of the card on the screen and of the next ones, where a card shows one.
  get coming() {
    const cards = this.questions.slice(this.at, this.at + 1 + PRELOADED);
    return cards.filter(({ doubts }) => doubts.length === 1).map(({ doubts: [{ item }] }) => item);
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
    this.questions = merged(this, this.questions);
    this.at = Math.min(this.questions.indexOf(question) < 0 ? this.at : this.questions.indexOf(question), Math.max(0, this.questions.length - 1));
    if (this.out.size) this.at = 0; // where what was left out is
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
    if (question) putBack(this, question);
    this.forget();
    this.draw(true);
    this.say(`Undone. ${this.current ? asked(this, this.current) : ""}`);
  }

  refused(id, undone, reason) {
    this.message = reason;
    this.outbox.history = this.outbox.history.filter((action) => !action.some((one) => one.id === id));
    for (const one of this.outbox.waiting.filter((waiting) => waiting.id === id && !undone))
      for (const item of Object.keys(one.values)) this.set.delete(`${item} ${one.kind}`);
    this.say(reason);
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
    this.outbox.ask(large.lacking(this.coming).length > 0);
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
    const act = keyAction(this, event);
    if (!act) return;
    event.preventDefault();
    event.stopPropagation(); // Streamlit has keys of its own
    if (!event.repeat) act();
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
      drawHead(this),
      this.current ? drawQuestion(this, this.current) : drawEnd(this),
      ...this.strips.map((strip) => drawStrip(this, strip)),
    );
    if (this.typing) this.typingBox.focus();
    else if (!elsewhere && (takeFocus || inside)) this.root.focus({ preventScroll: true });
    for (const question of this.questions.slice(this.at + 1, this.at + 1 + PRELOADED))
      for (const { item } of question.doubts) if (photos.get(item)) new Image().src = photos.get(item);
    large.show(this);
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
