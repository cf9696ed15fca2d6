// Puts the viewer together.

const NARROW_PX = 640;

class Viewer {
  constructor(parent, send, whole) {
    const unique = `wv-help-${Math.random().toString(36).slice(2)}`;
    this.root = make("div", { class: `wv${whole ? " wv-whole" : ""}` });
    this.canvas = make("canvas", {
      tabindex: "0", role: "application", "aria-roledescription": "graph", "aria-label": "Graph", "aria-describedby": unique,
    });
    const help = make("p", { id: unique, class: "wv-unseen" }, "Arrow keys walk along links, Enter opens what is told about one, Escape closes it, plus, minus and zero zoom, slash searches.");
    this.live = make("p", { class: "wv-unseen", "aria-live": "polite" });
    this.probe = make("i", { class: "wv-probe" });
    this.empty = make("p", { class: "wv-empty", hidden: true }, "There is nothing to draw here yet.");
    this.root.append(this.canvas, help, this.live, this.probe, this.empty);
    parent.append(this.root);
    this.view = new View(this.root, this.canvas, (what) => this.changed(what));
    this.view.send = send;
    this.build(whole);
    this.probe.addEventListener("transitionend", () => this.view.retheme());
    this.view.resize();
  }

  build(whole) {
    const { root, view } = this;
    this.hint = new Hint(root);
    const hint = (text, long) => {
      this.hint.show(text, long);
      if (long) this.say(text);
    };
    this.panel = new Panel(root, view);
    const bar = make("div", { class: "wv-bar" });
    root.append(bar);
    this.search = new Search(bar, view);
    this.chip = make("button", { type: "button", class: "wv-chip", hidden: true, on: { click: () => view.clearHighlight() } });
    bar.append(this.chip);
    this.share = new Share(bar, view, hint);
    const touch = (factor) => () => {
      view.touched = true;
      view.camera.zoom(factor);
    };
    this.zoom = make("div", { class: "wv-zoom", role: "group", "aria-label": "Zoom" },
      iconButton("plus", "Zoom in", touch(1.4)), iconButton("minus", "Zoom out", touch(1 / 1.4)),
      iconButton("fit", "Show all", () => view.fit()), iconButton("full", "Full screen", () => this.fill()));
    root.append(this.zoom);
    this.legend = new Legend(root, view);
    this.tip = new Tip(root, view);
    this.input = new Input(view, whole, hint);
    this.keys = new Keys(view, { search: this.search, panel: this.panel });
  }

  // All of the screen, or where the browser lets no element have it, all of the window.
  fill() {
    if (document.fullscreenElement) return document.exitFullscreen();
    if (this.root.requestFullscreen) return this.root.requestFullscreen().catch(() => this.root.classList.toggle("wv-filling"));
    return this.root.classList.toggle("wv-filling");
  }

  // Tell the view what lies over it: the graph is fitted beside that, and no name is written under it.
  around() {
    const { view } = this;
    const narrow = view.camera.width < NARROW_PX;
    const open = Boolean(view.pinned);
    const beside = narrow ? 14 : 28;
    const { offsetWidth: wide, offsetHeight: high } = this.panel.node;
    view.camera.insets = {
      top: 64,
      left: beside,
      right: beside + (open && !narrow ? wide : 0),
      bottom: 30 + (open && narrow ? high : narrow ? 40 : this.legend.node.offsetHeight),
    };
    const whole = this.canvas.getBoundingClientRect();
    view.obstacles = [this.search.node, this.share.button, this.chip, this.zoom, this.legend.node, this.panel.node]
      .map((node) => node.getBoundingClientRect())
      .filter((box) => box.width)
      .map((box) => ({ left: box.left - whole.left, right: box.right - whole.left, top: box.top - whole.top, bottom: box.bottom - whole.top }));
  }

  changed(what) {
    if (!this.keys) return;
    const { view } = this;
    if (what === "scene") this.newScene();
    if (["relations", "scene", "theme"].includes(what)) this.legend.draw();
    if (what === "highlight" || what === "scene") this.drawChip();
    if (["pin", "scene", "relations"].includes(what)) this.pinned();
    if (what === "pin" && view.pinned) view.reveal(view.pinned);
    if (what === "details" && view.pinned) this.panel.draw();
    if (["hover", "cursor", "pin", "move", "scene"].includes(what)) this.tip.draw();
    if (what === "cursor" && view.walked) this.say(this.tip.about(view.walked).join(". "));
    if (what === "pin" && view.pinned) this.say(`${view.pinned.label}: chosen. What is told about it follows the graph.`);
    if (what !== "move") this.around();
  }

  newScene() {
    const { nodes, scene } = this.view.model;
    const count = (size, thing) => `${size.toLocaleString("en")} ${thing}${size === 1 ? "" : "s"}`;
    this.canvas.setAttribute("aria-label", `Graph: ${count(nodes.length, "node")}, ${count(scene.edges.length, "link")}`);
    this.empty.hidden = nodes.length > 0;
    this.search.hide();
  }

  pinned() {
    this.panel.draw();
    const { view } = this;
    this.root.classList.toggle("wv-pinned", Boolean(view.pinned));
    this.around();
    view.remember();
  }

  drawChip() {
    const { highlight } = this.view;
    this.chip.hidden = !highlight;
    if (highlight) this.chip.replaceChildren(make("span", {}, highlight.label), drawing("close"));
    this.chip.setAttribute("aria-label", highlight ? `${highlight.label}: no longer highlight` : "");
  }

  say(text) {
    this.live.textContent = text;
  }

  // What is shown now, for whoever checks it.
  state() {
    const { view } = this;
    const { camera, model } = view;
    return {
      key: model?.scene.key, hovered: view.hovered?.id ?? null, pinned: view.pinned?.id ?? null, cursor: view.walked?.id ?? null,
      edge: view.edge ? [model.nodes[view.edge.a].id, model.nodes[view.edge.b].id] : null,
      camera: { x: camera.x, y: camera.y, scale: camera.scale, width: camera.width, height: camera.height },
      labels: view.placed.map(({ text, box, size, node, region, hull }) => ({
        text, size, id: node?.id ?? null, region: Boolean(region), hull: Boolean(hull), ...box,
      })),
      focus: view.focus ? [...view.focus.nodes].map((node) => node.id) : null,
      relations: Object.fromEntries((model?.relations ?? []).map((one) => [one.name, one.on])),
      drawn: { ...view.drawn }, frames: view.frames, painted: view.painted, resting: !view.moving && !view.frame, highlight: view.highlight?.label ?? null,
    };
  }

  // Where a node is in the window.
  at(id) {
    const node = this.view.model?.byId.get(id);
    if (!node) return null;
    const box = this.canvas.getBoundingClientRect();
    const [x, y] = this.view.camera.toScreen(node.x, node.y);
    return { x: x + box.left, y: y + box.top };
  }

  close() {
    this.view.remember();
    this.view.close();
    this.root.remove();
  }
}

// Draw graphs in `root`. `send(name, value)` takes what is asked for and returns the number of that question; without
// it, as in a file, nothing can be asked for. `whole`: the graph is all of the page, and no page has to scroll past it.
function mountGraph(root, { send = null, whole = false } = {}) {
  const viewer = new Viewer(root, send, whole);
  const graph = {
    show: (scene) => viewer.view.show(scene),
    receive: (answer) => viewer.view.receive(answer),
    close: () => viewer.close(),
    state: () => viewer.state(),
    at: (id) => viewer.at(id),
  };
  window.wardrobeGraph = graph; // for the console and the tests
  return graph;
}
