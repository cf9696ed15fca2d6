// The days of a month or a week: what was worn, and what is planned, which can be dragged to another day. On a narrow
// screen the days are small, and what is on them stands in a list below.

const calendar = { box: outbox(), dragged: null, data: {} };
const DAYS_A_WEEK = 7;

function dayButton(day) {
    const { pictures } = calendar.data;
    const marks = day.entries.slice(0, calendar.data.most).map((one) => picture(pictures, one));
    const more = day.entries.length - marks.length;
    const cell = element(
        "button",
        {
            type: "button", class: "wc-day", "data-day": day.day, "data-key": day.day, role: "gridcell",
            "aria-selected": String(day.chosen), "aria-current": day.today ? "date" : null, "aria-label": spoken(day),
            tabindex: day.chosen ? 0 : -1,
        },
        element("span", { class: "wc-number" }, String(day.number)),
        element("span", { class: "wc-pictures" }, ...marks),
        more > 0 ? element("span", { class: "wc-more" }, `+${more}`) : null,
        element("span", { class: "wc-dots", "aria-hidden": true }, ...day.entries.slice(0, 3).map(dot)),
    );
    cell.classList.toggle("wc-outside", day.outside);
    cell.addEventListener("click", () => choose(day.day));
    return cell;
}

const dot = (one) => element("span", { class: one.plan ? "wc-dot wc-planned" : "wc-dot" });
const spoken = (day) => [day.title, ...day.entries.map((one) => one.alt)].join(". ");

function picture(pictures, one) {
    const drawn = element("img", { class: "wc-picture", src: pictures[one.picture], alt: "", title: one.alt, draggable: "false", decoding: "async" });
    drawn.classList.toggle("wc-planned", Boolean(one.plan));
    if (one.plan) {
        drawn.setAttribute("draggable", "true");
        drawn.addEventListener("dragstart", (event) => {
            calendar.dragged = one;
            event.dataTransfer.effectAllowed = "move";
            event.dataTransfer.setData("text/plain", one.alt);
        });
        drawn.addEventListener("dragend", () => (calendar.dragged = null));
    }
    return drawn;
}

function choose(day) {
    calendar.chosen = day;
    calendar.box.send("choose", { day });
    const panel = document.querySelector(".st-key-calendar_day");
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    if (panel && panel.getBoundingClientRect().top > innerHeight * 0.7) {
        panel.scrollIntoView({ behavior: still ? "auto" : "smooth", block: "start" });
    }
}

function moveFocus(root, event) {
    const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -DAYS_A_WEEK, ArrowDown: DAYS_A_WEEK };
    const cells = [...root.querySelectorAll(".wc-day")];
    const at = cells.indexOf(event.target.closest(".wc-day"));
    if (at < 0) return;
    const to = event.key === "Home" ? at - (at % DAYS_A_WEEK) : event.key === "End" ? at - (at % DAYS_A_WEEK) + DAYS_A_WEEK - 1 : at + steps[event.key];
    if (!Number.isInteger(to)) return;
    event.preventDefault();
    const cell = cells[to];
    if (!cell) return;
    cells.forEach((one) => (one.tabIndex = one === cell ? 0 : -1));
    cell.focus();
}

function drop(root) {
    const over = (event) => (calendar.dragged ? event.target.closest?.("[data-day]") : null);
    root.addEventListener("dragover", (event) => {
        const cell = over(event);
        root.querySelectorAll(".wc-target").forEach((one) => one.classList.toggle("wc-target", one === cell));
        if (!cell || cell.dataset.day < calendar.data.today) return;
        cell.classList.add("wc-target");
        event.preventDefault();
    });
    root.addEventListener("drop", (event) => {
        const cell = over(event);
        root.querySelectorAll(".wc-target").forEach((one) => one.classList.remove("wc-target"));
        if (!cell || cell.dataset.day === calendar.dragged.day) return;
        event.preventDefault();
        calendar.box.send("move", { plan: calendar.dragged.plan, day: calendar.dragged.day, to: cell.dataset.day });
    });
}

// The days with something on them, one below the other: what a narrow screen shows.
function agenda() {
    const { days, pictures } = calendar.data;
    const shown = days.filter((day) => !day.outside && day.entries.length);
    const rows = shown.map((day) =>
        element(
            "li",
            { "data-day": day.day },
            act(spoken(day), () => choose(day.day), { class: "wc-row", "aria-current": day.chosen ? "true" : null, "data-key": `row ${day.day}` },
                element("span", { class: "wc-date" }, day.short),
                element("span", { class: "wc-shown" }, ...day.entries.map((one) => picture(pictures, one))),
                element("span", { class: "wc-words" }, day.entries.map((one) => one.name).join(", "))),
        ),
    );
    return element("ul", { class: "wc-agenda", "aria-label": "Days with outfits" }, ...rows);
}

function drawCalendar(root) {
    const { days, names, title } = calendar.data;
    const heads = names.map((name) => element("span", { class: "wc-head", role: "columnheader" }, name));
    const weeks = [];
    for (let at = 0; at < days.length; at += DAYS_A_WEEK) {
        weeks.push(element("div", { class: "wc-week", role: "row" }, ...days.slice(at, at + DAYS_A_WEEK).map(dayButton)));
    }
    const grid = element("div", { class: "wc-grid", role: "grid", "aria-label": title }, element("div", { class: "wc-week", role: "row" }, ...heads), ...weeks);
    if (!days.some((day) => day.chosen)) grid.querySelector(".wc-day").tabIndex = 0;
    root.classList.toggle("wc-large", days.length === DAYS_A_WEEK);
    const list = agenda();
    keepingFocus(root, () => root.replaceChildren(grid, list));
    const row = list.querySelector("[aria-current]") ?? [...list.children].find((one) => one.dataset.day >= calendar.data.today);
    if (row) list.scrollTop = row.getBoundingClientRect().top - list.getBoundingClientRect().top - 8;
}

function buildCalendar(parent) {
    const root = element("div", { class: "wc" });
    root.addEventListener("keydown", (event) => moveFocus(root, event));
    drop(root);
    parent.append(root);
    return root;
}

export default function ({ data, parentElement, setTriggerValue }) {
    const root = parentElement.querySelector(":scope > .wc") ?? buildCalendar(parentElement);
    calendar.box.post = setTriggerValue;
    calendar.box.heard(data.handled);
    calendar.data = data;
    drawCalendar(root);
    return () => {
        if (calendar.box.post === setTriggerValue) calendar.box.post = null;
    };
}
