// Small helpers that draw: text is always set as text.

function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) node.setAttribute(name, value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

function button(label, key, act, attributes = {}) {
  const hint = key ? element("kbd", { "aria-hidden": "true" }, key) : null;
  return element("button", { type: "button", onclick: act, ...attributes }, element("span", {}, label), hint);
}

function list(heading, lines, kind) {
  if (!lines.length) return null;
  const items = lines.map((line) => element("li", {}, line));
  return element("div", { class: kind }, element("h3", {}, heading), element("ul", {}, ...items));
}
