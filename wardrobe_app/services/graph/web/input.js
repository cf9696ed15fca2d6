// Mouse, touch and wheel on the canvas. The page around it must stay scrollable: the wheel zooms, and one finger moves
// the graph, only once the canvas has the focus; Ctrl or two fingers always do.

const STILL_PX = { mouse: 4, touch: 10 };
const TWICE_MS = 350;
const HINT_MS = 1800;

class Input {
  constructor(view, whole, hint) {
    this.view = view;
    this.whole = whole; // the graph is all of the page
    this.hint = hint;
    this.fingers = new Map();
    this.moved = 0;
    const { canvas } = view;
    const on = (name, act, passive = true) => canvas.addEventListener(name, act.bind(this), { passive });
    on("pointerdown", this.down);
    on("pointermove", this.move);
    on("pointerup", this.up);
    on("pointercancel", this.cancel);
    on("pointerleave", this.leave);
    on("wheel", this.wheel, false);
    for (const name of ["touchstart", "touchmove"]) on(name, this.keepTouch, false);
    // No click of a mouse follows a tap: it would hit the panel that has opened there.
    on("touchend", (event) => event.cancelable && event.preventDefault(), false);
  }

  get active() {
    return this.whole || Boolean(document.fullscreenElement) || this.view.root.classList.contains("wv-filling") || document.activeElement === this.view.canvas;
  }

  // The browser scrolls with one finger unless the graph is active.
  keepTouch(event) {
    if ((event.touches.length > 1 || this.active) && event.cancelable) event.preventDefault();
  }

  at(event) {
    const box = this.view.canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  down(event) {
    if (event.button) return;
    if (!this.fingers.size) this.moved = 0;
    this.view.root.classList.add("wv-pointed"); // no ring around the canvas for whoever points
    this.kind = event.pointerType === "mouse" ? "mouse" : "touch";
    this.fingers.set(event.pointerId, this.at(event));
    if (this.kind === "mouse" || this.active) this.view.canvas.setPointerCapture?.(event.pointerId);
  }

  move(event) {
    const before = this.fingers.get(event.pointerId);
    const now = this.at(event);
    if (!before) {
      if (event.pointerType === "mouse") this.look(now, 5);
      return;
    }
    const [dx, dy] = [now[0] - before[0], now[1] - before[1]];
    this.moved += Math.hypot(dx, dy);
    if (this.fingers.size === 1 && this.moved <= STILL_PX[this.kind]) return;
    this.fingers.set(event.pointerId, now);
    if (this.fingers.size > 1) this.pinch(event.pointerId, before, now);
    else if (this.kind === "mouse" || this.active) {
      this.view.touched = true;
      this.view.hover(null);
      this.view.canvas.classList.add("wv-dragging");
      this.view.camera.pan(dx, dy);
    }
  }

  pinch(id, before, now) {
    const other = [...this.fingers].find(([key]) => key !== id)[1];
    const apart = (point) => Math.hypot(point[0] - other[0], point[1] - other[1]) || 1;
    const { camera } = this.view;
    this.view.touched = true;
    camera.pan((now[0] - before[0]) / 2, (now[1] - before[1]) / 2);
    camera.zoom(apart(now) / apart(before), (now[0] + other[0]) / 2, (now[1] + other[1]) / 2);
  }

  up(event) {
    const began = this.fingers.delete(event.pointerId);
    this.view.canvas.classList.remove("wv-dragging");
    if (began && !this.fingers.size && this.moved <= STILL_PX[this.kind]) this.click(this.at(event), event.timeStamp);
  }

  cancel(event) {
    this.fingers.delete(event.pointerId);
    if (event.pointerType === "touch" && !this.active) this.hint("Tap the graph, or use two fingers, to move it");
  }

  leave(event) {
    if (event.pointerType === "mouse" && !this.fingers.size) this.view.hover(null);
  }

  // What is there: a node, else an edge where they are few enough to be told apart.
  look([x, y], reach) {
    const { view } = this;
    if (!view.model) return;
    const { scale } = view.camera;
    const place = view.camera.toGraph(x, y);
    const node = this.named(x, y, true) ?? view.model.nodeAt(...place, reach / scale) ?? this.named(x, y, false);
    const edges = view.pinned ? view.focus.edges : view.drawn.edges < 1500 ? view.model.edges : [];
    view.pointer = [x, y];
    view.hover(node, node ? null : view.model.edgeAt(...place, reach / scale, edges));
    view.canvas.classList.toggle("wv-over", Boolean(node));
  }

  // The node whose name is there: a pill before what lies under it, another name after it.
  named(x, y, pills) {
    const inside = ({ box }) => x >= box.left && x <= box.right && y >= box.top && y <= box.bottom;
    return this.view.placed.find((label) => label.node && Boolean(label.pill) === pills && inside(label))?.node ?? null;
  }

  click(place, time) {
    const { view } = this;
    const wasActive = this.active;
    view.canvas.focus({ preventScroll: true });
    this.look(place, this.kind === "mouse" ? 5 : 16);
    const { hovered: node, edge } = view;
    if (this.kind === "touch" && node) view.hover(null);
    view.walk(null);
    const twice = time - (this.last?.time ?? -Infinity) < TWICE_MS && Math.hypot(place[0] - this.last.place[0], place[1] - this.last.place[1]) < 24;
    this.last = twice ? null : { time, place };
    if (twice) this.double(node, place);
    else if (node) view.pin(node);
    else if (!edge && wasActive) view.pin(null);
  }

  double(node, place) {
    const { view } = this;
    view.touched = true;
    if (!node) view.camera.zoom(2, ...place);
    else if (node.kind === "cluster" && view.send) view.send("open", { id: node.id });
    else view.focusOn(node);
  }

  wheel(event) {
    const meant = event.ctrlKey || event.metaKey;
    if (!meant && !this.active) {
      this.hint("Click the graph, or hold Ctrl, to zoom");
      return;
    }
    event.preventDefault();
    const pixels = event.deltaY * (event.deltaMode === 1 ? 16 : event.deltaMode === 2 ? 400 : 1);
    this.view.touched = true;
    this.view.camera.zoom(Math.exp(clamp(-pixels / (meant && Math.abs(pixels) < 50 ? 100 : 420), -0.7, 0.7)), ...this.at(event));
  }
}

// A short line over the graph that goes by itself.
class Hint {
  constructor(parent) {
    this.node = make("p", { class: "wv-hint", hidden: true });
    parent.append(this.node);
  }

  show(text, long = HINT_MS) {
    this.node.textContent = text;
    this.node.hidden = false;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => (this.node.hidden = true), long);
  }
}
