// The keyboard on the canvas: arrows walk along edges, and to what lies nearest where there is none.

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const PAN_PX = 80;

class Keys {
  constructor(view, { search, panel }) {
    Object.assign(this, { view, search, panel });
    view.canvas.addEventListener("keydown", (event) => this.press(event));
    view.canvas.addEventListener("blur", () => view.walk(null));
  }

  press(event) {
    if (event.altKey || event.ctrlKey || event.metaKey || !this.view.model) return;
    const act = this.action(event);
    if (!act) return;
    this.view.root.classList.remove("wv-pointed");
    event.preventDefault();
    event.stopPropagation(); // the page has shortcuts of its own
    act();
  }

  action({ key, shiftKey }) {
    const { view } = this;
    const { camera } = view;
    const touch = (act) => () => {
      view.touched = true;
      act();
    };
    if (ARROWS[key] && shiftKey) return touch(() => camera.pan(-ARROWS[key][0] * PAN_PX, -ARROWS[key][1] * PAN_PX));
    if (ARROWS[key]) return () => this.walk(ARROWS[key]);
    const keys = {
      Enter: () => this.enter(),
      " ": () => this.enter(),
      Escape: () => this.leave(),
      "+": touch(() => camera.zoom(1.3)),
      "=": touch(() => camera.zoom(1.3)),
      "-": touch(() => camera.zoom(1 / 1.3)),
      0: () => view.fit(),
      "/": () => this.search.focus(),
    };
    return keys[key];
  }

  walk(direction) {
    const { view } = this;
    const from = view.walked ?? view.cursor ?? view.pinned;
    if (!view.walked || !from) return view.walk(from && !from.hidden ? from : this.middle());
    const near = [...view.model.around(from).nodes].filter((node) => node !== from);
    const next = this.nearest(from, near, direction, 0.5) ?? this.nearest(from, view.model.nodes, direction, 0.2);
    if (next) view.walk(next);
  }

  middle() {
    const { camera, model } = this.view;
    const far = (node) => Math.hypot(node.x - camera.x, node.y - camera.y);
    return model.nodes.filter((node) => !node.hidden).reduce((best, node) => (best && far(best) <= far(node) ? best : node), null);
  }

  // The nearest in a direction; what lies aside counts as farther, and beyond an angle not at all.
  nearest(from, nodes, [dx, dy], least) {
    let [best, found] = [Infinity, null];
    for (const node of nodes) {
      if (node === from || node.hidden) continue;
      const [x, y] = [node.x - from.x, node.y - from.y];
      const long = Math.hypot(x, y) || 1e-9;
      const straight = (x * dx + y * dy) / long;
      if (straight > least && long / straight ** 2 < best) [best, found] = [long / straight ** 2, node];
    }
    return found;
  }

  enter() {
    const { view } = this;
    const node = view.walked ?? view.hovered;
    if (!node) return;
    if (view.pinned !== node) view.pin(node);
    else if (node.kind === "cluster" && view.send) view.send("open", { id: node.id });
    else this.panel.focus();
  }

  leave() {
    if (this.view.pinned) this.view.pin(null);
    else if (!this.view.root.classList.replace("wv-filling", "wv-filled")) this.view.canvas.blur();
  }
}
