// Draws hulls, edges and nodes with a pen: the context of a canvas, or what writes an SVG (svg.js). A view is what is
// drawn: model, camera, theme, pictures, and focus, the nodes that stand out while the others are dimmed.

const DOT_PX = 14; // where a normal garment is smaller, all are dots
const DIMMED = 0.88; // how much of what is out of focus fades
const DIMMED_LINES = 0.8;
const WIDTHS = [1, 1.7, 2.6]; // of edges by strength, in pixels
const AT_ONCE = 160; // edges in one stroke: a path of thousands takes longer than many short ones

const isGarment = (node) => node.kind === "item";
const isPill = (node) => node.kind !== "item" && node.kind !== "cluster";

function outline(points) {
  const sorted = [...points].sort((a, b) => a.x - b.x || a.y - b.y);
  const half = (list) => {
    const chain = [];
    for (const point of list) {
      while (chain.length > 1 && turn(chain.at(-2), chain.at(-1), point) <= 0) chain.pop();
      chain.push(point);
    }
    return chain.slice(0, -1);
  };
  return sorted.length < 3 ? sorted : [...half(sorted), ...half(sorted.reverse())];
}

const turn = (a, b, c) => (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);

// A hull on the screen: the corners around its nodes, and how far the line runs outside them.
function hullShape(view, hull) {
  const members = hull.nodes.map((at) => view.model.nodes[at]);
  const radius = (Math.max(...members.map((node) => node.size)) * 0.56 + 0.08) * view.camera.scale;
  const places = members.map((node) => view.camera.toScreen(node.x, node.y)).map(([x, y]) => ({ x, y }));
  const xs = places.map((place) => place.x);
  const ys = places.map((place) => place.y);
  return {
    members, radius, corners: outline(places),
    left: Math.min(...xs) - radius, right: Math.max(...xs) + radius,
    top: Math.min(...ys) - radius, bottom: Math.max(...ys) + radius,
  };
}

function drawHulls(pen, view) {
  const { width, height } = view.camera;
  for (const hull of view.model.hulls) {
    const shape = hullShape(view, hull);
    const margin = view.margin ?? 0;
    if (shape.right < -margin || shape.left > width + margin || shape.bottom < -margin || shape.top > height + margin) continue;
    pen.beginPath();
    const { corners, radius } = shape;
    corners.forEach((corner, at) => {
      const before = corners.at(at - 1);
      const after = corners[(at + 1) % corners.length];
      const normal = (p, q) => Math.atan2(-(q.x - p.x), q.y - p.y);
      if (corners.length === 1) pen.arc(corner.x, corner.y, radius, 0, 2 * Math.PI);
      else pen.arc(corner.x, corner.y, radius, normal(before, corner), normal(corner, after));
    });
    pen.closePath();
    pen.fillStyle = pen.strokeStyle = hull.colour;
    pen.globalAlpha = (view.theme.dark ? 0.22 : 0.13) * (view.fade ?? 1);
    pen.fill();
    pen.globalAlpha = (view.theme.dark ? 0.6 : 0.42) * (view.fade ?? 1);
    pen.lineWidth = 1.2;
    pen.setLineDash([]);
    pen.stroke();
  }
  pen.globalAlpha = 1;
}

// One edge as a line from rim to rim; null where nothing of it is to be seen.
function segment(view, edge) {
  const { model, camera } = view;
  const [a, b] = [model.nodes[edge.a], model.nodes[edge.b]];
  if (a.hidden || b.hidden) return null;
  const [ax, ay] = camera.toScreen(a.x, a.y);
  const [bx, by] = camera.toScreen(b.x, b.y);
  const margin = view.margin ?? 0;
  const right = camera.width + margin;
  const bottom = camera.height + margin;
  if ((ax < -margin && bx < -margin) || (ax > right && bx > right) || (ay < -margin && by < -margin) || (ay > bottom && by > bottom)) return null;
  const long = Math.hypot(bx - ax, by - ay);
  const [ra, rb] = [a.size * 0.44 * camera.scale, b.size * 0.44 * camera.scale];
  if (long <= ra + rb) return null;
  const [ux, uy] = [(bx - ax) / long, (by - ay) / long];
  return { x1: ax + ux * ra, y1: ay + uy * ra, x2: bx - ux * rb, y2: by - uy * rb, bend: edge.lane * 7, ux, uy };
}

function draw(pen, { x1, y1, x2, y2, bend, ux, uy }) {
  pen.moveTo(x1, y1);
  if (bend) pen.quadraticCurveTo((x1 + x2) / 2 - uy * bend, (y1 + y2) / 2 + ux * bend, x2, y2);
  else pen.lineTo(x2, y2);
}

// Edges, in one stroke for many of the same look. Fewer edges are drawn stronger.
function drawEdges(pen, view, edges, strong = false) {
  const looks = new Map();
  for (const edge of edges) {
    const line = edge.shown && segment(view, edge);
    if (!line) continue;
    const look = `${edge.relation} ${Math.min(2, Math.floor(edge.strength * 3))}`;
    if (!looks.has(look)) looks.set(look, []);
    looks.get(look).push(line);
  }
  const count = [...looks.values()].reduce((sum, lines) => sum + lines.length, 0);
  const zoomed = clamp(Math.sqrt(view.camera.scale / 40), 0.6, 1.6);
  pen.lineCap = "butt";
  pen.globalAlpha = strong ? 0.95 : clamp(1.2 - 0.27 * Math.log10(count + 1), 0.13, 0.62) * (view.fade ?? 1);
  for (const [look, lines] of looks) {
    const [name, width] = look.split(/ (?=\d$)/);
    const relation = view.model.relations.find((one) => one.name === name);
    pen.strokeStyle = relation ? view.theme.visible(relation.colour) : view.theme.ink;
    pen.lineWidth = WIDTHS[width] * zoomed * (strong ? 1.25 : 1);
    pen.setLineDash(lines.length > 1500 ? [] : relation?.dash ?? []);
    for (let from = 0; from < lines.length; from += AT_ONCE) {
      pen.beginPath();
      for (const line of lines.slice(from, from + AT_ONCE)) draw(pen, line);
      pen.stroke();
    }
  }
  pen.setLineDash([]);
  pen.globalAlpha = 1;
  return count;
}

// Marks of one colour, gathered to be drawn together.
class Marks {
  constructor() {
    this.byColour = new Map();
  }

  add(colour, ...mark) {
    if (!this.byColour.has(colour)) this.byColour.set(colour, []);
    this.byColour.get(colour).push(mark);
  }

  discs(pen, theme) {
    for (const [colour, marks] of this.byColour) {
      pen.beginPath();
      for (const [x, y, radius] of marks) {
        pen.moveTo(x + radius, y);
        pen.arc(x, y, radius, 0, 2 * Math.PI);
      }
      pen.fillStyle = colour;
      pen.fill();
      if (!theme.faint(colour)) continue;
      pen.strokeStyle = theme.quiet;
      pen.lineWidth = 1;
      pen.stroke();
    }
  }

  bars(pen, theme, thick) {
    pen.lineCap = "round";
    for (const [colour, marks] of this.byColour) {
      for (const [style, width] of theme.faint(colour) ? [[theme.quiet, thick + 1.6], [colour, thick]] : [[colour, thick]]) {
        pen.beginPath();
        for (const [x, y, half] of marks) {
          pen.moveTo(x - half, y);
          pen.lineTo(x + half, y);
        }
        pen.strokeStyle = style;
        pen.lineWidth = width;
        pen.stroke();
      }
    }
  }
}

function drawPicture(pen, picture, x, y, side) {
  const { wide, high, edge } = picture.ratio;
  pen.drawImage(picture, x - side * (wide / 2 + edge), y - side * (high / 2 + edge), side * (wide + 2 * edge), side * (high + 2 * edge));
}

// Nodes: dots while they are small, then pictures with a line of their colour beneath. Returns how many of each.
function drawNodes(pen, view, nodes) {
  const { camera, pictures, theme } = view;
  const [discs, bars, waiting] = [new Marks(), new Marks(), new Marks()];
  const drawn = { dots: 0, pictures: 0 };
  const prepared = [];
  const near = camera.scale >= DOT_PX;
  for (const node of nodes) {
    const [x, y] = camera.toScreen(node.x, node.y);
    const side = node.size * camera.scale;
    const picture = near && node.picture ? pictures.scaled(node.picture, side * view.ratio * (isGarment(node) ? 1 : 0.62)) : null;
    node.high = 1;
    if (node.kind === "cluster") {
      drawCluster(pen, view, node, x, y, side, picture);
    } else if (picture) {
      node.high = picture.ratio.high;
      prepared.push([picture, x, y, side]);
      const below = y + (side * picture.ratio.high) / 2 + clamp(side * 0.07, 2, 7);
      bars.add(node.colour, x, below, clamp(side * 0.16, 3, 18));
    } else if (isGarment(node) && near) {
      const lost = !node.picture || (pictures.has(node.picture) && !pictures.url(node.picture));
      (lost ? discs : waiting).add(node.colour, x, y, side * (lost ? 0.36 : 0.24));
    } else if (!view.pilled?.has(node)) discs.add(node.colour, x, y, Math.max(1.6, side * 0.4));
    drawn[picture ? "pictures" : "dots"] += 1;
  }
  discs.discs(pen, theme);
  const full = pen.globalAlpha;
  pen.globalAlpha = full * 0.55;
  waiting.discs(pen, theme);
  pen.globalAlpha = full;
  for (const one of prepared) drawPicture(pen, ...one);
  bars.bars(pen, theme, clamp(camera.scale * 0.05, 1.6, 3.4));
  return drawn;
}

function drawCluster(pen, view, node, x, y, side, picture) {
  const full = pen.globalAlpha;
  pen.beginPath();
  pen.arc(x, y, side / 2, 0, 2 * Math.PI);
  pen.fillStyle = view.theme.panel;
  pen.fill();
  pen.globalAlpha = full * (picture ? 0.16 : 0.7);
  pen.fillStyle = pen.strokeStyle = node.colour;
  pen.fill();
  pen.globalAlpha = full;
  pen.lineWidth = clamp(side * 0.03, 1.5, 3.5);
  pen.stroke();
  if (picture) drawPicture(pen, picture, x, y, side * 0.62);
}

function drawRing(pen, view, node, dashed) {
  const [x, y] = view.camera.toScreen(node.x, node.y);
  pen.beginPath();
  pen.arc(x, y, Math.max(9, node.size * view.camera.scale * 0.56 + 4), 0, 2 * Math.PI);
  pen.setLineDash(dashed ? [4, 3] : []);
  for (const [style, width] of [[view.theme.ground, 5], [view.theme.primary, 2.5]]) {
    pen.strokeStyle = style;
    pen.lineWidth = width;
    pen.stroke();
  }
  pen.setLineDash([]);
}

// The whole picture, on what is drawn already of hulls and edges.
function drawScene(pen, view, nodes, placed) {
  const { focus, dim } = view;
  const near = focus ? nodes.filter((node) => focus.nodes.has(node)) : [];
  const far = focus ? nodes.filter((node) => !focus.nodes.has(node)) : nodes;
  pen.globalAlpha = 1 - DIMMED * dim;
  const drawn = drawNodes(pen, view, far);
  pen.globalAlpha = 1;
  if (focus) {
    if (dim > 0.5) drawEdges(pen, view, focus.edges, true);
    const more = drawNodes(pen, view, near);
    for (const kind of Object.keys(more)) drawn[kind] += more[kind];
  }
  drawMarks(pen, view, placed);
  return drawn;
}

// What lies over the nodes: rings and names.
function drawMarks(pen, view, placed) {
  if (view.cursor) drawRing(pen, view, view.cursor, true);
  if (view.pinned) drawRing(pen, view, view.pinned, false);
  drawLabels(pen, view, placed);
}
