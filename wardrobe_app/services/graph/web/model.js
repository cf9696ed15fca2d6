// The scene as the viewer keeps it: places, what hangs on what, which relations are shown.

const CELL = 3; // units; the side of a cell of the grid that finds nodes by place
const GLIDE_MS = 400;
const MOST_GLIDING = 600;

class Model {
  constructor(scene, upright, switched) {
    this.scene = scene;
    this.upright = upright; // drawn with x and y exchanged, as the screen is high and the graph is wide
    this.nodes = scene.nodes.map((node, at) => this.placed({ ...node, at }));
    this.edges = scene.edges.map((edge, at) => ({ ...edge, at, lane: 0 }));
    this.hulls = scene.hulls ?? [];
    this.regions = (scene.regions ?? []).map((region) => this.placed({ ...region }));
    this.relations = scene.relations.map((one) => ({ ...one, on: switched.get(`${scene.way} ${one.name}`) ?? one.on }));
    this.byId = new Map(this.nodes.map((node) => [node.id, node]));
    this.byWeight = [...this.nodes].sort((a, b) => b.weight - a.weight || a.at - b.at);
    this.most = Math.max(1, ...this.nodes.map((node) => node.size));
    this.hang();
    this.settle();
    this.index();
  }

  placed(thing) {
    if (this.upright) [thing.x, thing.y] = [thing.y, thing.x];
    return thing;
  }

  static bounds(nodes) {
    const box = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
    for (const { x, y, size } of nodes) {
      box.left = Math.min(box.left, x - size / 2);
      box.right = Math.max(box.right, x + size / 2);
      box.top = Math.min(box.top, y - size / 2);
      box.bottom = Math.max(box.bottom, y + size / 2);
    }
    return nodes.length ? box : { left: -1, top: -1, right: 1, bottom: 1 };
  }

  // A wide graph on a high screen is drawn with x and y exchanged, and the other way round.
  static isUpright(scene, { width, height }) {
    const box = Model.bounds(scene.nodes);
    const shape = (box.right - box.left) / (box.bottom - box.top || 1);
    return (shape > 1.15 && height > width * 1.15) || (shape < 0.87 && width > height * 1.15);
  }

  // Let every node know its edges; edges between the same two get lanes of their own.
  hang() {
    this.of = this.nodes.map(() => []);
    const lanes = new Map();
    for (const edge of this.edges) {
      this.of[edge.a].push(edge);
      this.of[edge.b].push(edge);
      const pair = Math.min(edge.a, edge.b) * this.nodes.length + Math.max(edge.a, edge.b);
      const others = lanes.get(pair) ?? 0;
      lanes.set(pair, others + 1);
      edge.lane = others ? Math.ceil(others / 2) * (others % 2 ? 1 : -1) : 0;
    }
  }

  get strongest() {
    return (this.sorted ??= [...this.edges].sort((a, b) => b.strength - a.strength));
  }

  // Apply which relations are shown: what is no garment and hangs on nothing that is shown is not shown either.
  settle() {
    this.shown = new Set(this.relations.filter((one) => one.on).map((one) => one.name));
    for (const edge of this.edges) edge.shown = this.shown.has(edge.relation);
    for (const node of this.nodes) {
      const own = this.of[node.at];
      node.hidden = !["item", "cluster"].includes(node.kind) && own.length > 0 && !own.some((edge) => edge.shown);
    }
  }

  toggle(name) {
    const relation = this.relations.find((one) => one.name === name);
    relation.on = !relation.on;
    this.settle();
    return relation.on;
  }

  index() {
    this.cells = new Map();
    for (const node of this.nodes) {
      const key = `${Math.floor(node.x / CELL)} ${Math.floor(node.y / CELL)}`;
      if (!this.cells.has(key)) this.cells.set(key, []);
      this.cells.get(key).push(node);
    }
  }

  // What is shown, and not what is switched off.
  get box() {
    return Model.bounds(this.nodes.filter((node) => !node.hidden));
  }

  // The nodes that are at least partly in a box.
  within({ left, top, right, bottom }) {
    const reach = this.most / 2;
    const columns = [Math.floor((left - reach) / CELL), Math.floor((right + reach) / CELL)];
    const rows = [Math.floor((top - reach) / CELL), Math.floor((bottom + reach) / CELL)];
    const many = (columns[1] - columns[0] + 1) * (rows[1] - rows[0] + 1) > this.cells.size;
    const found = [];
    const take = (nodes) => {
      for (const node of nodes ?? []) {
        const half = node.size / 2;
        const inside = node.x + half >= left && node.x - half <= right && node.y + half >= top && node.y - half <= bottom;
        if (inside && !node.hidden) found.push(node);
      }
    };
    if (many) this.cells.forEach(take);
    else for (let i = columns[0]; i <= columns[1]; i++) for (let j = rows[0]; j <= rows[1]; j++) take(this.cells.get(`${i} ${j}`));
    return found.sort((a, b) => a.at - b.at);
  }

  // The node at a place, or the nearest that is at most `reach` units beside it.
  nodeAt(x, y, reach) {
    const wide = reach + this.most / 2;
    let best = null;
    let least = Infinity;
    for (const node of this.within({ left: x - wide, top: y - wide, right: x + wide, bottom: y + wide })) {
      const beside = Math.hypot(node.x - x, node.y - y) - node.size / 2;
      if (beside <= reach && beside < least) [best, least] = [node, beside];
    }
    return best;
  }

  edgeAt(x, y, reach, edges) {
    let best = null;
    let least = reach;
    for (const edge of edges) {
      const { x: ax, y: ay } = this.nodes[edge.a];
      const { x: bx, y: by } = this.nodes[edge.b];
      const [dx, dy] = [bx - ax, by - ay];
      const along = clamp(((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy || 1), 0, 1);
      const beside = Math.hypot(ax + along * dx - x, ay + along * dy - y);
      if (edge.shown && beside < least) [best, least] = [edge, beside];
    }
    return best;
  }

  // A node, what hangs on it, and by which edges.
  around(node) {
    const edges = this.of[node.at].filter((edge) => edge.shown);
    const nodes = new Set([node, ...edges.map((edge) => this.other(edge, node))]);
    return { nodes, edges };
  }

  other(edge, node) {
    return this.nodes[edge.a === node.at ? edge.b : edge.a];
  }

  between(one, two) {
    return this.of[one.at].filter((edge) => edge.shown && this.other(edge, one) === two);
  }

  // Begin where the nodes of an earlier scene stand, and move from there.
  glideFrom(earlier) {
    if (still() || this.nodes.length > MOST_GLIDING || earlier.upright !== this.upright) return;
    for (const node of this.nodes) {
      const before = earlier.byId.get(node.id);
      if (before && (before.x !== node.x || before.y !== node.y)) node.glide = { x: before.x, y: before.y, tx: node.x, ty: node.y };
    }
    this.gliding = this.nodes.some((node) => node.glide) ? { since: null } : null;
    this.step(0);
  }

  step(now) {
    if (!this.gliding) return false;
    if (now) this.gliding.since ??= now;
    const part = now ? Math.min((now - this.gliding.since) / GLIDE_MS, 1) : 0;
    for (const node of this.nodes) {
      if (!node.glide) continue;
      const { x, y, tx, ty } = node.glide;
      node.x = x + (tx - x) * ease(part);
      node.y = y + (ty - y) * ease(part);
      if (part === 1) node.glide = null;
    }
    this.index();
    if (part === 1) this.gliding = null;
    return part < 1;
  }
}
