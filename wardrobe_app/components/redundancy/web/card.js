// The group on the table. What is chosen (the one to keep, those left out) lives here until a decision is sent.

const box = outbox();
const MOST_KEYS = 9;
const ACTIONS = [
  { name: "same", key: "S", words: () => "Same garment", told: "One garment on several photos: merged into the one you keep" },
  { name: "twins", key: "T", words: () => "Several of the same", told: "Bought more than once: one entry with a quantity" },
  { name: "keep", key: "K", words: (n) => (n === 2 ? "Keep both" : "Keep all"), told: "They are alike, and you want them all" },
  { name: "different", key: "D", words: () => "Different", told: "They are not alike" },
  { name: "let_go", key: "L", words: (n, gone) => `Let go of ${gone}`, told: "Moves them to the trash" },
];

class Card {
  constructor(body) {
    this.body = body;
    this.shownAs = null;
    this.onKey = (event) => this.pressed(event);
    document.addEventListener("keydown", this.onKey);
    this.timer = setInterval(() => this.makeRoom(), 300);
  }

  // The notice at the foot of the page must not lie on the decisions.
  makeRoom() {
    const foot = document.querySelector('[data-testid="stBottom"]')?.getBoundingClientRect();
    const covered = foot && foot.height ? Math.max(0, window.innerHeight - foot.top) : 0;
    this.body.style.setProperty("--foot", `${covered}px`);
  }

  show(data) {
    const shownAs = `${data.group} ${data.items.map((item) => item.id).join(" ")}`;
    const isNew = shownAs !== this.shownAs;
    const hadFocus = this.body.getRootNode().activeElement !== null;
    this.data = data;
    this.busy = false;
    if (isNew) {
      [this.keep] = data.items.map((item) => item.id);
      this.out = new Set();
    }
    this.draw();
    if (isNew && this.shownAs !== null && hadFocus) this.body.querySelector("h2").focus();
    this.shownAs = shownAs;
  }

  get chosen() {
    return this.data.items.map((item) => item.id).filter((id) => !this.out.has(id));
  }

  number(id) {
    return this.data.items.findIndex((item) => item.id === id) + 1;
  }

  get gone() {
    const others = this.chosen.filter((id) => id !== this.keep).map((id) => this.number(id));
    if (others.length > 3 || !others.length) return `${others.length} garments`;
    return others.length > 1 ? `${others.slice(0, -1).join(", ")} and ${others.at(-1)}` : String(others[0]);
  }

  choose(id) {
    this.out.delete(id);
    this.keep = id;
    this.redraw(`.item[data-item="${id}"] .keep`);
  }

  leaveOut(id) {
    if (this.data.items.length < 3) return;
    if (!this.out.delete(id)) this.out.add(id);
    if (this.out.has(this.keep)) this.keep = this.chosen[0] ?? this.keep;
    this.redraw(`.item[data-item="${id}"] .leave`);
  }

  redraw(focused) {
    const left = this.body.querySelector(".photos").scrollLeft;
    this.draw();
    this.body.querySelector(".photos").scrollLeft = left;
    this.body.querySelector(focused)?.focus({ preventScroll: true });
  }

  decide(name) {
    if (this.busy || this.chosen.length < 2) return;
    this.busy = true;
    for (const one of this.body.querySelectorAll(".acts button")) one.disabled = true;
    box.send("decide", { name, group: this.data.group, keep: this.keep, ids: this.chosen });
  }

  move(to) {
    if (to !== null && !this.busy) box.send("move", { to });
  }

  pressed(event) {
    const typing = event.target.closest?.("input:not([type=radio]), textarea, select, [contenteditable=true], [role=dialog]");
    if (typing || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("[role=dialog]")) return;
    const act = this.keyed(event);
    if (!act) return;
    event.preventDefault();
    act();
  }

  keyed(event) {
    const digit = Number(event.code.match(/^(?:Digit|Numpad)([1-9])$/)?.[1] ?? 0);
    const item = this.data.items[digit - 1];
    if (digit) return item ? () => (event.shiftKey ? this.leaveOut(item.id) : this.choose(item.id)) : null;
    if (event.key === "ArrowLeft") return () => this.move(this.data.previous);
    if (event.key === "ArrowRight") return () => this.move(this.data.next);
    const action = ACTIONS.find((one) => one.key === event.key.toUpperCase());
    return action && !event.shiftKey ? () => this.decide(action.name) : null;
  }

  draw() {
    this.body.replaceChildren(
      this.drawHead(),
      this.drawTitle(),
      element("div", { class: `photos${this.data.items.length > 2 ? " many" : ""}`, role: "group", "aria-label": "Photos", tabindex: "0" }, ...this.data.items.map((item) => this.drawItem(item))),
      this.drawActions(),
      this.drawFacts(),
    );
  }

  drawHead() {
    const { decided, total, progress, previous, next } = this.data;
    return element(
      "div",
      { class: "head" },
      element("progress", { max: total, value: decided, "aria-label": `${decided} of ${total} decided` }),
      element("span", { class: "count", role: "status" }, `${progress}${decided ? `, ${decided} decided` : ""}`),
      element(
        "nav",
        { "aria-label": "Groups" },
        button("Previous", "←", () => this.move(previous), { class: "previous", disabled: previous === null }),
        button("Next", "→", () => this.move(next), { class: "next", disabled: next === null, title: "Decide about this one later" }),
      ),
    );
  }

  drawTitle() {
    const { title, strength, samePicture } = this.data;
    return element(
      "div",
      { class: "title" },
      element("h2", { tabindex: "-1" }, title),
      element("span", { class: "strength" }, samePicture ? "The same picture" : strength),
    );
  }

  drawItem(item) {
    const number = this.number(item.id);
    const isOut = this.out.has(item.id);
    const kept = item.id === this.keep && !isOut;
    const key = number <= MOST_KEYS ? String(number) : null;
    const picture = item.photo
      ? element("img", { src: item.photo, alt: item.alt, draggable: "false" })
      : element("div", { class: "none", role: "img", "aria-label": item.alt }, "No photo");
    return element(
      "figure",
      { class: `item${kept ? " kept" : ""}${isOut ? " out" : ""}`, "data-item": item.id },
      picture,
      element(
        "figcaption",
        {},
        element("a", { href: `/garment?item=${item.id}`, target: "_blank", rel: "noopener" }, `${number}. ${item.title}`),
        element("p", {}, item.facts || "No wears, favourites or prices yet"),
        element(
          "div",
          { class: "choice" },
          button(kept ? "Keep this one ✓" : "Keep this one", key, () => this.choose(item.id), {
            class: "keep", "aria-pressed": String(kept), title: "The one that stays when you merge or let go",
          }),
          this.data.items.length > 2
            ? button(isOut ? "Left out" : "Leave out", null, () => this.leaveOut(item.id), {
                class: "leave", "aria-pressed": String(isOut), title: `It does not belong here (Shift+${number})`,
              })
            : null,
        ),
      ),
    );
  }

  drawActions() {
    const few = this.chosen.length < 2;
    const acts = ACTIONS.map(({ name, key, words, told }) =>
      button(words(this.chosen.length, this.gone), key, () => this.decide(name), {
        class: name, title: told, disabled: few || this.busy,
      }),
    );
    const hint = few ? element("p", { role: "alert" }, "Choose at least two.") : null;
    return element("div", { class: "acts", role: "group", "aria-label": "Decide" }, ...acts, hint);
  }

  drawFacts() {
    const { share, differ, note, items } = this.data;
    const patches = items.map((item) => this.drawCloth(item));
    const known = items.some((item) => item.cloth);
    return element(
      "div",
      { class: "facts" },
      known
        ? element("div", { class: "cloth" }, element("h3", {}, "Colour and cloth, at one scale"), element("div", { class: "strip" }, ...patches))
        : null,
      list("How they differ", differ, "differ"),
      list("What they share", share, "share"),
      note ? element("p", { class: "note" }, note) : null,
    );
  }

  drawCloth(item) {
    const name = `${this.number(item.id)}${item.colour ? ` ${item.colour}` : ""}`;
    const patch = element("span", { class: "shade", role: "img", "aria-label": `Colour of ${name}` });
    if (item.shade) patch.style.background = item.shade;
    return element(
      "figure",
      {},
      item.cloth ? element("img", { src: item.cloth, alt: `Cloth of number ${name}` }) : element("span", { class: "none" }, "–"),
      item.shade ? patch : null,
      element("figcaption", {}, name),
    );
  }

  close() {
    clearInterval(this.timer);
    document.removeEventListener("keydown", this.onKey);
  }
}

export default function ({ data, parentElement, setTriggerValue }) {
  const body = parentElement.querySelector(".dup");
  body.card ??= new Card(body);
  box.post = setTriggerValue;
  box.last = Math.max(box.last, data.handled); // numbers go on where an earlier visit of the page stopped
  box.heard(data.handled);
  body.card.show(data);
  return () => {
    body.card?.close();
    body.card = null;
  };
}
