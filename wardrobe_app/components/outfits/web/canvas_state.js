// What lies on the canvas, from the lowest piece up, and how it lay before: kept for as long as the tab is open, and
// over a reload in the tab's own storage.

const canvas = {
    box: outbox(), data: {}, stage: null, version: "", base: "", pieces: [], selected: null, name: "", past: [], future: [],
    pictures: new Map(), // by id: title, src, ratio, width, cut
    layout: 0, // the number of the last layout that was asked for and laid
    words: "", last: null,
};
const LEAST = 0.05;
const MOST = 1.5;
const STEPS_KEPT = 100;
const SAME_STEP_MS = 800;

const between = (value, low, high) => Math.min(high, Math.max(low, value));
const rounded = (value) => Math.round(value * 10000) / 10000;
const pieceOf = (id) => canvas.pieces.find((one) => one.id === id);
const titleOf = (id) => canvas.pictures.get(id)?.title ?? "";
const copyOf = (pieces) => pieces.map((one) => ({ ...one }));

// To be called before a change. Steps of one kind that follow each other quickly are undone together.
function remember(kind = null) {
    const now = performance.now();
    const same = kind && canvas.last?.kind === kind && now - canvas.last.at < SAME_STEP_MS;
    canvas.last = { kind, at: now };
    if (same) return;
    canvas.past = [...canvas.past.slice(1 - STEPS_KEPT), copyOf(canvas.pieces)];
    canvas.future = [];
}

function travel(from, to) {
    if (!canvas[from].length) return;
    canvas[to].push(copyOf(canvas.pieces));
    canvas.pieces = canvas[from].pop();
    canvas.last = null;
    if (!pieceOf(canvas.selected)) canvas.selected = null;
}

function place(piece, { x = piece.x, y = piece.y, width = piece.width, rotation = piece.rotation }) {
    piece.x = rounded(between(x, 0, 1));
    piece.y = rounded(between(y, 0, 1));
    piece.width = rounded(between(width, LEAST, MOST));
    piece.rotation = Math.round((((rotation + 180) % 360) + 360) % 360) - 180;
}

// Where there is most room for another piece.
function freeSpot() {
    const places = [0.5, 0.25, 0.75].flatMap((y) => [0.5, 0.25, 0.75].map((x) => ({ x, y })));
    const room = ({ x, y }) => Math.min(9, ...canvas.pieces.map((one) => Math.hypot(one.x - x, one.y - y)));
    return places.reduce((best, one) => (room(one) > room(best) + 1e-6 ? one : best));
}

function putOn(id, spot = freeSpot()) {
    if (!pieceOf(id)) {
        remember();
        const piece = { id, x: 0, y: 0, width: 0, rotation: 0 };
        place(piece, { ...spot, width: canvas.pictures.get(id)?.width ?? 0.3 });
        canvas.pieces.push(piece);
    }
    canvas.selected = id;
}

function takeOff(id) {
    remember();
    canvas.pieces = canvas.pieces.filter((one) => one.id !== id);
    canvas.selected = null;
}

function toLayer(id, by) {
    const at = canvas.pieces.findIndex((one) => one.id === id);
    const to = between(at + by, 0, canvas.pieces.length - 1);
    if (at < 0 || to === at) return;
    remember("layer");
    canvas.pieces.splice(to, 0, ...canvas.pieces.splice(at, 1));
}

const storageKey = () => `wardrobe-canvas ${canvas.stage}`;

const content = () => JSON.stringify([canvas.pieces, canvas.name]);

function keepDraft() {
    if (content() === canvas.base) return dropDraft(canvas.stage);
    try {
        const { version, pieces, name } = canvas;
        sessionStorage.setItem(storageKey(), JSON.stringify({ version, pieces, name }));
    } catch { /* a full or forbidden storage only means that a reload begins anew */ }
}

function dropDraft(stage) {
    try { sessionStorage.removeItem(`wardrobe-canvas ${stage}`); } catch { /* as above */ }
}

function draft() {
    try {
        return JSON.parse(sessionStorage.getItem(storageKey()) ?? "null");
    } catch {
        return null;
    }
}

// Begins with what the server has, or with a draft of it that was not saved.
function open(data, kept) {
    Object.assign(canvas, { pieces: copyOf(data.pieces), name: data.name, past: [], future: [], selected: null, last: null });
    canvas.base = content();
    canvas.version = kept?.version ?? data.version;
    if (!kept) return;
    canvas.past = [copyOf(canvas.pieces)];
    canvas.pieces = copyOf(kept.pieces.filter((one) => canvas.pictures.has(one.id)));
    canvas.name = kept.name;
}

// Takes what the server says: pictures are added; the pieces only where another outfit was opened, or where the same
// one was changed elsewhere and nothing here would get lost.
function takeData(data) {
    canvas.data = data;
    for (const one of [...data.pictures, ...data.tray]) canvas.pictures.set(one.id, one);
    if (data.saved) dropDraft(data.saved);
    if (data.stage !== canvas.stage) {
        canvas.stage = data.stage;
        open(data, draft());
    } else if (data.version !== canvas.version) {
        const agrees = JSON.stringify(canvas.pieces) === JSON.stringify(data.pieces);
        if (agrees || content() === canvas.base) open(data, null);
    }
    if (data.layout && data.layout.number > canvas.layout) {
        canvas.layout = data.layout.number;
        remember();
        canvas.pieces = copyOf(data.layout.pieces).filter((one) => pieceOf(one.id));
    }
}
