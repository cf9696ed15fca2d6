// Ticks, and the bar at the foot with what can be done to the ticked garments. Both need no server.

function ticksChanged() {
    store.view.draw();
    store.bar.draw();
    store.root.classList.toggle("wg-selecting", store.ticked.size > 0);
}

function toggle(id) {
    store.ticked.has(id) ? store.ticked.delete(id) : store.ticked.add(id);
    store.anchor = id;
    ticksChanged();
}

function tickRange(id) {
    const from = store.position.get(store.anchor) ?? store.position.get(id);
    const to = store.position.get(id);
    const [first, last] = from < to ? [from, to] : [to, from];
    store.ids.slice(first, last + 1).forEach((one) => store.ticked.add(one));
    ticksChanged();
}

function tickAll() {
    store.ids.forEach((id) => store.ticked.add(id));
    ticksChanged();
}

function clearTicks() {
    const focused = store.root.contains(document.activeElement);
    store.ticked.clear();
    store.anchor = null;
    ticksChanged();
    if (focused && store.active !== null) store.view.focus(store.active, { scroll: false });
}

// What is ticked and listed: actions touch these and no others.
function listedTicks() {
    return store.ids.filter((id) => store.ticked.has(id));
}

function send(name) {
    const ids = listedTicks();
    const seen = Object.fromEntries(ids.filter((id) => store.cards.has(id)).map((id) => [id, store.cards.get(id).version]));
    store.grid.send("act", { name, ids, seen });
}

class Bar {
    constructor(root) {
        this.words = el("p", { class: "wg-count", role: "status" });
        this.buttons = el("div", { class: "wg-buttons" });
        this.node = el("section", { class: "wg-bar", "aria-label": "Selection", hidden: true }, this.words, this.buttons);
        root.append(this.node);
    }

    button(name, label, act, kind = "") {
        const made = el("button", { type: "button", class: `wg-button ${kind}`, "data-act": name }, label);
        made.addEventListener("click", act);
        return made;
    }

    draw() {
        const below = document.querySelector("[data-testid=stBottom]")?.offsetHeight ?? 0; // where notices stand
        this.node.style.bottom = `${12 + below}px`;
        const number = listedTicks().length;
        const hidden = store.ticked.size - number;
        this.node.hidden = !store.ticked.size;
        const more = hidden ? ` (${hidden} more ${hidden === 1 ? "is" : "are"} hidden by the filters)` : "";
        const words = store.ticked.size ? `${number} selected${more}` : "";
        if (this.words.textContent !== words) this.words.textContent = words;
        const focused = this.node.contains(document.activeElement) ? document.activeElement.dataset.act : null;
        const all = store.ids.length;
        const counted = (name) => name !== "change" && number > 1 ? ` ${number.toLocaleString("en")}` : "";
        const shown = [
            ...(number ? store.data.actions.map(([name, label, kind]) => this.button(name, label + counted(name), () => send(name), kind)) : []),
            ...(hidden ? [this.button("show", "Show selected", () => store.grid.send("switch", { only: [...store.ticked] }))] : []),
            ...(number < all ? [this.button("all", `Select all ${all.toLocaleString("en")}`, tickAll, "wg-plain")] : []),
            this.button("clear", "Clear selection", clearTicks, "wg-plain"),
        ];
        this.buttons.replaceChildren(...shown);
        if (focused) this.buttons.querySelector(`[data-act="${focused}"]`)?.focus();
    }
}
