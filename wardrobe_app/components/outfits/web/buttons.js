// Buttons, and the focus where it was.

function act(label, action, attributes = {}, ...children) {
    const made = element("button", { type: "button", ...attributes }, ...(children.length ? children : [label]));
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
