// Colours from the page's CSS variables, and what can be read on what.

const ruled = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
ruled.canvas.width = ruled.canvas.height = 1;

function channels(colour) {
  ruled.clearRect(0, 0, 1, 1);
  ruled.fillStyle = "#888";
  ruled.fillStyle = colour;
  ruled.fillRect(0, 0, 1, 1);
  return [...ruled.getImageData(0, 0, 1, 1).data].slice(0, 3);
}

// Relative luminance and contrast, as WCAG 2 defines them.
function luminance(rgb) {
  const [r, g, b] = rgb.map((value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one, two) {
  const [a, b] = [luminance(one), luminance(two)];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

class Theme {
  constructor(root) {
    const style = getComputedStyle(root);
    const read = (name) => style.getPropertyValue(name).trim();
    this.ground = read("--wv-ground");
    this.panel = read("--wv-panel");
    this.ink = read("--wv-ink");
    this.line = read("--wv-line");
    this.primary = read("--wv-primary");
    this.font = style.fontFamily;
    this.rgb = channels(this.ground);
    this.inkRgb = channels(this.ink);
    this.dark = luminance(this.rgb) < 0.2;
    this.quiet = this.mixed(this.inkRgb, this.rgb, 0.55);
    this.known = new Map();
  }

  mixed(one, two, part) {
    return `rgb(${one.map((value, at) => Math.round(value * (1 - part) + two[at] * part)).join(" ")})`;
  }

  // Whether a colour can hardly be told from the ground.
  faint(colour) {
    return this.about(colour).faint;
  }

  // The colour, moved towards the ink until it can be read on the ground.
  readable(colour) {
    return this.about(colour).readable;
  }

  // The colour, moved towards the ink until a line of it can be seen on the ground.
  visible(colour) {
    return this.about(colour).visible;
  }

  about(colour) {
    if (!this.known.has(colour)) {
      const rgb = channels(colour);
      const reaching = (least) => {
        const part = [0, 0.15, 0.3, 0.45, 0.6, 0.8, 1].find((each) => contrast(channels(this.mixed(rgb, this.inkRgb, each)), this.rgb) >= least);
        return this.mixed(rgb, this.inkRgb, part ?? 1);
      };
      this.known.set(colour, { faint: contrast(rgb, this.rgb) < 1.35, readable: reaching(4.6), visible: reaching(3.4) });
    }
    return this.known.get(colour);
  }
}
