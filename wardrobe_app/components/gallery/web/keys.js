// Mouse, touch and keyboard on the grid.

const LONG_PRESS_MS = 500;
const MOVED_PX = 10;

function idAt(target) {
    const cell = target.closest?.(".wg-card");
    return cell ? Number(cell.dataset.id) : null;
}

function open(id) {
    store.active = id;
    store.view.draw();
    store.courier.send("open", { id });
}

function onClick(event) {
    const id = idAt(event.target);
    if (id === null) return;
    const onTick = event.target.closest(".wg-tick");
    if (!onTick && (event.ctrlKey || event.metaKey)) return; // a tab of its own, as with any link
    event.preventDefault();
    if (store.pressed) {
        store.pressed = false; // the long press has ticked it already
    } else if (event.shiftKey) {
        tickRange(id);
    } else if (onTick || (store.byTouch && store.ticked.size)) {
        toggle(id);
    } else {
        open(id);
    }
}

function onPointerDown(event) {
    store.byTouch = event.pointerType === "touch";
    store.pressed = false;
    const id = idAt(event.target);
    if (!store.byTouch || id === null) return;
    const { clientX, clientY } = event;
    const timer = setTimeout(() => {
        store.pressed = true;
        toggle(id);
    }, LONG_PRESS_MS);
    const stop = () => {
        clearTimeout(timer);
        window.removeEventListener("pointermove", moved);
        ["pointerup", "pointercancel", "scroll"].forEach((name) => window.removeEventListener(name, stop, true));
    };
    const moved = (move) => {
        if (Math.hypot(move.clientX - clientX, move.clientY - clientY) > MOVED_PX) stop();
    };
    window.addEventListener("pointermove", moved);
    ["pointerup", "pointercancel", "scroll"].forEach((name) => window.addEventListener(name, stop, true));
}

function target(key, at, columns, control) {
    const last = store.ids.length - 1;
    const page = Math.max(1, Math.floor(store.view.scroller.clientHeight / store.view.height)) * columns;
    const inRow = at % columns;
    const moves = {
        ArrowLeft: at - 1,
        ArrowRight: at + 1,
        ArrowUp: at - columns,
        ArrowDown: Math.floor(at / columns) < Math.floor(last / columns) ? Math.min(last, at + columns) : at,
        Home: control ? 0 : at - inRow,
        End: control ? last : Math.min(last, at - inRow + columns - 1),
        PageUp: Math.max(inRow, at - page),
        PageDown: Math.min(last, at + page),
    };
    const wanted = moves[key];
    return wanted === undefined || wanted < 0 || wanted > last ? at : wanted;
}

const MOVES = new Set(["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End", "PageUp", "PageDown"]);

function onKey(event) {
    const id = idAt(event.target);
    if (id === null || event.altKey) return;
    const at = store.position.get(id);
    if (MOVES.has(event.key)) {
        const next = store.ids[target(event.key, at, store.view.columns, event.ctrlKey || event.metaKey)];
        if (event.shiftKey) {
            store.anchor ??= id;
            tickRange(next);
        }
        store.view.focus(next);
    } else if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) {
        open(id);
    } else if (event.key === " ") {
        event.shiftKey ? tickRange(id) : toggle(id);
    } else {
        return;
    }
    event.preventDefault();
}

function isTyping(node) {
    return node.closest?.("input, textarea, select, [contenteditable=true], [role=dialog], [role=listbox]");
}

function onPageKey(event) {
    const wanted = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "a";
    if (!wanted || isTyping(event.target) || document.querySelector("[role=dialog]:not(.wg-values)") || !store.ids.length) return;
    event.preventDefault();
    tickAll();
}

function listen(canvas) {
    canvas.addEventListener("click", onClick);
    canvas.addEventListener("pointerdown", onPointerDown);
    canvas.addEventListener("keydown", onKey);
    canvas.addEventListener("contextmenu", (event) => {
        if (store.byTouch) event.preventDefault();
    });
    canvas.addEventListener("focusin", (event) => {
        const id = idAt(event.target);
        if (id === null || id === store.active) return;
        store.view.cell(store.active)?.setAttribute("tabindex", "-1");
        store.active = id;
        store.view.cell(id).setAttribute("tabindex", "0");
    });
    document.addEventListener("keydown", onPageKey);
    return () => document.removeEventListener("keydown", onPageKey);
}
