// The canvas: pieces on a square, tools, the tray of the wardrobe, a name and Save.

const SEARCH_AFTER_MS = 300;
const KEYS = "Arrow keys move, + and − size, [ and ] turn, Page Up and Page Down change the order, Delete takes out, Ctrl+Z undoes.";

class CanvasView {
    constructor(parent) {
        this.nodes = new Map();
        this.gesture = new Gesture(this);
        this.status = element("p", { class: "wa-unseen", role: "status" });
        this.stage = element("div", { class: "wa-stage", role: "group", tabindex: "-1", "aria-label": "Canvas", "aria-describedby": "wa-keys" });
        this.empty = element("p", { class: "wa-empty" }, "Choose garments from the list: they land here. Drag them to where you want them.");
        this.handles = element("div", { class: "wa-handles" }, ...["turn", "size"].map((how) => this.handle(how)));
        this.stage.append(this.empty, this.handles);
        this.tools = element("div", { class: "wa-tools", role: "toolbar", "aria-label": "Arrange" }, ...this.toolButtons());
        this.root = element("div", { class: "wa" }, element("div", { class: "wa-main" }, this.tools, this.stage, element("p", { id: "wa-keys", class: "wa-hint" }, KEYS), this.form()), this.side(), this.status);
        this.listen();
        parent.append(this.root);
    }

    toolButtons() {
        const tools = [
            ["undo", "Undo", "↶", () => step(this, "past", "future")], ["redo", "Redo", "↷", () => step(this, "future", "past")],
            ["smaller", "Smaller", "−", () => resize(this, 1 / GROW)], ["larger", "Larger", "+", () => resize(this, GROW)],
            ["left", "Turn left", "⟲", () => turn(this, -TURN)], ["right", "Turn right", "⟳", () => turn(this, TURN)],
            ["back", "One layer down", "▽", () => raise(this, -1)], ["front", "One layer up", "△", () => raise(this, 1)],
            ["out", "Take out", "✕", () => takeOut(this)],
        ];
        const made = tools.map(([key, label, sign, action]) => act(label, action, { class: "wa-tool", "data-key": key, title: label }, sign));
        const again = () => canvas.box.send("layout", { ids: canvas.pieces.map((one) => one.id) });
        return [...made, act("Lay out for me", again, { class: "wa-tool wa-wide", "data-key": "layout" })];
    }

    handle(how) {
        const label = how === "size" ? "Size" : "Turn";
        const made = element("span", { class: `wa-handle wa-${how}`, title: `${label}: drag`, "aria-hidden": "true" });
        made.addEventListener("pointerdown", (event) => this.gesture.begin(event, canvas.selected, how));
        return made;
    }

    form() {
        this.name = element("input", { class: "wa-input", type: "text", maxlength: "200", "aria-label": "Name of the outfit", placeholder: "Name (optional)", "data-key": "name" });
        this.name.addEventListener("input", () => { canvas.name = this.name.value; keepDraft(); });
        this.save = act("Save", () => this.send(), { class: "wa-save", "data-key": "save" });
        this.name.addEventListener("keydown", (event) => { if (event.key === "Enter" && !this.save.disabled) this.send(); });
        return element("div", { class: "wa-form" }, this.name, this.save);
    }

    send() {
        canvas.box.send("save", { name: canvas.name, stage: canvas.stage, version: canvas.version, pieces: canvas.pieces });
    }

    side() {
        this.search = element("input", { class: "wa-input", type: "search", "aria-label": "Search the wardrobe", placeholder: "Search the wardrobe", "data-key": "search" });
        let waiting = null;
        this.search.addEventListener("input", () => {
            clearTimeout(waiting);
            waiting = setTimeout(() => { canvas.words = this.search.value; canvas.box.send("search", { words: canvas.words }); }, SEARCH_AFTER_MS);
        });
        this.found = element("p", { class: "wa-hint", role: "status" });
        this.tray = element("ul", { class: "wa-tray", "aria-label": "Garments to add" });
        return element("section", { class: "wa-side", "aria-label": "Wardrobe" }, this.search, this.found, this.tray);
    }

    listen() {
        this.root.addEventListener("keydown", (event) => onCanvasKey(this, event));
        this.stage.addEventListener("pointermove", (event) => this.gesture.follow(event));
        for (const name of ["pointerup", "pointercancel"]) this.stage.addEventListener(name, (event) => this.gesture.end(event));
        this.stage.addEventListener("pointerdown", (event) => {
            if (event.target !== this.stage) return;
            if (this.gesture.points.size) { // a second finger beside a small piece
                this.gesture.begin(event, this.gesture.id, "move");
                return;
            }
            canvas.selected = null;
            this.draw();
        });
        this.stage.addEventListener("dragover", (event) => { if (canvas.dragged) event.preventDefault(); });
        this.stage.addEventListener("drop", (event) => {
            if (!canvas.dragged) return;
            event.preventDefault();
            putOn(canvas.dragged, this.gesture.at(event));
            this.draw();
        });
    }

    say(words) {
        this.status.textContent = words;
    }

    draw() {
        const there = new Set(canvas.pieces.map((one) => one.id));
        this.nodes.forEach((node, id) => {
            if (there.has(id)) return;
            node.remove();
            this.nodes.delete(id);
        });
        canvas.pieces.forEach((piece, layer) => this.drawPiece(piece, layer));
        this.empty.hidden = canvas.pieces.length > 0;
        this.drawHandles();
        this.drawTools();
        this.drawTray();
        keepDraft();
    }

    drawPiece(piece, layer) {
        const known = canvas.pictures.get(piece.id) ?? { title: "", ratio: 1 };
        let node = this.nodes.get(piece.id);
        if (!node) {
            node = element("button", { type: "button", class: "wa-piece", "data-key": `piece ${piece.id}`, "data-id": piece.id });
            node.append(known.src ? element("img", { src: known.src, alt: "", draggable: "false" }) : element("span", { class: "wa-label" }, known.title));
            node.classList.toggle("wa-framed", !known.cut);
            node.addEventListener("pointerdown", (event) => this.gesture.begin(event, piece.id, "move"));
            node.addEventListener("focus", () => { if (canvas.selected !== piece.id) { canvas.selected = piece.id; this.draw(); } });
            this.nodes.set(piece.id, node);
            this.stage.append(node);
        }
        node.setAttribute("aria-label", `${known.title}, layer ${layer + 1} of ${canvas.pieces.length}`);
        node.setAttribute("aria-pressed", String(piece.id === canvas.selected));
        this.lay(node, piece, known.ratio, layer);
    }

    lay(node, piece, ratio, layer) {
        Object.assign(node.style, {
            left: `${piece.x * 100}%`, top: `${piece.y * 100}%`, width: `${piece.width * 100}%`, aspectRatio: String(ratio),
            transform: `translate(-50%, -50%) rotate(${piece.rotation}deg)`, zIndex: String(layer + 1),
        });
    }

    drawHandles() {
        const piece = pieceOf(canvas.selected);
        this.handles.hidden = !piece;
        if (piece) this.lay(this.handles, piece, canvas.pictures.get(piece.id)?.ratio ?? 1, canvas.pieces.length + 1);
    }

    drawTools() {
        const disabled = { undo: !canvas.past.length, redo: !canvas.future.length, layout: canvas.pieces.length < 2 };
        for (const tool of this.tools.children) tool.disabled = disabled[tool.dataset.key] ?? canvas.selected === null;
        this.save.disabled = canvas.pieces.length < 2;
        this.save.title = this.save.disabled ? "An outfit takes at least two garments." : "";
        this.save.textContent = canvas.data.saving;
        if (this.name.value !== canvas.name) this.name.value = canvas.name;
    }

    drawTray() {
        const { tray, note } = canvas.data;
        const drawn = JSON.stringify([tray.map((one) => one.id), canvas.pieces.map((one) => one.id)]);
        if (this.found.textContent !== note) this.found.textContent = note;
        if (this.drawn === drawn) return;
        this.drawn = drawn;
        keepingFocus(this.tray, () => this.tray.replaceChildren(...tray.map((one) => element("li", {}, this.trayButton(one)))));
    }

    trayButton(one) {
        const on = Boolean(pieceOf(one.id));
        const picture = one.src ? element("img", { src: one.src, alt: "", loading: "lazy", draggable: "false" }) : null;
        const label = on ? `${one.title}, on the canvas` : `Add ${one.title}`;
        const made = act(label, () => { putOn(one.id); this.draw(); this.say(on ? spokenPlace(pieceOf(one.id)) : `${one.title} added`); },
            { class: "wa-add", "data-key": `add ${one.id}`, "data-id": one.id, draggable: "true" }, element("span", { class: "wa-thumb" }, picture), element("span", { class: "wa-title" }, one.title));
        made.classList.toggle("wa-on", on);
        made.addEventListener("dragstart", (event) => { canvas.dragged = one.id; event.dataTransfer.setData("text/plain", one.title); });
        made.addEventListener("dragend", () => (canvas.dragged = null));
        return made;
    }
}

export default function ({ data, parentElement, setTriggerValue }) {
    const place = parentElement.querySelector(":scope > .wa");
    takeData(data);
    const view = place?.view ?? new CanvasView(parentElement);
    view.root.view = view;
    if (!place) view.search.value = canvas.words;
    canvas.box.post = setTriggerValue;
    canvas.box.heard(data.handled);
    view.draw();
    return () => {
        if (canvas.box.post === setTriggerValue) canvas.box.post = null;
    };
}
