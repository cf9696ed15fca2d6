// Elements with attributes; text is always set as text.

function el(tag, attributes = {}, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
        if (value !== null && value !== undefined && value !== false) node.setAttribute(name, value === true ? "" : String(value));
    }
    node.append(...children.filter((child) => child !== null && child !== undefined));
    return node;
}

function act(label, action, attributes = {}, ...children) {
    const made = el("button", { type: "button", ...attributes }, ...(children.length ? children : [label]));
    if (children.length) made.setAttribute("aria-label", label);
    made.addEventListener("click", action);
    return made;
}

// Puts the focus back where it was, by the keys of the elements, after all of them were drawn anew.
function keepingFocus(root, draw) {
    const key = root.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
    draw();
    if (key) root.querySelector(`[data-key="${CSS.escape(key)}"]`)?.focus({ preventScroll: true });
}
