// The relations as buttons that switch them, and what the colours of nodes mean. On a phone it is folded.

class Legend {
  constructor(parent, view) {
    this.view = view;
    this.body = make("div", { class: "wv-relations", role: "group", "aria-label": "Kinds of links" });
    this.colours = make("ul", { class: "wv-colours", "aria-label": "Colours" });
    this.node = make("details", { class: "wv-legend" }, make("summary", {}, drawing("list"), "Legend"), this.body, this.colours);
    this.node.addEventListener("toggle", () => this.view.tell("size"));
    this.node.open = !matchMedia("(max-width: 640px)").matches;
    parent.append(this.node);
  }

  draw() {
    const { model } = this.view;
    const held = this.body.contains(document.activeElement) ? document.activeElement.dataset.relation : null;
    this.body.replaceChildren(...model.relations.map((one) => this.relation(one)));
    this.colours.replaceChildren(...(model.scene.legend ?? []).map((one) => this.colour(one)));
    this.node.hidden = !model.relations.length && !this.colours.children.length;
    if (held) [...this.body.children].find((one) => one.dataset.relation === held)?.focus();
  }

  relation({ name, label, colour, dash, on, count }) {
    const sample = make("canvas", { class: "wv-sample", width: 44, height: 12, "aria-hidden": "true" });
    const pen = sample.getContext("2d");
    pen.strokeStyle = this.view.theme.visible(colour);
    pen.lineWidth = 4;
    pen.setLineDash((dash ?? []).map((part) => part * 2));
    pen.beginPath();
    pen.moveTo(0, 6);
    pen.lineTo(44, 6);
    pen.stroke();
    const attributes = { type: "button", "aria-pressed": String(on), "data-relation": name, on: { click: () => this.view.toggle(name) } };
    return make("button", attributes, sample, make("span", {}, label), make("small", {}, count.toLocaleString("en")));
  }

  colour({ label, colour }) {
    const mark = make("i", {});
    mark.style.background = colour;
    return make("li", {}, mark, label);
  }
}
