// Hulls and edges, drawn wider than what is seen: while the view moves they are moved along, and drawn anew at rest.
// Where there are many nodes, these move along too, in a picture of everything but names.

const AROUND = 0.35; // of the view: what is drawn beyond its rim
const SCALED = [0.5, 2]; // how far they are scaled before they are drawn anew
const CROWD = 250; // nodes in view that are not drawn one by one while the view moves
const AGE_MS = 300; // how old their picture may be when further ones of them have come
const MOST_MOVING = 2500; // edges that are drawn anew while the view moves: the strongest

class Backdrop {
  constructor() {
    this.canvas = document.createElement("canvas");
    this.crowd = document.createElement("canvas"); // with the ground and the nodes
    this.stale = true;
    this.edges = 0;
  }

  // Draw them anew where what is there does not serve. Returns how many edges are drawn.
  refresh(view, moving) {
    const { camera } = view;
    const zoomed = this.at ? camera.scale / this.at.scale : 0;
    const exact = Math.abs(zoomed - 1) < 1e-6;
    const serves = exact || (moving && zoomed > SCALED[0] && zoomed < SCALED[1]);
    const late = this.partial && !moving;
    if (this.stale || late || !serves || !this.covers(camera, zoomed)) this.draw(view, moving);
    return this.edges;
  }

  draw(view, moving) {
    const { camera, ratio, model } = view;
    this.partial = moving && model.edges.length > MOST_MOVING;
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
    this.edges = drawEdges(pen, wider, this.partial ? model.strongest.slice(0, MOST_MOVING) : model.edges);
    this.margin = margin;
    this.at = { x: camera.x, y: camera.y, scale: camera.scale, width, height };
    this.stale = false;
    this.crowdAt = null;
  }

  // Draw the nodes too.
  drawCrowd(view) {
    const { canvas, crowd, at, margin } = this;
    if (crowd.width !== canvas.width || crowd.height !== canvas.height) Object.assign(crowd, { width: canvas.width, height: canvas.height });
    const pen = crowd.getContext("2d", { alpha: false });
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.fillStyle = view.theme.ground;
    pen.fillRect(0, 0, crowd.width, crowd.height);
    pen.drawImage(canvas, 0, 0);
    // As the camera was when the lines were drawn.
    const camera = Object.assign(Object.create(Object.getPrototypeOf(view.camera)), view.camera, { x: at.x, y: at.y, scale: at.scale });
    pen.setTransform(view.ratio, 0, 0, view.ratio, margin * view.ratio, margin * view.ratio);
    const [wide, high] = [at.width / 2 / at.scale, at.height / 2 / at.scale];
    const nodes = view.model.within({ left: at.x - wide, right: at.x + wide, top: at.y - high, bottom: at.y + high });
    drawNodes(pen, { ...view, camera }, nodes);
    this.crowdAt = at;
    this.crowdSince = performance.now();
  }

  // There are pictures that were not there before; not for each of them the crowd is drawn anew.
  age(now) {
    if (now - (this.crowdSince ?? 0) > AGE_MS) this.crowdAt = null;
  }

  covers(camera, zoomed) {
    const { at } = this;
    const dx = Math.abs(at.x - camera.x) * camera.scale;
    const dy = Math.abs(at.y - camera.y) * camera.scale;
    return dx + camera.width / 2 <= (at.width / 2) * zoomed + 1 && dy + camera.height / 2 <= (at.height / 2) * zoomed + 1;
  }

  put(pen, view, crowded = false) {
    const { camera, ratio } = view;
    const { at } = this;
    if (crowded && this.crowdAt !== at) this.drawCrowd(view);
    const zoomed = camera.scale / at.scale;
    const [x, y] = camera.toScreen(at.x, at.y);
    const snap = (value) => Math.round(value * ratio) / ratio;
    pen.drawImage(crowded ? this.crowd : this.canvas, snap(x - (at.width / 2) * zoomed), snap(y - (at.height / 2) * zoomed), at.width * zoomed, at.height * zoomed);
  }
}
