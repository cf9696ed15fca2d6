// The filters as chips above the grid, each with how many garments it would show.

const MANY_VALUES = 12;
const MORE = "more";
const PHONE_PX = 640; // below it the strip is pushed with a finger

function chip(key, label, pressed, act, extra = {}) {
    const made = el("button", { type: "button", class: "wg-chip", "data-key": key, ...extra }, label);
    if (pressed !== null) made.setAttribute("aria-pressed", pressed);
    made.addEventListener("click", act);
    return made;
}

class Chips {
    constructor(root) {
        this.count = el("p", { class: "wg-total", role: "status" });
        this.strip = el("div", { class: "wg-strip", role: "group", "aria-label": "Filters" });
        this.chosen = el("div", { class: "wg-strip wg-chosen", role: "group", "aria-label": "Chosen filters" });
        this.list = el("div", { class: "wg-values", popover: "auto", role: "dialog" });
        this.empty = el("div", { class: "wg-empty", hidden: true });
        root.append(el("div", { class: "wg-head" }, this.count, this.strip), this.chosen, this.list, this.empty);
        this.list.addEventListener("toggle", (event) => {
            if (event.newState === "open") return;
            const shown = this.facet;
            this.facet = null;
            this.button(shown)?.setAttribute("aria-expanded", "false");
        });
        this.watcher = new ResizeObserver(() => {
            if (this.strip.parentNode.clientWidth !== this.width) this.drawStrip();
        });
        this.watcher.observe(this.strip.parentNode);
    }

    button(name) {
        return this.strip.querySelector(`[data-key="facet ${name}"]`);
    }

    draw() {
        const focused = store.root.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
        const { total } = store.data;
        const number = store.ids.length;
        const words = garments(number) + (number < total ? ` of ${total.toLocaleString("en")}` : "");
        if (this.count.textContent !== words) this.count.textContent = words;
        this.drawStrip();
        this.drawChosen();
        if (this.facet) this.fill();
        if (focused) store.root.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
        this.empty.hidden = number > 0;
        this.empty.replaceChildren(
            el("p", {}, "No garments match."),
            chip("empty", "Clear all filters", null, () => store.grid.send("switch", { clear: true })),
        );
    }

    // What does not fit on the line goes behind one chip at its end.
    drawStrip() {
        const { marks, facets } = store.data;
        const chips = facets.map((one) => this.facetChip(one));
        this.width = this.strip.parentNode.clientWidth;
        this.folded = [];
        this.strip.replaceChildren(...marks.map((one) => this.mark(one)), ...chips);
        const more = this.facetChip({ name: MORE, title: "More filters", values: [] });
        while (window.innerWidth > PHONE_PX && chips.length && this.strip.scrollWidth > this.strip.clientWidth) {
            chips.pop().remove();
            this.folded.unshift(facets[chips.length]);
            more.classList.toggle("wg-on", this.folded.some(({ values }) => values.some((one) => one.on)));
            this.strip.append(more);
        }
    }

    mark({ name, label, count, on }) {
        const made = chip(`mark ${name}`, label, on, () => store.grid.send("switch", { mark: name, on: !on }));
        made.append(el("span", { class: "wg-number" }, String(count)));
        return made;
    }

    facetChip({ name, title, values }) {
        const chosen = values.filter((one) => one.on).length;
        const made = chip(`facet ${name}`, title, null, () => this.open(name), {
            "aria-haspopup": "dialog", "aria-expanded": this.facet === name,
        });
        if (chosen) made.append(el("span", { class: "wg-number" }, String(chosen)));
        made.classList.toggle("wg-on", chosen > 0);
        made.append(icon("down"));
        return made;
    }

    drawChosen() {
        const on = store.data.facets.flatMap(({ name, title, values }) =>
            values.filter((one) => one.on).map(({ value, label }) => ({ name, title, value, label })));
        const chips = on.map(({ name, title, value, label }) => {
            const made = chip(`chosen ${name} ${value}`, label, null, () => store.grid.send("switch", { facet: name, value, on: false }), {
                "aria-label": `Remove the filter ${title}: ${label}`,
            });
            made.append(icon("close"));
            return made;
        });
        if (store.data.only) {
            const made = chip("only", "Selected only", null, () => store.grid.send("switch", { only: [] }), { "aria-label": "Show not only the selected" });
            made.append(icon("close"));
            chips.push(made);
        }
        if (store.data.filtered) chips.push(chip("clear", "Clear all filters", null, () => store.grid.send("switch", { clear: true })));
        this.chosen.hidden = !chips.length;
        this.chosen.replaceChildren(...chips);
    }

    open(name) {
        const wasOpen = this.facet === name;
        if (this.list.matches(":popover-open")) this.list.hidePopover();
        if (wasOpen) return;
        this.facet = name;
        this.words = {};
        this.fill();
        this.list.showPopover();
        const place = this.button(name).getBoundingClientRect();
        this.list.style.left = `${Math.max(8, Math.min(place.left, window.innerWidth - this.list.offsetWidth - 8))}px`;
        this.list.style.top = `${place.bottom + 4}px`;
        this.list.style.maxHeight = `${Math.max(160, window.innerHeight - place.bottom - 16)}px`;
        this.button(name).setAttribute("aria-expanded", "true");
        this.list.querySelector("button, input")?.focus();
    }

    fill() {
        const facets = this.facet === MORE ? this.folded : store.data.facets.filter((one) => one.name === this.facet);
        const scrolled = this.list.scrollTop;
        this.list.setAttribute("aria-label", facets.map((one) => one.title).join(", "));
        this.list.replaceChildren(...facets.flatMap((one) => this.values(one, facets.length > 1)));
        this.list.scrollTop = scrolled;
    }

    values(facet, titled) {
        const options = el("div", { class: "wg-options", role: "group", "aria-label": facet.title }, ...facet.values.map((one) => this.option(facet, one)));
        const title = titled ? [el("p", { class: "wg-facet" }, facet.title)] : [];
        if (facet.values.length <= MANY_VALUES) return [...title, options];
        const find = el("input", {
            type: "search", class: "wg-find", "aria-label": `Find in ${facet.title}`, placeholder: "Find", "data-key": `find ${facet.name}`,
        });
        const narrow = () => {
            this.words[facet.name] = find.value;
            const wanted = find.value.trim().toLowerCase();
            [...options.children].forEach((one) => (one.hidden = !one.dataset.words.includes(wanted)));
        };
        find.value = this.words[facet.name] ?? "";
        find.addEventListener("input", narrow);
        narrow();
        return [...title, find, options];
    }

    option(facet, { value, label, count, on }) {
        const made = chip(`value ${facet.name} ${value}`, label, null, () => store.grid.send("switch", { facet: facet.name, value, on: !on }), {
            role: "checkbox", "aria-checked": on, "data-words": label.toLowerCase(),
        });
        made.append(el("span", { class: "wg-number" }, String(count)));
        return made;
    }
}
