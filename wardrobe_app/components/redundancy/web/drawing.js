// Small helpers that draw: text is always set as text.

function button(label, key, act, attributes = {}) {
  const hint = key ? element("kbd", { "aria-hidden": "true" }, key) : null;
  return element("button", { type: "button", onclick: act, ...attributes }, element("span", {}, label), hint);
}

function list(heading, lines, kind) {
  if (!lines.length) return null;
  const items = lines.map((line) => element("li", {}, line));
  return element("div", { class: kind }, element("h3", {}, heading), element("ul", {}, ...items));
}
