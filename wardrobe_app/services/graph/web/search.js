// The search: suggestions as one types; Enter flies to the first, or to the one that was walked to.

const MOST_FOUND = 8;

class Search {
  constructor(parent, view) {
    this.view = view;
    this.found = [];
    this.active = 0;
    const id = `wv-found-${Math.random().toString(36).slice(2)}`;
    this.input = make("input", {
      type: "search", role: "combobox", placeholder: "Search", "aria-label": "Search the graph", autocomplete: "off", spellcheck: "false",
      "aria-expanded": "false", "aria-controls": id, "aria-autocomplete": "list",
      on: { input: () => this.type(), keydown: (event) => this.press(event), focus: () => this.type(), blur: () => this.hide() },
    });
    this.list = make("ul", { class: "wv-found", role: "listbox", id, "aria-label": "Found", hidden: true });
    this.list.addEventListener("pointerdown", (event) => event.preventDefault()); // the field keeps the focus
    this.node = make("div", { class: "wv-search" }, drawing("search"), this.input, this.list);
    parent.append(this.node);
  }

  focus() {
    this.input.focus();
    this.input.select();
  }

  hide() {
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }

  type() {
    const words = fold(this.input.value).split(/\s+/).filter(Boolean);
    this.found = words.length && this.view.model ? this.matches(words) : [];
    this.active = 0;
    if (!words.length) return this.hide();
    this.draw();
  }

  matches(words) {
    const text = (node) => (node.folded ??= `${fold(node.label)} ${node.words ?? ""}`);
    const begins = (node) => (text(node).startsWith(words[0]) ? 1 : 0);
    return this.view.model.byWeight
      .filter((node) => !node.hidden && words.every((word) => text(node).includes(word)))
      .sort((a, b) => begins(b) - begins(a))
      .slice(0, MOST_FOUND);
  }

  draw() {
    const options = this.found.map((node, at) => this.option(node, at));
    this.list.replaceChildren(...(options.length ? options : [make("li", { class: "wv-quiet" }, "Nothing here matches")]));
    this.list.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
    if (this.found.length) this.input.setAttribute("aria-activedescendant", `${this.list.id}-${this.active}`);
  }

  option(node, at) {
    const url = node.picture && this.view.pictures.url(node.picture);
    const mark = url ? make("img", { src: url, alt: "" }) : make("i", {});
    if (!url) mark.style.background = node.colour;
    const attributes = { role: "option", id: `${this.list.id}-${at}`, "aria-selected": String(at === this.active), on: { click: () => this.choose(node) } };
    const more = node.lines.find((line) => line !== node.label);
    return make("li", attributes, mark, make("span", {}, node.label, more ? make("small", {}, more) : null));
  }

  press(event) {
    event.stopPropagation();
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && this.found.length) {
      this.active = (this.active + step + this.found.length) % this.found.length;
      this.draw();
    } else if (event.key === "Enter" && this.found[this.active]) this.choose(this.found[this.active]);
    else if (event.key === "Escape") {
      if (this.list.hidden && !this.input.value) this.view.canvas.focus({ preventScroll: true });
      this.input.value = "";
      this.hide();
    } else return;
    event.preventDefault();
  }

  choose(node) {
    this.hide();
    this.view.pin(node);
    this.view.flyTo(node);
    this.view.canvas.focus({ preventScroll: true });
  }
}
