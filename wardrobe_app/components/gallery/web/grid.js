// The grid: only the rows near the screen are in the document.

const SPARE_ROWS = 2;
const GAP = 12;
const TEXT_HEIGHT = 70;
const NARROWEST = { comfortable: 180, compact: 124 };

function columnsFor(width, density) {
    const fit = Math.floor((width + GAP) / (NARROWEST[density] + GAP));
    return Math.max(density === "compact" ? 3 : 2, fit);
}

function scrollerOf(node) {
    for (let at = node.parentElement; at; at = at.parentElement) {
        if (/auto|scroll/.test(getComputedStyle(at).overflowY)) return at;
    }
    return document.scrollingElement;
}

function makeCell(id) {
    const photo = el("span", { class: "wg-photo" });
    const link = el("a", { class: "wg-open", tabindex: "-1", draggable: "false" }, photo);
    const title = el("span", { class: "wg-title" });
    const marks = el("span", { class: "wg-marks" });
    link.append(title, marks);
    const tick = el("button", { class: "wg-tick", type: "button", role: "checkbox", tabindex: "-1" }, icon("check"));
    const cell = el("div", { class: "wg-card", role: "gridcell", tabindex: "-1", "data-id": id }, link, tick);
    cell.parts = { photo, link, title, marks, tick };
    return cell;
}

function addressOf(id) {
    const address = new URL(location.href);
    address.searchParams.set("item", id);
    return address.pathname + address.search;
}

function fillPhoto(box, card) {
    const url = card ? photoOf(card) : undefined;
    const shown = card ? `${card.photo} ${url === undefined ? "wait" : url === null ? "lost" : "here"}` : "wait";
    if (box.shown === shown) return;
    box.shown = shown;
    box.classList.toggle("wg-cut", Boolean(card?.cut));
    if (url) {
        box.replaceChildren(el("img", { alt: `Photo of ${card.title}`, src: url, decoding: "async", draggable: "false" }));
    } else if (card && (url === null || !card.photo)) {
        box.replaceChildren(el("span", { class: "wg-lost" }, card.photo ? "The photo's file is missing." : "No photo"));
    } else {
        box.replaceChildren();
    }
}

function fillMarks(box, marks) {
    const text = JSON.stringify(marks);
    if (box.shown === text) return;
    box.shown = text;
    box.replaceChildren(
        ...marks.map(([kind, words]) => {
            const mark = el("span", { class: `wg-mark wg-${kind}` });
            if (kind === "favourite") mark.append(icon("heart"), el("span", { class: "wg-unseen" }, words));
            else mark.append(words);
            return mark;
        }),
    );
}

function fillCell(cell) {
    const id = Number(cell.dataset.id);
    const card = store.cards.get(id);
    const ticked = store.ticked.has(id);
    const { photo, link, title, marks, tick } = cell.parts;
    const name = card ? card.title : "Loading";
    fillPhoto(photo, card);
    if (title.textContent !== name) title.textContent = name;
    fillMarks(marks, card ? card.marks : []);
    link.setAttribute("href", addressOf(id));
    tick.setAttribute("aria-label", `Select ${name}`);
    tick.setAttribute("aria-checked", ticked);
    cell.setAttribute("aria-selected", ticked);
    cell.setAttribute("aria-label", [name, ...(card ? card.marks.map(([, words]) => words) : [])].join(", "));
    cell.classList.toggle("wg-loading", !card);
    cell.tabIndex = id === store.active ? 0 : -1;
}

class Grid {
    constructor(root) {
        this.canvas = el("div", {
            class: "wg-grid", role: "grid", "aria-label": "Garments", "aria-multiselectable": "true",
        });
        root.append(this.canvas);
        this.rows = new Map();
        this.refocus = false;
        this.onScroll = () => this.soon();
        this.watcher = new ResizeObserver(this.onScroll);
    }

    // Once it is in the document.
    attach() {
        this.scroller = scrollerOf(this.canvas);
        this.scroller.addEventListener("scroll", this.onScroll, { passive: true });
        this.watcher.observe(this.canvas);
        this.watcher.observe(this.scroller);
    }

    close() {
        this.scroller.removeEventListener("scroll", this.onScroll);
        this.watcher.disconnect();
    }

    soon() {
        this.waiting ??= requestAnimationFrame(() => {
            this.waiting = undefined;
            this.draw();
        });
    }

    measure() {
        const width = this.canvas.clientWidth;
        const columns = columnsFor(width, store.data.density);
        const cell = (width - (columns - 1) * GAP) / columns;
        const height = Math.round((cell * 4) / 3) + TEXT_HEIGHT + GAP;
        const layout = `${columns} ${height} ${Math.round(width)}`;
        if (layout !== this.layout || store.ids !== this.drawnIds) this.clear();
        Object.assign(this, { columns, height, layout, drawnIds: store.ids });
    }

    clear() {
        this.refocus = this.canvas.contains(document.activeElement);
        this.rows.forEach((row) => row.remove());
        this.rows.clear();
    }

    range() {
        const above = this.scroller.getBoundingClientRect().top - this.canvas.getBoundingClientRect().top;
        const seen = this.scroller.clientHeight;
        const last = Math.ceil(store.ids.length / this.columns) - 1;
        const first = Math.max(0, Math.floor(above / this.height));
        return { first: Math.min(first, Math.max(0, last)), last: Math.min(last, Math.floor((above + seen) / this.height)), end: last };
    }

    draw() {
        if (!this.canvas.clientWidth) return;
        this.measure();
        const { first, last, end } = this.range();
        this.canvas.style.height = `${Math.max(0, (end + 1) * this.height - GAP)}px`;
        this.canvas.setAttribute("aria-rowcount", end + 1);
        this.canvas.setAttribute("aria-colcount", this.columns);
        const wanted = new Set();
        for (let at = Math.max(0, first - SPARE_ROWS); at <= Math.min(end, last + SPARE_ROWS); at += 1) wanted.add(at);
        const active = store.position.get(store.active);
        if (active !== undefined) wanted.add(Math.floor(active / this.columns)); // so that the tab key finds it
        this.rows.forEach((row, at) => {
            if (!wanted.has(at)) {
                row.remove();
                this.rows.delete(at);
            }
        });
        [...wanted].sort((one, other) => one - other).forEach((at) => this.row(at));
        if (this.refocus) this.cell(store.active)?.focus({ preventScroll: true });
        this.refocus = false;
        this.askFor(first, last);
    }

    row(at) {
        let row = this.rows.get(at);
        if (!row) {
            row = el("div", { class: "wg-row", role: "row", "aria-rowindex": at + 1 });
            row.style.transform = `translateY(${at * this.height}px)`;
            row.style.height = `${this.height - GAP}px`;
            row.style.gridTemplateColumns = `repeat(${this.columns}, minmax(0, 1fr))`;
            const ids = store.ids.slice(at * this.columns, (at + 1) * this.columns);
            row.append(...ids.map(makeCell));
            const next = [...this.rows.keys()].filter((other) => other > at).sort((one, other) => one - other)[0];
            this.canvas.insertBefore(row, next === undefined ? null : this.rows.get(next));
            this.rows.set(at, row);
        }
        [...row.children].forEach(fillCell);
    }

    askFor(first, last) {
        const slice = (from, to) => store.ids.slice(Math.max(0, from) * this.columns, (to + 1) * this.columns);
        const seen = slice(first, last);
        const near = [...seen, ...slice(last + 1, last + SPARE_ROWS), ...slice(first - SPARE_ROWS, first - 1)];
        ask(first > 0 ? near : near.slice(0, seen.length + SPARE_ROWS * this.columns));
    }

    cell(id) {
        return this.canvas.querySelector(`.wg-card[data-id="${id}"]`);
    }

    reveal(id) {
        const at = Math.floor((store.position.get(id) ?? 0) / this.columns);
        const top = this.canvas.getBoundingClientRect().top - this.scroller.getBoundingClientRect().top + at * this.height;
        const room = this.scroller.clientHeight - (store.ticked.size ? 80 : 0);
        if (top < 60) this.scroller.scrollTop += top - 60;
        else if (top + this.height > room) this.scroller.scrollTop += Math.min(top - 60, top + this.height - room);
    }

    focus(id, { scroll = true } = {}) {
        store.active = id;
        if (scroll) this.reveal(id);
        this.draw();
        this.cell(id)?.focus({ preventScroll: true });
    }

    toTop() {
        const top = this.canvas.getBoundingClientRect().top - this.scroller.getBoundingClientRect().top;
        if (top < 0) this.scroller.scrollTop = 0;
    }
}
