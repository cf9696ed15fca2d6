// What stands around the questions: how far it is, the ways to move, and the end.

function drawHead(review) {
  const done = review.outbox.history.flat().filter((one) => one.kind !== "trash").reduce((sum, one) => sum + Object.keys(one.values).length, 0);
  const words = review.left ? `${review.left} left` : "";
  return element(
    "header",
    {},
    element("progress", { max: done + review.left || 1, value: done || (review.left ? 0 : 1), "aria-label": "Reviewed" }),
    element("span", { class: "left" }, words),
    element(
      "nav",
      { "aria-label": "Queue" },
      button("Previous", "←", () => review.move(-1), { disabled: review.at === 0 }),
      button("Next", "→", () => review.move(1), { disabled: review.at + 1 >= review.questions.length }),
      button("Undo", "U", () => review.undo(), { disabled: !review.outbox.history.length }),
    ),
    review.message ? element("p", { class: "message", role: "alert" }, review.message) : null,
  );
}

function drawEnd(review) {
  const words = review.outbox.history.length ? "Nothing left to review" : "Nothing to review";
  const { complete, part, elsewhere } = review.data;
  const rest = { types: ["Every type", "other tags"], others: ["Every other tag", "types"] }[part];
  const more = elsewhere ? ` The ${rest[1]} of ${article(elsewhere, "garment")} are guesses, too.` : "";
  const told = complete ? `${rest[0]} is certain, or set by you.${more}` : "More follows in a moment.";
  return element("section", { class: "end" }, element("h2", {}, words), element("p", {}, told));
}
