// A pen that writes what it is told to draw as SVG: as much of a canvas's context as the drawing uses.

const escaped = (text) => String(text).replace(/[&<>"']/g, (sign) => `&#${sign.codePointAt(0)};`).replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, "");
const short = (value) => Number(value.toFixed(2));

class SvgPen {
  constructor(width, height) {
    Object.assign(this, { width, height, globalAlpha: 1, lineWidth: 1, fillStyle: "#000", strokeStyle: "#000", font: "", lineCap: "butt", lineJoin: "miter" });
    this.parts = [];
    this.dash = [];
    this.path = "";
  }

  setLineDash(dash) {
    this.dash = dash;
  }

  beginPath() {
    this.path = "";
  }

  moveTo(x, y) {
    this.path += `M${short(x)} ${short(y)}`;
  }

  lineTo(x, y) {
    this.path += `L${short(x)} ${short(y)}`;
  }

  quadraticCurveTo(cx, cy, x, y) {
    this.path += `Q${short(cx)} ${short(cy)} ${short(x)} ${short(y)}`;
  }

  closePath() {
    this.path += "Z";
  }

  arc(x, y, radius, from, to) {
    const whole = to - from >= 2 * Math.PI - 1e-9;
    const span = whole ? 2 * Math.PI : (((to - from) % (2 * Math.PI)) + 2 * Math.PI) % (2 * Math.PI);
    const at = (angle) => `${short(x + radius * Math.cos(angle))} ${short(y + radius * Math.sin(angle))}`;
    this.path += `${this.path && !this.path.endsWith("Z") ? "L" : "M"}${at(from)}`;
    for (const angle of span > Math.PI ? [from + span / 2, from + span] : [from + span])
      this.path += `A${short(radius)} ${short(radius)} 0 0 1 ${at(angle)}`;
  }

  roundRect(x, y, width, height, radius) {
    this.moveTo(x + radius, y);
    this.arc(x + width - radius, y + radius, radius, -Math.PI / 2, 0);
    this.arc(x + width - radius, y + height - radius, radius, 0, Math.PI / 2);
    this.arc(x + radius, y + height - radius, radius, Math.PI / 2, Math.PI);
    this.arc(x + radius, y + radius, radius, Math.PI, Math.PI * 1.5);
    this.closePath();
  }

  get faded() {
    return this.globalAlpha < 1 ? ` opacity="${short(this.globalAlpha)}"` : "";
  }

  get stroked() {
    const dash = this.dash.length ? ` stroke-dasharray="${this.dash.join(" ")}"` : "";
    return ` stroke="${escaped(this.strokeStyle)}" stroke-width="${short(this.lineWidth)}" stroke-linecap="${this.lineCap}" stroke-linejoin="${this.lineJoin}"${dash}`;
  }

  fill() {
    this.parts.push(`<path d="${this.path}" fill="${escaped(this.fillStyle)}"${this.faded}/>`);
  }

  stroke() {
    if (this.path) this.parts.push(`<path d="${this.path}" fill="none"${this.stroked}${this.faded}/>`);
  }

  fillRect(x, y, width, height) {
    this.parts.push(`<rect x="${x}" y="${y}" width="${width}" height="${height}" fill="${escaped(this.fillStyle)}"${this.faded}/>`);
  }

  text(text, x, y, look) {
    const [, weight, size, family] = this.font.match(/^(\d+) ([\d.]+)px (.*)$/);
    this.parts.push(
      `<text x="${short(x)}" y="${short(y)}" text-anchor="middle" font-family="${escaped(family)}" font-size="${size}" font-weight="${weight}"${look}${this.faded}>${escaped(text)}</text>`,
    );
  }

  fillText(text, x, y) {
    this.text(text, x, y, ` fill="${escaped(this.fillStyle)}"`);
  }

  strokeText(text, x, y) {
    this.text(text, x, y, ` fill="none" aria-hidden="true"${this.stroked}`);
  }

  drawImage(picture, x, y, width, height) {
    const box = `x="${short(x)}" y="${short(y)}" width="${short(width)}" height="${short(height)}"`;
    this.parts.push(`<image ${box} href="${picture.toDataURL()}"${this.faded}/>`);
  }

  toString() {
    const size = `width="${this.width}" height="${this.height}" viewBox="0 0 ${this.width} ${this.height}"`;
    return `<?xml version="1.0" encoding="UTF-8"?>\n<svg xmlns="http://www.w3.org/2000/svg" ${size}>\n${this.parts.join("\n")}\n</svg>\n`;
  }
}
