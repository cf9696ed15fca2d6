// What the gallery remembers for as long as the tab is open, whatever page is shown.

const store = {
    ids: [], // of the garments that are listed, in order
    position: new Map(), // of each of them
    elsewhere: new Set(), // of garments that exist, and are not listed
    cards: new Map(), // by id: title, version, photo, marks, fresh
    photos: new Map(), // data URLs by key, the least recently used first; null where the file is missing
    ticked: new Set(),
    anchor: null, // the last card that was ticked: where a range begins
    active: null, // the card that has, or would get, the focus
    unticked: null, // the number of the last order to untick
    opened: 0, // the garment that is shown in the panel
    list: null, // what the list is of
    data: {},
    grid: outbox(), // events of the grid
    courier: outbox(),
    asking: null, // the number of the event that asks for what is lacking
    view: null,
};

const MOST_PHOTOS_KEPT = 600;
const PHOTOS_AT_ONCE = 24;
const PATIENCE_MS = 8000;

const ICONS = {
    check: "M9 16.2 4.8 12l-1.4 1.4L9 19 21 7l-1.4-1.4z",
    heart: "M12 21.3l-1.4-1.3C5.4 15.4 2 12.3 2 8.5 2 5.4 4.4 3 7.5 3c1.7 0 3.4.8 4.5 2.1C13.1 3.8 14.8 3 16.5 3 19.6 3 22 5.4 22 8.5c0 3.8-3.4 6.9-8.6 11.5z",
    close: "M19 6.4 17.6 5 12 10.6 6.4 5 5 6.4 10.6 12 5 17.6 6.4 19 12 13.4 17.6 19 19 17.6 13.4 12z",
    down: "M7 10l5 5 5-5z",
};

function el(tag, attributes = {}, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
        if (value !== null && value !== false) node.setAttribute(name, value === true ? "" : String(value));
    }
    node.append(...children);
    return node;
}

function icon(name) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    for (const [key, value] of Object.entries({ viewBox: "0 0 24 24", "aria-hidden": "true", focusable: "false" })) {
        svg.setAttribute(key, value);
    }
    path.setAttribute("d", ICONS[name]);
    svg.append(path);
    return svg;
}

function garments(number) {
    return `${number.toLocaleString("en")} garment${number === 1 ? "" : "s"}`;
}

function takeCards(found) {
    for (const [id, card] of Object.entries(found)) store.cards.set(Number(id), { ...card, fresh: true });
}

function takeList(data) {
    store.data = data;
    store.ids = data.ids;
    store.position = new Map(data.ids.map((id, at) => [id, at]));
    store.elsewhere = new Set(data.elsewhere);
    for (const card of store.cards.values()) card.fresh = false;
    takeCards(data.cards);
    if (data.untick && data.untick.number !== store.unticked) {
        store.unticked = data.untick.number;
        data.untick.ids.forEach((id) => store.ticked.delete(id));
    }
    for (const id of store.ticked) {
        if (!store.position.has(id) && !store.elsewhere.has(id)) store.ticked.delete(id);
    }
    if (!store.position.has(store.active)) store.active = data.ids[0] ?? null;
}

function takeAnswer(data) {
    takeCards(data.cards);
    for (const [key, url] of Object.entries(data.photos)) store.photos.set(key, url);
    for (const key of store.photos.keys()) {
        if (store.photos.size <= MOST_PHOTOS_KEPT) break;
        store.photos.delete(key);
    }
    if (data.handled >= store.asking) store.asking = null;
}

function photoOf(card) {
    if (!card?.photo || !store.photos.has(card.photo)) return undefined;
    const url = store.photos.get(card.photo);
    store.photos.delete(card.photo); // used last
    store.photos.set(card.photo, url);
    return url;
}

// Ask for what is lacking near the screen; ids on the screen come first.
function ask(near) {
    if (store.asking || !store.courier.post) return;
    const cards = near.filter((id) => !store.cards.get(id)?.fresh);
    const lacking = near.filter((id) => {
        const card = store.cards.get(id);
        return !card || (card.photo && !store.photos.has(card.photo));
    });
    const photos = lacking.slice(0, PHOTOS_AT_ONCE);
    if (!cards.length && !photos.length) return;
    const number = store.courier.send("want", { cards, photos, near });
    store.asking = number;
    setTimeout(() => {
        if (store.asking !== number) return;
        store.asking = null; // the answer was lost with the connection
        store.view?.draw();
    }, PATIENCE_MS);
}
