// Where one looks: the middle of the view in the graph's units, and how many pixels a unit has.

const FLIGHT_MS = 250;
const MOST_PX = 260; // a garment's picture, at the nearest
const NORMAL_PX = 110; // and at most when all of it is shown

class Camera {
  constructor(changed) {
    this.changed = changed;
    this.x = this.y = 0;
    this.scale = 40;
    this.width = this.height = 1;
    this.least = 1;
    this.insets = { top: 0, right: 0, bottom: 0, left: 0 }; // pixels that something lies over
  }

  toScreen(x, y) {
    return [(x - this.x) * this.scale + this.width / 2, (y - this.y) * this.scale + this.height / 2];
  }

  toGraph(x, y) {
    return [(x - this.width / 2) / this.scale + this.x, (y - this.height / 2) / this.scale + this.y];
  }

  get seen() {
    const [left, top] = this.toGraph(0, 0);
    const [right, bottom] = this.toGraph(this.width, this.height);
    return { left, top, right, bottom };
  }

  pan(dx, dy) {
    this.flight = null;
    this.x -= dx / this.scale;
    this.y -= dy / this.scale;
    this.changed();
  }

  // Zoom so that what is at this point of the screen stays there.
  zoom(factor, x = this.width / 2, y = this.height / 2) {
    this.flight = null;
    const [gx, gy] = this.toGraph(x, y);
    this.scale = clamp(this.scale * factor, this.least, MOST_PX);
    this.x = gx - (x - this.width / 2) / this.scale;
    this.y = gy - (y - this.height / 2) / this.scale;
    this.changed();
  }

  // The view that shows a box, clear of what lies over the canvas.
  around(box, most = NORMAL_PX) {
    const { top, right, bottom, left } = this.insets;
    const wide = Math.max(this.width - left - right, 60);
    const high = Math.max(this.height - top - bottom, 60);
    const scale = Math.min(wide / Math.max(box.right - box.left, 0.5), high / Math.max(box.bottom - box.top, 0.5), most);
    return this.centred((box.left + box.right) / 2, (box.top + box.bottom) / 2, scale);
  }

  // The view with this point in the middle of what is clear.
  centred(x, y, scale) {
    const { top, right, bottom, left } = this.insets;
    return { x: x + (right - left) / 2 / scale, y: y + (bottom - top) / 2 / scale, scale };
  }

  set(view) {
    this.flight = null;
    Object.assign(this, view);
    this.changed();
  }

  fly(view) {
    if (still()) return this.set(view);
    this.flight = { from: { x: this.x, y: this.y, scale: this.scale }, to: view, since: null };
    this.changed();
  }

  // One step of a flight at this time; whether there is a further one.
  step(now) {
    const flight = this.flight;
    if (!flight) return false;
    flight.since ??= now;
    const part = Math.min((now - flight.since) / FLIGHT_MS, 1);
    const done = ease(part);
    const { from, to } = flight;
    this.scale = from.scale * (to.scale / from.scale) ** done;
    this.x = from.x + (to.x - from.x) * done;
    this.y = from.y + (to.y - from.y) * done;
    if (part === 1) this.flight = null;
    return part < 1;
  }
}
