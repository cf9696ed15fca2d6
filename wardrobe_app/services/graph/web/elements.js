// What every part of the viewer uses. All files are joined into one script, in the order that viewer.py names.

const ICONS = {
  plus: "M19 13h-6v6h-2v-6H5v-2h6V5h2v6h6z",
  minus: "M19 13H5v-2h14z",
  fit: "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zm-7 7H3v6h6v-2H5zM3 9h2V5h4V3H3zm16 10h-4v2h6v-6h-2zM15 3v2h4v4h2V3z",
  full: "M7 14H5v5h5v-2H7zM5 10h2V7h3V5H5zm12 7h-3v2h5v-5h-2zM14 5v2h3v3h2V5z",
  close: "M19 6.4 17.6 5 12 10.6 6.4 5 5 6.4 10.6 12 5 17.6 6.4 19 12 13.4 17.6 19 19 17.6 13.4 12z",
  share: "M12 3 7 8l1.4 1.4L11 6.8V15h2V6.8l2.6 2.6L17 8zM5 19v-6H3v8h18v-8h-2v6z",
  search: "M15.5 14h-.8l-.3-.3a6.5 6.5 0 1 0-.7.7l.3.3v.8l5 5 1.5-1.5zm-6 0a4.5 4.5 0 1 1 0-9 4.5 4.5 0 0 1 0 9z",
  list: "M4 6h3v3H4zm5 .5h11v2H9zM4 11h3v3H4zm5 .5h11v2H9zM4 16h3v3H4zm5 .5h11v2H9z",
};

// Make an element: `on` holds its listeners, everything else is an attribute. Children that are texts stay texts.
function make(tag, { on = {}, ...attributes } = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined && value !== false) node.setAttribute(name, value === true ? "" : value);
  }
  for (const [name, act] of Object.entries(on)) node.addEventListener(name, act);
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

function drawing(name) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(space, "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

function iconButton(name, label, act, more = {}) {
  return make("button", { type: "button", class: "wv-icon", "aria-label": label, title: label, on: { click: act }, ...more }, drawing(name));
}

const clamp = (value, least, most) => Math.min(Math.max(value, least), most);
const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
const ease = (part) => 1 - (1 - part) ** 3;
const capitalise = (text) => text.charAt(0).toUpperCase() + text.slice(1);

// Letters that look alike are one, by the rules of the program (FOLDING is written by viewer.py).
const MARKS = new RegExp(FOLDING.marks, "gu");
const fold = (text) =>
  [...text.replaceAll(FOLDING.acute, "'").normalize("NFKD").replace(MARKS, "").toLowerCase()]
    .map((letter) => FOLDING.alike[letter] ?? letter)
    .join("")
    .normalize("NFKC");

// Remembered while the tab is open, should the page build the viewer anew.
const memory = { switched: new Map(), views: new Map(), cleared: null, asked: null, pictures: null, details: null };
