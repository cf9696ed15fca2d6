// The panel about a node that is pinned.

const SECTIONS = [["alike", "Alike"], ["goes", "Goes with"], ["worn_with", "Worn with"]];
const SHORT_LIST = 12;

class Panel {
  constructor(parent, view) {
    this.view = view;
    this.node = make("aside", { class: "wv-panel", "aria-label": "About what is chosen", hidden: true, tabindex: "-1" });
    this.node.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      this.close();
    });
    parent.append(this.node);
  }

  focus() {
    this.node.querySelector("button, a")?.focus();
  }

  close() {
    this.view.pin(null);
    this.view.canvas.focus({ preventScroll: true });
  }

  draw() {
    const { view } = this;
    const node = view.pinned;
    this.node.hidden = !node;
    if (!node) return this.node.replaceChildren();
    const held = this.node.contains(document.activeElement);
    const found = view.details.of(node, Boolean(view.send));
    this.node.setAttribute("aria-label", node.label);
    const close = iconButton("close", "Close", () => this.close());
    this.node.replaceChildren(make("div", { class: "wv-head" }, make("h2", {}, node.label), close), this.body(node, found));
    if (this.of !== node) this.node.scrollTop = 0;
    else if (held) close.focus();
    this.of = node;
  }

  body(node, found) {
    const lines = node.lines.filter((line) => line !== node.label);
    const facts = found?.facts?.length ? found.facts : lines;
    const waiting = !found && this.view.details.wanted.has(node.id);
    return make(
      "div",
      { class: "wv-body" },
      this.picture(node),
      found?.tags?.length ? make("ul", { class: "wv-tags" }, ...found.tags.map((tag) => make("li", {}, tag))) : null,
      ...facts.map((fact) => make("p", {}, fact)),
      node.count ? make("p", {}, `${node.count.toLocaleString("en")} garments`) : null,
      this.link(node, found),
      waiting ? make("p", { class: "wv-quiet", role: "status" }, "Loading…") : null,
      ...this.sections(node, found),
    );
  }

  picture(node) {
    const url = node.picture && this.view.pictures.url(node.picture);
    return url ? make("img", { src: url, alt: "", class: "wv-photo" }) : null;
  }

  link(node, found) {
    const { view } = this;
    if (node.kind === "cluster" && view.send) {
      return make("button", { type: "button", class: "wv-main", on: { click: () => view.send("open", { id: node.id }) } }, `Show these ${node.count ?? ""}`.trim());
    }
    if (!found?.href || !/^[/?](?![/\\])/.test(found.href)) return null;
    const go = (event) => {
      if (!view.send || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      view.send("garment", { id: node.id });
    };
    return make("a", { class: "wv-main", href: found.href, on: { click: go } }, "Open");
  }

  // From the details, or where there are none, from the edges.
  sections(node, found) {
    if (found) return SECTIONS.map(([key, title]) => this.section(title, found[key] ?? []));
    const { model } = this.view;
    return model.relations.map((relation) => {
      const edges = model.of[node.at].filter((edge) => edge.relation === relation.name);
      return this.section(relation.label, edges.map((edge) => [model.other(edge, node).id, edge.why]));
    });
  }

  section(title, entries) {
    const { model } = this.view;
    const known = entries.filter(([id]) => model.byId.has(id));
    if (!known.length) return null;
    const list = make("ul", { class: "wv-list" }, ...known.slice(0, SHORT_LIST).map((entry) => this.entry(...entry)));
    const rest = known.slice(SHORT_LIST);
    const more = () => {
      list.append(...rest.map((entry) => this.entry(...entry)));
      list.children[SHORT_LIST].querySelector("button").focus();
      button.remove();
    };
    const button = rest.length ? make("button", { type: "button", class: "wv-plain", on: { click: more } }, `${rest.length} more`) : null;
    return make("section", {}, make("h3", {}, title, make("span", {}, ` ${known.length}`)), list, button);
  }

  entry(id, why) {
    const { view } = this;
    const node = view.model.byId.get(id);
    const go = () => {
      view.flyTo(node);
      view.pin(node);
    };
    const url = node.picture && view.pictures.url(node.picture);
    const mark = url ? make("img", { src: url, alt: "" }) : make("i", {});
    if (!url) mark.style.background = node.colour;
    return make("li", {}, make("button", { type: "button", on: { click: go } }, mark, make("span", {}, node.label, why ? make("small", {}, why) : null)));
  }
}
