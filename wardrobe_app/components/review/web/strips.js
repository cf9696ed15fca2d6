// What spread to similar garments: never unseen, and with a way to take it back.

function addStrip(review, strip) {
  const known = JSON.stringify(strip);
  if (review.strips.some((one) => one.known === known)) return;
  review.strips = [{ ...strip, known }, ...review.strips].slice(0, 3);
  review.say(strip.text);
}

// A strip goes when all that was in the queue because of it is decided.
function clearStrips(review) {
  for (const strip of review.strips) {
    const waits = !review.data.complete || strip.items.some((item) => review.asksAbout(item));
    strip.over = strip.waited && !waits;
    strip.waited ||= waits;
  }
  review.strips = review.strips.filter((strip) => !strip.over);
}

function undoStrip(review, strip) {
  review.strips = review.strips.filter((one) => one !== strip);
  const actions = review.outbox.history.filter((action) => action.some((one) => strip.decisions.includes(one.id)));
  for (const action of actions.reverse()) review.undo(action);
  review.draw(true);
}

function closeStrip(review, strip) {
  review.strips = review.strips.filter((one) => one !== strip);
  review.draw(true);
}

// A type that spread to similar garments: which, and the way to take it back.
function drawStrip(review, strip) {
  return element(
    "div",
    { class: "strip", role: "group", "aria-label": "Copied to similar garments" },
    element("p", {}, strip.text),
    element(
      "div",
      { class: "photos" },
      ...strip.items.map((item) => picture(review.photos.get(item), review.garments.get(item)?.alt || "Photo")),
    ),
    element(
      "div",
      { class: "acts" },
      button("Undo", "", () => undoStrip(review, strip)),
      button("Close", "", () => closeStrip(review, strip)),
    ),
  );
}
