// Pictures of garments, kept for as long as the tab is open, and scaled once for each size they are drawn in.

const SIDES = [16, 32, 64, 128, 256]; // pixels
const LARGE_PX = 70; // garments larger than this on the screen get the larger picture
const ASKED_AT_ONCE = 60;
const PATIENCE_MS = 8000;
const MOST_LARGE = 500; // scaled pictures of 64 pixels and more that are kept
const SHADE = 0.14; // of the side: room around a picture for its shadow

class Pictures {
  constructor(changed) {
    this.changed = changed; // called when something can be drawn that could not before
    this.known = new Map(); // by key: url, side, image once it is decoded
    this.queue = []; // keys to decode
    this.decoding = 0;
    this.lacking = new Map(); // by key: the side that is asked for, in the order of urgency
    this.missed = new Map(); // by key: how often it was asked for in vain
    this.large = 0;
    this.dark = false;
  }

  take(pictures, side) {
    for (const [key, url] of Object.entries(pictures ?? {})) {
      const before = this.known.get(key);
      if (before?.url === url || (before?.url && !url)) {
        before.side = Math.max(before.side, side);
        continue;
      }
      const older = before && { image: before.image, scaled: before.scaled };
      this.known.set(key, { image: null, scaled: new Map(), ...older, url, side, fresh: false });
    }
    this.changed();
  }

  has(key, side = 0) {
    const one = this.known.get(key);
    return Boolean(one) && (one.side >= side || one.url === null);
  }

  url(key) {
    return this.known.get(key)?.url ?? null;
  }

  // The picture, scaled for a box of this many device pixels; null while there is none, which is then seen to.
  scaled(key, pixels) {
    const one = this.known.get(key);
    const wanted = pixels > LARGE_PX * devicePixelRatio ? 160 : 64;
    if (!this.has(key, wanted)) this.lacking.set(key, wanted);
    if (!one?.url) return null;
    if (!one.fresh) this.decode(key, one);
    if (!one.image) return null;
    one.used = performance.now();
    const side = SIDES.find((each) => each >= pixels) ?? SIDES.at(-1);
    const known = one.scaled.get(side);
    if (known || (this.left <= 0 && one.scaled.size)) return known ?? [...one.scaled.values()].at(-1);
    if (this.left <= 0) return null;
    return this.scale(one, side);
  }

  scale(one, side) {
    const began = performance.now();
    const { naturalWidth: wide, naturalHeight: high } = one.image;
    const by = side / Math.max(wide, high, 1);
    const edge = Math.ceil(side * SHADE);
    const [w, h] = [Math.max(1, Math.round(wide * by)), Math.max(1, Math.round(high * by))];
    const canvas = document.createElement("canvas");
    canvas.width = w + 2 * edge;
    canvas.height = h + 2 * edge;
    const pen = canvas.getContext("2d");
    pen.imageSmoothingQuality = "high";
    pen.shadowBlur = Math.max(1, side * 0.07);
    pen.shadowColor = this.dark ? "rgb(255 255 255 / 0.55)" : "rgb(20 16 10 / 0.38)";
    if (!this.dark) pen.shadowOffsetY = side * 0.015;
    pen.drawImage(one.image, edge, edge, w, h);
    canvas.ratio = { wide: w / side, high: h / side, edge: edge / side };
    one.scaled.set(side, canvas);
    this.large += side >= 64;
    this.left -= performance.now() - began;
    return canvas;
  }

  // Before a frame: this many milliseconds may go into scaling.
  begin(milliseconds) {
    this.left = milliseconds;
    this.lacking.clear();
    if (this.large > MOST_LARGE) this.forget();
  }

  forget() {
    const old = performance.now() - 2000;
    for (const one of this.known.values()) {
      if ((one.used ?? 0) < old) for (const side of SIDES) if (side >= 64 && one.scaled.delete(side)) this.large -= 1;
    }
  }

  repaint(dark) {
    if (dark === this.dark) return;
    this.dark = dark;
    this.large = 0;
    for (const one of this.known.values()) one.scaled = new Map();
  }

  decode(key, one) {
    one.fresh = true;
    this.queue.push([key, one]);
    this.next();
  }

  next() {
    while (this.decoding < 16 && this.queue.length) {
      const [, one] = this.queue.shift();
      const image = new Image();
      const done = (decoded) => {
        this.decoding -= 1;
        if (decoded) {
          this.large -= [...one.scaled.keys()].filter((side) => side >= 64).length;
          Object.assign(one, { image, scaled: new Map() });
        } else if (!one.image) one.url = null;
        this.changed();
        this.next();
      };
      this.decoding += 1;
      image.src = one.url;
      image.decode().then(() => done(true), () => done(false));
    }
  }

  get busy() {
    return this.decoding > 0 || this.queue.length > 0;
  }

  // Ask for what was lacking in the last frame, the nearest to the middle first; not before the last answer came.
  ask(send, order, details) {
    if (!send || this.asking) return;
    const keys = order.filter((key) => this.lacking.has(key));
    const side = keys.length ? this.lacking.get(keys[0]) : 64;
    const pictures = keys.filter((key) => this.lacking.get(key) === side).slice(0, ASKED_AT_ONCE);
    if (!pictures.length && !details.length) return;
    const asking = (this.asking = { number: send("want", { pictures, side, details }), side, pictures, details });
    setTimeout(() => {
      if (this.asking !== asking) return;
      this.asking = null; // the answer was lost with the connection
      this.changed();
    }, PATIENCE_MS);
  }

  // An answer. Returns the ids whose details were asked for. A picture that did not come when it was asked for twice does not exist, or not larger.
  answered(answer) {
    const asked = this.asking;
    const due = asked && (asked.number === undefined || answer.handled === undefined || answer.handled >= asked.number);
    this.take(answer.pictures, answer.side ?? asked?.side ?? 64);
    if (!due) return [];
    this.asking = null;
    for (const key of asked.pictures) {
      if (key in (answer.pictures ?? {})) continue;
      const one = this.known.get(key);
      this.missed.set(key, (this.missed.get(key) ?? 0) + 1);
      if (one) one.side = asked.side;
      else if (this.missed.get(key) > 1) this.take({ [key]: null }, asked.side);
    }
    return asked.details;
  }
}
