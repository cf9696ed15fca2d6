// Mouse, touch and keyboard on the canvas: a piece follows the pointer; two fingers, or its handles, size and turn it.

const NUDGE = 0.01;
const LEAP = 0.05;
const TURN = 5;
const GROW = 1.06;

function spokenPlace(piece) {
    const percent = (value) => `${Math.round(value * 100)} %`;
    const layer = canvas.pieces.indexOf(piece) + 1;
    return `${titleOf(piece.id)}: ${percent(piece.x)} across, ${percent(piece.y)} down, ${percent(piece.width)} wide, turned ${piece.rotation}°, layer ${layer} of ${canvas.pieces.length}`;
}

function change(view, kind, act) {
    const piece = pieceOf(canvas.selected);
    if (!piece) return;
    remember(`${kind} ${piece.id}`);
    act(piece);
    view.draw();
    view.say(spokenPlace(piece));
}

const resize = (view, by) => change(view, "size", (piece) => place(piece, { width: piece.width * by }));
const turn = (view, by) => change(view, "turn", (piece) => place(piece, { rotation: piece.rotation + by }));
const nudge = (view, dx, dy) => change(view, "move", (piece) => place(piece, { x: piece.x + dx, y: piece.y + dy }));

function raise(view, by) {
    const piece = pieceOf(canvas.selected);
    if (!piece) return;
    toLayer(piece.id, by);
    view.draw();
    view.say(spokenPlace(piece));
}

function takeOut(view) {
    const id = canvas.selected;
    if (id === null) return;
    takeOff(id);
    view.draw();
    view.say(`${titleOf(id)} taken out`);
    view.stage.focus({ preventScroll: true });
}

function step(view, from, to) {
    travel(from, to);
    view.draw();
    view.say(from === "past" ? "Undone" : "Done again");
}

function onCanvasKey(view, event) {
    if (event.target.matches("input")) return;
    const command = event.ctrlKey || event.metaKey;
    if (command && event.key.toLowerCase() === "z") {
        event.preventDefault();
        event.stopPropagation();
        step(view, event.shiftKey ? "future" : "past", event.shiftKey ? "past" : "future");
        return;
    }
    const far = event.shiftKey ? LEAP : NUDGE;
    const acts = {
        ArrowLeft: () => nudge(view, -far, 0), ArrowRight: () => nudge(view, far, 0),
        ArrowUp: () => nudge(view, 0, -far), ArrowDown: () => nudge(view, 0, far),
        "+": () => resize(view, GROW), "=": () => resize(view, GROW), "-": () => resize(view, 1 / GROW), "_": () => resize(view, 1 / GROW),
        "[": () => turn(view, -TURN), "]": () => turn(view, TURN),
        PageUp: () => raise(view, 1), PageDown: () => raise(view, -1),
        Delete: () => takeOut(view), Backspace: () => takeOut(view),
        Escape: () => { canvas.selected = null; view.draw(); },
    };
    if (command || event.altKey || !acts[event.key] || !event.target.closest(".wa-piece, .wa-stage")) return;
    event.preventDefault();
    event.stopPropagation(); // the page has keys of its own
    acts[event.key]();
}

// Follows one pointer, or two on the same piece. ``how`` is "move", or what a handle does.
class Gesture {
    constructor(view) {
        this.view = view;
        this.points = new Map();
    }

    at(event) {
        const box = this.view.stage.getBoundingClientRect();
        return { x: (event.clientX - box.left) / box.width, y: (event.clientY - box.top) / box.height };
    }

    begin(event, id, how) {
        if (event.button > 0) return;
        event.preventDefault();
        if (this.points.size && this.id !== id) return;
        this.id = id;
        this.how = how;
        this.points.set(event.pointerId, this.at(event));
        event.target.setPointerCapture(event.pointerId);
        canvas.selected = id;
        if (this.points.size === 1) this.moved = false;
        this.anchor();
        this.view.draw();
        this.view.nodes.get(id)?.focus({ preventScroll: true });
    }

    anchor() {
        this.start = { ...pieceOf(this.id) };
        this.from = copyOf([...this.points.values()]);
    }

    follow(event) {
        if (!this.points.has(event.pointerId)) return;
        this.points.set(event.pointerId, this.at(event));
        const piece = pieceOf(this.id);
        if (!piece) return;
        if (!this.moved) remember();
        this.moved = true;
        const [one, other] = this.points.values();
        if (other) this.pinch(piece, one, other);
        else if (this.how === "move") place(piece, { x: this.start.x + one.x - this.from[0].x, y: this.start.y + one.y - this.from[0].y });
        else this.handle(piece, one);
        this.view.draw();
    }

    handle(piece, now) {
        const arm = (point) => ({ length: Math.hypot(point.x - piece.x, point.y - piece.y), angle: Math.atan2(point.y - piece.y, point.x - piece.x) });
        const [before, after] = [arm(this.from[0]), arm(now)];
        if (this.how === "size") place(piece, { width: (this.start.width * after.length) / Math.max(before.length, 0.01) });
        else place(piece, { rotation: this.start.rotation + ((after.angle - before.angle) * 180) / Math.PI });
    }

    pinch(piece, one, other) {
        const [first, second] = this.from;
        const span = (a, b) => ({ length: Math.hypot(b.x - a.x, b.y - a.y), angle: Math.atan2(b.y - a.y, b.x - a.x), x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 });
        const [before, after] = [span(first, second), span(one, other)];
        place(piece, {
            x: this.start.x + after.x - before.x, y: this.start.y + after.y - before.y,
            width: (this.start.width * after.length) / Math.max(before.length, 0.01),
            rotation: this.start.rotation + ((after.angle - before.angle) * 180) / Math.PI,
        });
    }

    end(event) {
        if (!this.points.delete(event.pointerId)) return;
        if (this.points.size) this.anchor();
        else if (this.moved && pieceOf(this.id)) this.view.say(spokenPlace(pieceOf(this.id)));
    }
}
