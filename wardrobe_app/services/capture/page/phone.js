// Sends photos to the computer one file a request, tries again after a lost connection, and shows what became of each.

const AT_ONCE = 2;
const POLL_MS = 1500;
const RETRY_MS = [1000, 2000, 4000, 8000, 15000];
const SILENT_MS = 30000;
const THUMBNAIL_PX = 96;
const LOST = "Waiting for the computer…";
const SENT = "Sent";
const GONE = "The computer does not answer. Is the code still shown on it, and this phone still on the same Wi-Fi? Keep this page open: the photos are sent as soon as it answers.";
const TRIES_UNTIL_TOLD = 3;
const OVER = "This page was closed on the computer. Photos that arrived are kept. For more, show a new code there and scan it.";
const TAKEN = "Another phone, or another browser on this one, already uses this code. Choose “New code” on the computer and scan that.";
const FULL = "That is as many photos as this page takes. For more, choose “New code” on the computer and scan it.";
const UNSENT = "unsent";

const byId = (id) => document.getElementById(id);
const photos = [];
const limits = { max_bytes: Infinity, max_photos: Infinity };
let sending = 0;
let over = false;
let polling = false;

const plural = (number, thing) => `${number} ${thing}${number === 1 ? "" : "s"}`;

function newId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function stop(words) {
  over = true;
  byId("problem").textContent = words;
  byId("ways").hidden = true;
  for (const photo of photos) {
    photo.request?.abort();
    if (!photo.sent) show(photo, "failed", "Not sent");
  }
  summarise();
}

function draw(photo) {
  const row = document.createElement("li");
  photo.canvas = document.createElement("canvas");
  photo.canvas.width = photo.canvas.height = THUMBNAIL_PX;
  photo.canvas.setAttribute("aria-hidden", "true");
  const name = document.createElement("span");
  name.className = "name";
  name.textContent = photo.name;
  photo.state = document.createElement("span");
  photo.state.className = "state";
  row.append(photo.canvas, name, photo.state);
  photo.row = row;
  byId("photos").prepend(row);
}

function show(photo, kind, words) {
  photo.kind = kind;
  photo.row.className = kind;
  photo.state.replaceChildren(words);
}

function showProgress(photo, part) {
  let bar = photo.state.querySelector("progress");
  if (!bar) {
    bar = document.createElement("progress");
    bar.max = 1;
    bar.setAttribute("aria-label", `Sending ${photo.name}`);
    photo.kind = "sending";
    photo.row.className = "sending";
    photo.state.replaceChildren(bar);
  }
  bar.value = part;
}

async function thumbnail(photo) {
  try {
    const picture = await createImageBitmap(photo.file, { resizeWidth: THUMBNAIL_PX * 2, resizeQuality: "low" });
    const side = Math.min(picture.width, picture.height);
    const [left, top] = [(picture.width - side) / 2, (picture.height - side) / 2];
    photo.canvas.getContext("2d").drawImage(picture, left, top, side, side, 0, 0, THUMBNAIL_PX, THUMBNAIL_PX);
    picture.close();
  } catch {
    // Some phones cannot draw every kind of photo that the computer can read.
  }
}

// What to say of a photo that the computer has finished with.
const OUTCOMES = { "added": ["done", "Added"], "already there": ["done", "Already there"], "refused": ["refused", "Refused"] };

function settle(photo, outcome, reason) {
  if (!(outcome in OUTCOMES)) return;
  const [kind, words] = OUTCOMES[outcome];
  photo.outcome = outcome;
  show(photo, kind, reason ? `${words}: ${reason}` : words);
}

function summarise() {
  const count = (test) => photos.filter(test).length;
  const [added, already, refused] = Object.keys(OUTCOMES).map((one) => count((photo) => photo.outcome === one));
  const failed = count((photo) => photo.kind === "failed");
  const open = photos.length - added - already - refused - failed;
  const unsent = count((photo) => !photo.sent && photo.kind !== "refused");
  const words = [
    added && `${added} added`,
    already && `${already} already there`,
    refused && `${refused} refused`,
    failed && `${failed} not sent`,
    open && (over ? `${open} arrived` : `${open} on the way`),
  ].filter(Boolean);
  const text = words.join(", ");
  if (byId("summary").textContent !== text) byId("summary").textContent = text;
  byId("again").hidden = over || !failed;
  sessionStorage.setItem(UNSENT, String(unsent));
}

function wait(photo) {
  const pause = RETRY_MS[Math.min(photo.tries, RETRY_MS.length - 1)];
  photo.tries += 1;
  photo.notBefore = Date.now() + pause;
  show(photo, "waiting", LOST);
  if (photo.tries >= TRIES_UNTIL_TOLD) byId("problem").textContent = GONE;
  setTimeout(next, pause);
}

function answered(photo, status) {
  if (status === 200 || status === 201) {
    photo.sent = true;
    photo.file = null;
    if (byId("problem").textContent === GONE) byId("problem").textContent = "";
    show(photo, "sent", SENT);
    poll();
  } else if (status === 404) {
    stop(OVER);
  } else if (status === 403) {
    stop(TAKEN);
  } else if (status === 409) {
    show(photo, "failed", "Not sent: too many");
    byId("problem").textContent = FULL;
  } else if (status === 413) {
    tooLarge(photo);
  } else if (status === 400) {
    show(photo, "failed", "Not sent: the photo is empty. Choose it again.");
  } else if (status === 507 && photo.tries >= RETRY_MS.length) {
    show(photo, "failed", "Not sent: the computer cannot store it. Its disk may be full.");
  } else {
    wait(photo);
  }
}

function tooLarge(photo) {
  show(photo, "refused", `Refused: larger than ${Math.round(limits.max_bytes / 1e6)} MB`);
  photo.outcome = "refused";
}

function send(photo) {
  const request = new XMLHttpRequest();
  let silence = 0;
  const listen = () => {
    clearTimeout(silence);
    silence = setTimeout(() => request.abort(), SILENT_MS);
  };
  sending += 1;
  photo.request = request;
  request.open("PUT", `photos/${photo.id}`);
  request.setRequestHeader("Content-Type", "application/octet-stream");
  request.setRequestHeader("X-Name", encodeURIComponent(photo.name.toWellFormed?.() ?? photo.name).slice(0, 1000));
  request.upload.onprogress = (event) => {
    listen();
    if (event.total) showProgress(photo, event.loaded / event.total);
  };
  request.onloadend = () => {
    clearTimeout(silence);
    sending -= 1;
    photo.request = null;
    if (!over) answered(photo, request.status);
    summarise();
    next();
  };
  showProgress(photo, 0);
  listen();
  thumbnail(photo);
  request.send(photo.file);
}

function next() {
  while (!over && sending < AT_ONCE) {
    const now = Date.now();
    const photo = photos.find((one) => one.file && !one.request && one.kind === "waiting" && one.notBefore <= now);
    if (!photo) return;
    send(photo);
  }
}

function add(files) {
  byId("problem").textContent = "";
  for (const file of files) {
    const photo = { id: newId(), name: file.name || "photo", file, tries: 0, notBefore: 0, sent: false };
    photos.push(photo);
    draw(photo);
    if (file.size > limits.max_bytes) tooLarge(photo);
    else show(photo, "waiting", "Waiting");
  }
  summarise();
  next();
}

function retry() {
  for (const photo of photos.filter((one) => one.kind === "failed" && one.file)) {
    Object.assign(photo, { tries: 0, notBefore: 0 });
    show(photo, "waiting", "Waiting");
  }
  summarise();
  next();
}

// Asks what became of the photos, as long as there are some that the computer has not finished with.
async function poll() {
  if (polling) return;
  polling = true;
  while (!over && photos.some((photo) => photo.sent && !photo.outcome)) {
    await new Promise((go) => setTimeout(go, POLL_MS));
    try {
      const answer = await fetch("photos", { cache: "no-store", signal: AbortSignal.timeout?.(SILENT_MS) });
      if (answer.status === 404) stop(OVER);
      if (answer.ok) update((await answer.json()).photos);
    } catch {
      // The connection is lost: the next round asks again.
    }
  }
  polling = false;
}

function update(found) {
  for (const photo of photos) {
    const state = found[photo.id];
    if (state && !photo.outcome) settle(photo, state.outcome, state.reason);
  }
  summarise();
}

// After a reload: what this phone sent before.
async function remember() {
  try {
    const answer = await fetch("photos", { cache: "no-store" });
    if (!answer.ok) return;
    const found = (await answer.json()).photos;
    for (const [id, { name }] of Object.entries(found)) {
      if (photos.some((photo) => photo.id === id)) continue;
      const photo = { id, name, file: null, tries: 0, notBefore: 0, sent: true };
      photos.push(photo);
      draw(photo);
      show(photo, "sent", SENT);
    }
    update(found);
    poll();
  } catch {
    // Only a list of what arrived already.
  }
}

async function join() {
  for (let tries = 0; ; tries += 1) {
    try {
      const answer = await fetch("join", { method: "POST" });
      if (answer.status === 403) return stop(TAKEN);
      if (answer.status === 404) return stop(OVER);
      if (answer.ok) {
        Object.assign(limits, await answer.json());
        byId("problem").textContent = leftBehind();
        byId("ways").hidden = false;
        return remember();
      }
    } catch {
      byId("problem").textContent = LOST;
    }
    await new Promise((go) => setTimeout(go, RETRY_MS[Math.min(tries, RETRY_MS.length - 1)]));
  }
}

// A reloaded page no longer has the photos that were chosen in it.
function leftBehind() {
  const unsent = Number(sessionStorage.getItem(UNSENT)) || 0;
  sessionStorage.removeItem(UNSENT);
  return unsent ? `${plural(unsent, "photo")} had not been sent when this page was reloaded. Choose them again.` : "";
}

for (const [button, input] of [["take", "camera"], ["choose", "roll"]]) {
  byId(button).addEventListener("click", () => byId(input).click());
  byId(input).addEventListener("change", () => {
    add([...byId(input).files]);
    byId(input).value = "";
  });
}
byId("retry").addEventListener("click", retry);
addEventListener("online", () => {
  for (const photo of photos) photo.notBefore = 0;
  next();
});
addEventListener("beforeunload", (event) => {
  if (!over && photos.some((photo) => photo.file && photo.kind !== "refused")) event.preventDefault();
});
join();
