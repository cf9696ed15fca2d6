// The graph as it is shown, as a picture: PNG, SVG, or on the clipboard.

const SHARED_RATIO = 2; // pixels of a PNG for each on the screen
const WAIT_MS = 5000; // at most, for pictures that are on their way

class Share {
  constructor(parent, view, hint) {
    this.view = view;
    this.hint = hint;
    const item = (label, act) => make("button", { type: "button", role: "menuitem", tabindex: "-1", on: { click: () => this.run(act) } }, label);
    this.menu = make(
      "div",
      { class: "wv-menu", role: "menu", "aria-label": "Share", hidden: true, on: { keydown: (event) => this.press(event) } },
      item("Save as PNG", () => this.savePng()),
      item("Save as SVG", () => this.saveSvg()),
      item("Copy picture", () => this.copy()),
    );
    this.button = iconButton("share", "Share", () => this.open(this.menu.hidden), { "aria-haspopup": "menu", "aria-expanded": "false" });
    this.node = make("div", { class: "wv-share" }, this.button, this.menu);
    this.node.addEventListener("focusout", (event) => {
      if (!this.node.contains(event.relatedTarget)) this.open(false);
    });
    parent.append(this.node);
  }

  open(wanted) {
    this.menu.hidden = !wanted;
    this.button.setAttribute("aria-expanded", String(wanted));
    if (wanted) this.menu.firstChild.focus();
  }

  press(event) {
    const items = [...this.menu.children];
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) items[(items.indexOf(document.activeElement) + step + items.length) % items.length].focus();
    else if (event.key === "Escape") {
      this.open(false);
      this.button.focus();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  async run(act) {
    this.open(false);
    this.button.focus();
    try {
      await act();
    } catch (error) {
      this.hint(`The picture could not be made: ${error.message}`, 6000);
    }
  }

  // Draw what is shown with this pen, with every picture that exists.
  async draw(pen, ratio) {
    const { view } = this;
    const until = performance.now() + WAIT_MS;
    const { width, height } = view.camera;
    const nodes = view.model.within(view.camera.seen);
    const picture = { ...view.picture(view.focus), ratio, dim: view.focus ? 1 : 0, cursor: null, hovered: null };
    picture.fade = 1 - DIMMED_LINES * picture.dim;
    const none = new SvgPen(width, height);
    do {
      view.pictures.begin(Infinity);
      drawNodes(none, picture, nodes);
      if (!view.pictures.busy && !(view.send && view.pictures.lacking.size)) break;
      view.ask();
      await new Promise((done) => setTimeout(done, 60));
    } while (performance.now() < until);
    view.pictures.begin(Infinity);
    pen.fillStyle = picture.theme.ground;
    pen.fillRect(0, 0, width, height);
    drawHulls(pen, picture);
    drawEdges(pen, picture, view.model.edges);
    const placed = named(picture, nodes);
    drawScene(pen, picture, nodes, placed);
    view.draw();
  }

  async svg() {
    const pen = new SvgPen(this.view.camera.width, this.view.camera.height);
    await this.draw(pen, SHARED_RATIO);
    return new Blob([pen.toString()], { type: "image/svg+xml" });
  }

  async png() {
    const { width, height } = this.view.camera;
    const canvas = make("canvas", { width: width * SHARED_RATIO, height: height * SHARED_RATIO });
    const pen = canvas.getContext("2d");
    pen.scale(SHARED_RATIO, SHARED_RATIO);
    await this.draw(pen, SHARED_RATIO);
    const blob = await new Promise((done) => canvas.toBlob(done, "image/png"));
    if (!blob) throw new Error("it is too large for this browser");
    return blob;
  }

  save(blob, ending) {
    const url = URL.createObjectURL(blob);
    make("a", { href: url, download: `wardrobe-graph-${this.view.model.scene.way}.${ending}` }).click();
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
  }

  async savePng() {
    this.save(await this.png(), "png");
  }

  async saveSvg() {
    this.save(await this.svg(), "svg");
  }

  async copy() {
    if (!navigator.clipboard?.write || !window.ClipboardItem) {
      return this.hint("This browser lets no page copy pictures. Save it as PNG instead.", 6000);
    }
    try {
      await navigator.clipboard.write([new ClipboardItem({ "image/png": this.png() })]);
      this.hint("Copied");
    } catch (error) {
      if (error.name !== "NotAllowedError") throw error;
      this.hint("The browser did not allow this page to copy. Save the picture as PNG instead.", 6000);
    }
  }
}
