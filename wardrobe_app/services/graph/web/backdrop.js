// Hulls and edges, drawn wider than what is seen: while the view moves they are moved along, and drawn anew at rest.

const AROUND = 0.35; // of the view: what is drawn beyond its rim
const SCALED = [0.5, 2]; // how far they are scaled before they are drawn anew

class Backdrop {
  constructor() {
    this.canvas = document.createElement("canvas");
    this.stale = true;
    this.edges = 0;
  }

  // Draw them anew where what is there does not serve. Returns how many edges are drawn.
  refresh(view, moving) {
    const { camera } = view;
    const zoomed = this.at ? camera.scale / this.at.scale : 0;
    const exact = Math.abs(zoomed - 1) < 1e-6;
    const serves = exact || (moving && zoomed > SCALED[0] && zoomed < SCALED[1]);
    if (this.stale || !serves || !this.covers(camera, zoomed)) this.draw(view);
    return this.edges;
  }

  draw(view) {
    const { camera, ratio } = view;
    const margin = Math.round(Math.max(camera.width, camera.height) * AROUND);
    const [width, height] = [camera.width + 2 * margin, camera.height + 2 * margin];
    const [wide, high] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (this.canvas.width !== wide || this.canvas.height !== high) Object.assign(this.canvas, { width: wide, height: high });
    const pen = this.canvas.getContext("2d");
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.clearRect(0, 0, wide, high);
    pen.setTransform(ratio, 0, 0, ratio, margin * ratio, margin * ratio);
    const wider = { ...view, margin };
    drawHulls(pen, wider);
    this.edges = drawEdges(pen, wider, view.model.edges);
    this.at = { x: camera.x, y: camera.y, scale: camera.scale, width, height };
    this.stale = false;
  }

  covers(camera, zoomed) {
    const { at } = this;
    const dx = Math.abs(at.x - camera.x) * camera.scale;
    const dy = Math.abs(at.y - camera.y) * camera.scale;
    return dx + camera.width / 2 <= (at.width / 2) * zoomed + 1 && dy + camera.height / 2 <= (at.height / 2) * zoomed + 1;
  }

  put(pen, { camera, ratio }) {
    const { at } = this;
    const zoomed = camera.scale / at.scale;
    const [x, y] = camera.toScreen(at.x, at.y);
    const snap = (value) => Math.round(value * ratio) / ratio;
    pen.drawImage(this.canvas, snap(x - (at.width / 2) * zoomed), snap(y - (at.height / 2) * zoomed), at.width * zoomed, at.height * zoomed);
  }
}
