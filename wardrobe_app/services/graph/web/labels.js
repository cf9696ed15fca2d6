// Which names are written, and where: the weightiest first, and none over another.

const LEAST_PX = 12; // of letters
const GAP_PX = 3;
const BOX_CELL = 64;
const FAR_PX = 30; // garments smaller than this on the screen: names of regions, which fade as one comes nearer
const FADING_PX = 10;
const MOST_LABELS = 260;
const PILL_PX = 20; // how far a pill may stand from its node where there is no room on it

class Boxes {
  constructor() {
    this.cells = new Map();
  }

  *keys({ left, top, right, bottom }) {
    for (let i = Math.floor(left / BOX_CELL); i <= Math.floor(right / BOX_CELL); i++)
      for (let j = Math.floor(top / BOX_CELL); j <= Math.floor(bottom / BOX_CELL); j++) yield i * 100003 + j;
  }

  meets(box, but) {
    for (const key of this.keys(box))
      for (const other of this.cells.get(key) ?? [])
        if (other.node !== but || !but)
          if (box.left < other.right && box.right > other.left && box.top < other.bottom && box.bottom > other.top) return true;
    return false;
  }

  add(box) {
    for (const key of this.keys(box)) {
      if (!this.cells.has(key)) this.cells.set(key, []);
      this.cells.get(key).push(box);
    }
  }
}

const measured = new Map();
const ruler = document.createElement("canvas").getContext("2d");

function widthOf(text, font) {
  const key = `${font}|${text}`;
  if (!measured.has(key)) {
    if (measured.size > 20_000) measured.clear();
    ruler.font = font;
    measured.set(key, ruler.measureText(text).width);
  }
  return measured.get(key);
}

const cut = new Map();

// The text, or its beginning where it is wider than this.
function fitted(text, font, most) {
  if (widthOf(text, font) <= most) return text;
  const key = `${font}|${most}|${text}`;
  if (!cut.has(key)) {
    if (cut.size > 5000) cut.clear();
    const letters = [...text];
    let [least, enough] = [1, letters.length];
    while (least < enough) {
      const middle = Math.ceil((least + enough) / 2);
      if (widthOf(`${letters.slice(0, middle).join("").trimEnd()}…`, font) <= most) least = middle;
      else enough = middle - 1;
    }
    cut.set(key, `${letters.slice(0, least).join("").trimEnd()}…`);
  }
  return cut.get(key);
}

class Placement {
  constructor(view, nodes) {
    this.view = view;
    this.taken = new Boxes();
    this.bodies = new Boxes(); // pictures, which only names of their own may lie over
    this.placed = [];
    for (const box of view.obstacles ?? []) this.taken.add(box);
    const { camera } = view;
    for (const node of nodes) {
      const half = node.size * camera.scale * 0.34;
      if (camera.scale < DOT_PX || isPill(node)) continue;
      const [x, y] = camera.toScreen(node.x, node.y);
      this.bodies.add({ left: x - half, right: x + half, top: y - half, bottom: y + half, node });
    }
  }

  // Place a text with its middle at one of these points, if there is room.
  put(text, points, { size = LEAST_PX, weight = 500, most = 170, pad = 0, body = null, force = false, ...more }) {
    if (this.placed.length >= MOST_LABELS && !force) return false;
    const font = `${weight} ${size}px ${this.view.theme.font}`;
    const written = fitted(text, font, most);
    const wide = widthOf(written, font) / 2 + GAP_PX + pad + (more.swatch ? 8 : 0);
    const high = size * 0.62 + GAP_PX / 2 + pad * 0.45;
    for (const [middle, y] of points) {
      const x = this.pulledIn(middle, wide);
      const box = { left: x - wide, right: x + wide, top: y - high, bottom: y + high };
      if (this.isAway(box) || this.taken.meets(box)) continue;
      if (body !== null && !force && this.bodies.meets(box, body)) continue;
      this.taken.add(box);
      this.placed.push({ text: written, x, y, size, font, box, pad, alpha: 1, ...more });
      return true;
    }
    return false;
  }

  // A name that would be cut at the rim is moved in, as long as what it names is there.
  pulledIn(x, half) {
    const { width } = this.view.camera;
    return x < 0 || x > width || width < 2 * half ? x : clamp(x, half + 2, width - half - 2);
  }

  isAway({ left, top, right, bottom }) {
    const { width, height } = this.view.camera;
    return right < 0 || left > width || bottom < 0 || top > height;
  }
}

// Choose the names, and note in the view which nodes are shown by theirs alone.
function named(view, nodes, obstacles = []) {
  const placed = place({ ...view, obstacles }, nodes);
  view.pilled = new Set(placed.filter((label) => label.pill).map((label) => label.node));
  return placed;
}

function place(view, nodes) {
  const placement = new Placement(view, nodes);
  const { focus, pinned, cursor, hovered } = view;
  const seen = new Set(nodes);
  const done = new Set();
  const name = (node, force) => {
    if (!node || done.has(node) || !seen.has(node)) return;
    if (nameNode(placement, view, node, force)) done.add(node);
  };
  for (const node of [hovered, pinned, cursor]) name(node, true);
  const ordered = view.model.byWeight;
  if (focus && focus.nodes.size <= 80) for (const node of ordered) if (focus.nodes.has(node)) name(node, true);
  for (const node of ordered) if (isPill(node)) name(node);
  for (const hull of [...view.model.hulls].sort((a, b) => b.nodes.length - a.nodes.length)) nameHull(placement, view, hull);
  for (const node of ordered) if (node.kind === "cluster") name(node);
  nameRegions(placement, view);
  for (const node of ordered) if (isGarment(node) && node.size * view.camera.scale >= 30 + 34 * (1 - node.weight)) name(node);
  return placement.placed;
}

function nameNode(placement, view, node, force = false) {
  const [x, y] = view.camera.toScreen(node.x, node.y);
  const side = node.size * view.camera.scale;
  const far = view.focus && !view.focus.nodes.has(node);
  const look = { node, force, alpha: far ? 1 - DIMMED * view.dim : 1 };
  if (isPill(node)) {
    const size = Math.round(clamp(side * 0.2, LEAST_PX, 17));
    return placement.put(node.label, [[x, y], [x, y - PILL_PX], [x, y + PILL_PX]], { ...look, size, weight: 600, pad: 7, most: 190, pill: node.colour });
  }
  const below = y + (side * Math.min(1, node.high ?? 1)) / 2 + (side < DOT_PX ? 9 : 11 + clamp(side * 0.07, 2, 7));
  const above = y - (side * (node.high ?? 1)) / 2 - 9;
  if (node.kind === "cluster") {
    const size = Math.round(clamp(side * 0.15, LEAST_PX, 18));
    const text = node.count ? `${node.label} · ${node.count.toLocaleString("en")}` : node.label;
    return placement.put(text, [[x, y + side / 2 + size * 0.9], [x, y - side / 2 - size * 0.9]], { ...look, size, weight: 600, most: 240, body: node });
  }
  const most = force ? 200 : clamp(side * 1.5, 100, 200);
  return placement.put(node.label, [[x, below], [x, above]], { ...look, size: side > 110 ? 14 : LEAST_PX, most, body: node });
}

function nameHull(placement, view, hull) {
  const shape = hullShape(view, hull);
  if (shape.radius < 11) return;
  const middle = (shape.left + shape.right) / 2;
  const far = view.focus && !shape.members.some((node) => view.focus.nodes.has(node));
  const size = Math.round(clamp(view.camera.scale * 0.2, LEAST_PX, 16));
  const places = [[middle, shape.top - size * 0.8], [middle, shape.bottom + size * 0.8]];
  const look = { size, weight: 650, most: 320, hull: true, colour: hull.colour, alpha: far ? 1 - DIMMED * view.dim : 1 };
  // A phone has no room beside the pictures: then over one, since the name is what the picture is about.
  if (!placement.put(hull.label, places, { ...look, body: NaN }) && view.camera.width < NARROW_PX) placement.put(hull.label, places, look);
}

// Names of regions are large and quiet, and go as one comes nearer.
function nameRegions(placement, view) {
  const near = clamp((FAR_PX + FADING_PX - view.camera.scale) / FADING_PX, 0, 1);
  if (!near) return;
  const most = Math.max(1, ...view.model.regions.map((region) => region.count));
  for (const region of [...view.model.regions].sort((a, b) => b.count - a.count)) {
    const size = Math.round((view.camera.width < 600 ? 13 : 15) + 9 * Math.sqrt(region.count / most));
    placement.put(region.label, [view.camera.toScreen(region.x, region.y)], {
      size, weight: 650, most: 320, region: true, alpha: 0.66 * near * (view.focus ? 1 - DIMMED * view.dim : 1),
    });
  }
}

function drawLabels(pen, view, placed) {
  const { theme } = view;
  pen.textAlign = "center";
  pen.textBaseline = "alphabetic";
  pen.lineJoin = "round";
  for (const { text, x, y, size, font, box, alpha, pill, colour } of placed) {
    pen.globalAlpha = alpha;
    pen.font = font;
    if (pill) {
      pen.beginPath();
      pen.roundRect(box.left, box.top, box.right - box.left, box.bottom - box.top, (box.bottom - box.top) / 2);
      pen.fillStyle = theme.panel;
      pen.fill();
      pen.strokeStyle = theme.faint(pill) ? theme.quiet : pill;
      pen.lineWidth = 2;
      pen.stroke();
    } else {
      pen.strokeStyle = theme.ground;
      pen.lineWidth = size / 3.6;
      pen.strokeText(text, x, y + size * 0.35);
    }
    pen.fillStyle = colour ? theme.readable(colour) : theme.ink;
    pen.fillText(text, x, y + size * 0.35);
  }
  pen.globalAlpha = 1;
}
