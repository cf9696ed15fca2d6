// Small helpers that draw: text is always set as text.

function button(label, key, act, attributes = {}) {
  const hint = key ? element("kbd", { "aria-hidden": "true" }, key) : null;
  return element("button", { type: "button", onclick: act, ...attributes }, hint, element("span", {}, label));
}

function picture(source, alt) {
  if (source) return element("img", { src: source, alt, draggable: "false" });
  return element("div", { class: "no-photo", role: "img", "aria-label": alt }, "No photo");
}

// A box to type a value in: the list below holds what fits, the first of it chosen by Enter.
function completion(name, choices, chosen, left) {
  const list = element("ul", { role: "listbox", id: "review-choices", "aria-label": name });
  const box = element("input", {
    type: "text", role: "combobox", autocomplete: "off", spellcheck: "false", "aria-label": name,
    "aria-expanded": "true", "aria-controls": "review-choices", "aria-autocomplete": "list", placeholder: name,
  });
  let fitting = [];
  let at = 0;
  const simple = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const draw = () => {
    const typed = simple(box.value.trim());
    const starts = choices.filter(([, label]) => simple(label).startsWith(typed));
    const holds = choices.filter((one) => !starts.includes(one) && simple(one[1]).includes(typed));
    fitting = [...starts, ...holds].slice(0, 8);
    at = Math.max(0, Math.min(at, fitting.length - 1));
    list.replaceChildren(
      ...fitting.map(([value, label], number) =>
        element(
          "li",
          {
            role: "option", id: `review-choice-${number}`, "aria-selected": String(number === at),
            onmousedown: (event) => event.preventDefault(), onclick: () => chosen(value),
          },
          label,
        ),
      ),
    );
    if (!fitting.length) list.append(element("li", { class: "none" }, "Nothing fits"));
    if (fitting.length) box.setAttribute("aria-activedescendant", `review-choice-${at}`);
    else box.removeAttribute("aria-activedescendant");
  };
  box.addEventListener("input", () => {
    at = 0;
    draw();
  });
  box.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.isComposing) return;
    if (event.key === "Enter" && fitting.length) chosen(fitting[at][0]);
    else if (event.key === "Escape") left();
    else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      at += event.key === "ArrowDown" ? 1 : -1;
      event.preventDefault();
      draw();
    }
  });
  draw();
  return { node: element("div", { class: "completion" }, box, list), focus: () => box.focus() };
}
