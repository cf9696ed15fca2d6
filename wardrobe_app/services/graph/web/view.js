// The graph on the canvas: what is looked at, hovered and pinned, and when it is drawn.

const REST_MS = 130; // after the last movement everything is drawn sharp
const SCALING_MS = 6; // of one frame, for pictures that get scaled
const FADE_MS = 120;

class View {
  constructor(root, canvas, tell) {
    this.root = root;
    this.canvas = canvas;
    this.tell = tell; // called with what has changed, for what stands around the canvas
    this.pen = canvas.getContext("2d", { alpha: false });
    this.camera = new Camera(() => this.moved());
    this.pictures = memory.pictures ??= new Pictures(() => {});
    this.pictures.changed = () => {
      this.backdrop.age(performance.now());
      this.draw();
    };
    this.backdrop = new Backdrop();
    this.details = memory.details ??= new Details();
    this.hovered = this.edge = this.pinned = this.cursor = this.highlight = this.lastFocus = null;
    this.placed = [];
    this.drawn = { dots: 0, pictures: 0, edges: 0 };
    this.frames = this.dim = 0;
    this.model = null;
    this.retheme();
    this.watch();
  }

  watch() {
    this.sizes = new ResizeObserver(() => this.resize());
    this.sizes.observe(this.canvas.parentElement);
    this.schemes = matchMedia("(prefers-color-scheme: dark)");
    this.schemes.addEventListener("change", (this.onScheme = () => this.retheme()));
  }

  close() {
    cancelAnimationFrame(this.frame);
    clearTimeout(this.resting);
    this.sizes.disconnect();
    this.schemes.removeEventListener("change", this.onScheme);
    this.closed = true;
  }

  retheme() {
    this.theme = new Theme(this.root);
    this.pictures.repaint(this.theme.dark);
    if (this.model) this.tell("theme");
    this.backdrop.stale = true;
    this.draw();
  }

  resize() {
    const { clientWidth: width, clientHeight: height } = this.canvas.parentElement;
    this.ratio = Math.min(devicePixelRatio || 1, 3);
    if (!width || !height) return;
    const [wide, high] = [Math.round(width * this.ratio), Math.round(height * this.ratio)];
    if (this.canvas.width !== wide || this.canvas.height !== high) {
      Object.assign(this.canvas, { width: wide, height: high });
      Object.assign(this.camera, { width, height });
      this.backdrop.stale = true;
      if (this.model && this.model.upright !== Model.isUpright(this.model.scene, this.camera)) this.build(this.model.scene);
      if (this.model) this.touched ? this.limit() : this.fit(false);
    }
    this.tell("size");
    this.drawNow();
  }

  show(scene) {
    const before = this.model;
    const same = before?.scene.key === scene.key;
    const kept = { pinned: this.pinned?.id, cursor: this.cursor?.id };
    this.pictures.take(scene.pictures, this.send ? 64 : 160); // a file has them in one size
    this.details.renew(scene.details);
    this.build(scene);
    if (same) this.model.glideFrom(before);
    const remembered = memory.views.get(scene.key);
    const asked = scene.pin !== memory.asked ? scene.pin : null; // once, or it could not be closed for good
    memory.asked = scene.pin;
    const pinned = asked ?? (same ? kept.pinned : remembered?.pinned);
    this.pinned = this.model.byId.get(pinned) ?? null;
    this.cursor = same ? this.model.byId.get(kept.cursor) ?? null : null;
    this.setHighlight(scene.highlight);
    this.tell("scene");
    if (!same && remembered) this.camera.set(remembered.camera);
    else if (!same) this.fit(false);
    this.touched = Boolean(same ? this.touched : remembered);
    if (asked && this.pinned) this.reveal(this.pinned);
    this.drawNow();
  }

  build(scene) {
    const { pinned, cursor } = this;
    this.model = new Model(scene, Model.isUpright(scene, this.camera), memory.switched);
    this.hovered = this.edge = this.lastFocus = null;
    this.pinned = pinned && this.model.byId.get(pinned.id);
    this.cursor = cursor && this.model.byId.get(cursor.id);
    if (this.highlight) this.setHighlight(scene.highlight);
    this.limit();
    this.backdrop.stale = true;
  }

  setHighlight(highlight) {
    const said = JSON.stringify(highlight ?? null);
    this.highlight = highlight && said !== memory.cleared ? { label: highlight.label, nodes: new Set(highlight.nodes.map((at) => this.model.nodes[at])) } : null;
  }

  clearHighlight() {
    memory.cleared = JSON.stringify(this.model.scene.highlight ?? null);
    this.highlight = null;
    this.tell("highlight");
    this.draw();
  }

  receive(answer) {
    this.details.answered(answer.details, this.pictures.answered(answer));
    this.tell("details");
    this.draw();
  }

  limit() {
    const whole = this.camera.around(this.model.box);
    this.camera.least = Math.min(whole.scale * 0.6, 30);
  }

  fit(animated = true) {
    const view = this.camera.around(this.model.box);
    this.limit();
    this.touched = false;
    animated ? this.camera.fly(view) : this.camera.set(view);
  }

  flyTo(node) {
    this.touched = true;
    this.camera.fly(this.camera.centred(node.x, node.y, Math.max(this.camera.scale, Math.min(80 / node.size, 80))));
  }

  // Move no more than needed to have a node in clear view.
  reveal(node) {
    const { insets, width, height, scale } = this.camera;
    const [x, y] = this.camera.toScreen(node.x, node.y);
    const half = (node.size * scale) / 2 + 24;
    const dx = Math.max(0, insets.left + half - x) - Math.max(0, x - (width - insets.right - half));
    const dy = Math.max(0, insets.top + half - y) - Math.max(0, y - (height - insets.bottom - half));
    if (!dx && !dy) return;
    this.touched = true;
    this.camera.fly({ x: this.camera.x - dx / scale, y: this.camera.y - dy / scale, scale });
  }

  focusOn(node) {
    this.touched = true;
    const box = Model.bounds([...this.model.around(node).nodes]);
    const room = node.size * 0.8;
    this.camera.fly(this.camera.around({ left: box.left - room, right: box.right + room, top: box.top - room, bottom: box.bottom + room }, 140));
  }

  hover(node, edge = null) {
    if (node === this.hovered && edge === this.edge) return;
    this.hovered = node;
    this.edge = edge;
    this.tell("hover");
    this.draw();
  }

  pin(node) {
    if (node === this.pinned) return;
    this.pinned = node;
    this.tell("pin");
    this.draw();
  }

  // Go to a node by keyboard; null when the keyboard is left.
  walk(node) {
    this.from = this.walked;
    this.keyed = Boolean(node);
    this.cursor = node ?? this.cursor;
    if (node) this.reveal(node);
    this.tell("cursor");
    this.draw();
  }

  toggle(name) {
    memory.switched.set(`${this.model.scene.way} ${name}`, this.model.toggle(name));
    this.lastFocus = null;
    this.backdrop.stale = true;
    if (this.pinned?.hidden) this.pin(null);
    if (!this.touched) this.fit();
    this.tell("relations");
    this.draw();
  }

  get walked() {
    return this.keyed ? this.cursor : null;
  }

  // What stands out: what is pinned, else what is hovered or walked to, else what was asked to be highlighted.
  get focus() {
    const node = this.pinned ?? this.hovered ?? this.walked;
    if (node) return this.model.around(node);
    if (this.edge) return { nodes: new Set([this.model.nodes[this.edge.a], this.model.nodes[this.edge.b]]), edges: [this.edge] };
    if (!this.highlight) return null;
    const { nodes } = this.highlight;
    const inside = (at) => nodes.has(this.model.nodes[at]);
    return { nodes, edges: this.model.edges.filter((edge) => inside(edge.a) && inside(edge.b)) };
  }

  moved() {
    this.moving = true;
    clearTimeout(this.resting);
    this.resting = setTimeout(() => {
      this.moving = false;
      this.remember();
      this.draw();
    }, REST_MS);
    this.tell("move");
    this.draw();
  }

  remember() {
    const { x, y, scale } = this.camera;
    if (!this.model) return;
    if (this.touched || this.pinned) memory.views.set(this.model.scene.key, { camera: { x, y, scale }, pinned: this.pinned?.id });
    else memory.views.delete(this.model.scene.key);
  }

  draw() {
    if (this.closed || this.frame) return;
    this.frame = requestAnimationFrame((now) => {
      this.frame = null;
      this.paint(now);
    });
  }

  drawNow() {
    if (!this.closed) this.paint(performance.now());
  }

  paint(now) {
    if (!this.model || this.camera.width === 1) return;
    this.frames += 1;
    this.painted ??= performance.now();
    const flying = this.camera.step(now);
    const gliding = this.model.step(now);
    const focus = this.focus;
    const fading = this.fade(now, focus);
    if (flying || gliding) this.moved();
    this.backdrop.stale ||= gliding;
    this.compose(focus ?? (this.dim ? this.lastFocus : null));
    if (flying || gliding || fading) this.draw();
    else if (!this.moving) this.ask();
  }

  fade(now, focus) {
    if (focus) this.lastFocus = focus;
    const goal = focus ? 1 : 0;
    const step = still() ? 1 : Math.min(50, now - (this.faded ?? now)) / FADE_MS;
    this.faded = this.dim === goal ? null : now;
    this.dim = clamp(goal, this.dim - step, this.dim + step);
    if (this.dim === goal) this.faded = null;
    return this.dim !== goal;
  }

  compose(focus) {
    const { pen, ratio, camera, pictures } = this;
    pictures.begin(SCALING_MS);
    const nodes = this.model.within(camera.seen);
    const view = this.picture(focus);
    this.drawn.edges = this.backdrop.refresh(view, this.moving);
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.globalAlpha = 1;
    const crowded = this.moving && !focus && nodes.length > CROWD && !this.model.gliding;
    if (!crowded) {
      pen.fillStyle = this.theme.ground;
      pen.fillRect(0, 0, camera.width, camera.height);
      pen.globalAlpha = 1 - DIMMED_LINES * this.dim;
    }
    this.placed = named(view, nodes, this.obstacles);
    this.backdrop.put(pen, view, crowded);
    if (crowded) drawMarks(pen, view, this.placed);
    else Object.assign(this.drawn, drawScene(pen, view, nodes, this.placed));
    this.seen = nodes;
    if (pictures.left <= 0) this.pictures.changed(); // the rest in the next frame
  }

  picture(focus) {
    const { model, camera, theme, pictures, ratio, dim, hovered, pinned } = this;
    return { model, camera, theme, pictures, ratio, dim, hovered, pinned, cursor: this.walked, focus };
  }

  // Ask for what is lacking: of the panel first, then from the middle outwards.
  ask() {
    if (!this.send) return;
    const { x, y } = this.camera;
    const far = (node) => Math.hypot(node.x - x, node.y - y);
    const order = [...this.seen].sort((a, b) => far(a) - far(b)).map((node) => node.picture);
    const chosen = this.pinned?.picture;
    if (chosen && !this.pictures.has(chosen, 160)) this.pictures.lacking.set(chosen, 160);
    this.pictures.ask(this.send, [...new Set([chosen, ...order])].filter(Boolean), [...this.details.wanted]);
  }
}
