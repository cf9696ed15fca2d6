// Has screen readers say a notice. The region stays in the page: what is new in it is read, a new region is not.
// Whoever pressed a button of the notice before, which is gone, finds the focus on the new one and not nowhere.

function region(assertive) {
  const id = assertive ? "wardrobe-alert" : "wardrobe-status";
  const known = document.getElementById(id);
  if (known) return known;
  const made = document.createElement("div");
  made.id = id;
  made.setAttribute("role", assertive ? "alert" : "status");
  made.style.cssText = "position:fixed;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap";
  document.body.append(made);
  return made;
}

let last = null;
let inside = false;
document.addEventListener("focusin", (event) => (inside = Boolean(event.target.closest?.(".st-key-notice"))));

function focusAgain() {
  if (inside && document.activeElement === document.body) {
    document.querySelector(".st-key-notice_close button")?.focus();
  }
}

export default function ({ data }) {
  if (data.id === last) return;
  last = data.id;
  const place = region(data.failed);
  place.textContent = "";
  setTimeout(() => {
    place.textContent = data.text;
    focusAgain();
  }, 100);
}
