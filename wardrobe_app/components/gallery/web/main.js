// Streamlit calls this each time a mount gets new data: the grid's, or the courier's.

function build(parent) {
    const root = el("div", { class: "wg" });
    store.root = root;
    const chips = (store.chips = new Chips(root));
    const view = (store.view = new Grid(root));
    store.bar = new Bar(root);
    const silence = listen(view.canvas);
    parent.append(root);
    view.attach();
    root.close = () => {
        silence();
        view.close();
        chips.watcher.disconnect();
        if (store.view === view) store.view = null;
    };
    return root;
}

function showGrid(parent, data, trigger) {
    const list = data.list;
    const root = parent.querySelector(":scope > .wg") ?? build(parent);
    store.grid.post = trigger;
    store.grid.heard(data.handled);
    const hadFocus = root.contains(document.activeElement);
    takeList(data);
    const inGrid = store.view.canvas.contains(document.activeElement);
    if (store.list !== list && !inGrid) store.active = data.ids[0] ?? null; // the tab key begins at the top again
    store.chips.draw();
    store.view.draw();
    ticksChanged();
    if (store.list !== null && store.list !== list) store.view.toTop();
    store.list = list;
    if (hadFocus && !root.contains(document.activeElement) && document.activeElement === document.body) {
        if (store.active !== null) store.view.focus(store.active, { scroll: false });
    }
    return () => root.close();
}

// The dialog gives the focus back some time after it is closed, to what had it before: the link of the card that was
// clicked. It belongs to the card that was shown last; whoever has moved on meanwhile is left alone.
function focusBehind(again = 3) {
    const open = document.querySelector("[role=dialog]:not(.wg-values)");
    const now = document.activeElement;
    const free = !now || now === document.body || now.matches(".wg-open, .wg-tick");
    if (!open && free) store.view?.focus(store.active);
    if (!store.opened && (open || again)) setTimeout(focusBehind, 60, open ? again : again - 1);
}

function showAnswer(data, trigger) {
    store.courier.post = trigger;
    store.courier.heard(data.handled);
    takeAnswer(data);
    const closed = store.opened && !data.opened;
    if (store.position.has(data.last)) store.active = data.last;
    store.opened = data.opened;
    store.view?.draw();
    if (closed) focusBehind();
    return () => {
        if (store.courier.post === trigger) store.courier.post = null;
    };
}

export default function ({ data, parentElement, setTriggerValue }) {
    return data.role === "grid" ? showGrid(parentElement, data, setTriggerValue) : showAnswer(data, setTriggerValue);
}
