// One question on the screen: a garment with its guesses on the digits, or a sheet of several to accept at once.

const KIND_KEYS = { colour: "C", pattern: "P", sleeve: "L", gender: "F", season: "S", occasion: "O" };
const article = (number, thing) => `${number} ${thing}${number === 1 ? "" : "s"}`;

// What a question asks, in words: also for screen readers.
function asked(review, question) {
  const { kind, doubts } = question;
  const about = kind === "type" ? "" : `${review.data.kinds[kind].name}: `;
  const guesses = new Set(doubts.map((doubt) => doubt.options[0]));
  if (doubts.length === 1) return `${about}${review.label(kind, doubts[0].options[0])}?`;
  if (guesses.size > 1) return `${about}Are these ${doubts.length} right?`;
  const all = review.label(kind, [...guesses][0]);
  return kind === "type"
    ? `These ${doubts.length} look the same to me: all ${all}?`
    : `${about}are these ${doubts.length} all ${all}?`;
}

function drawQuestion(review, question) {
  const sheet = question.doubts.length > 1;
  const heading = element("h2", { id: "review-asked" }, asked(review, question));
  return element(
    "section",
    { class: sheet ? "sheet" : "single", "aria-labelledby": "review-asked" },
    sheet ? heading : null,
    sheet ? drawSheet(review, question) : drawSingle(review, question, heading),
  );
}

function drawSingle(review, question, heading) {
  const [{ item }] = question.doubts;
  const garment = review.garments.get(item);
  const { kind, options } = review.asking(question);
  const choose = (value) => review.choose(kind, value);
  if (kind !== question.kind) heading.textContent = `${review.data.kinds[kind].name}: ${review.label(kind, options[0])}?`;
  const choices = element(
    "div",
    { class: "options", role: "group", "aria-label": `${review.data.kinds[kind].name} of ${garment.title}` },
    ...options.map((value, at) =>
      button(review.label(kind, value), String(at + 1), () => choose(value), { class: at ? "option" : "option guess" }),
    ),
    review.typing ? null : button("Something else", "/", () => review.type(), { class: "option" }),
  );
  return element(
    "div",
    { class: "card" },
    element("figure", { "data-item": item }, picture(review.large.best(item, review.photos.get(item)), garment.alt)),
    element(
      "div",
      { class: "answers" },
      heading,
      choices,
      review.typing ? drawTyping(review, kind, choose) : null,
      drawOthers(review, item, garment, kind),
      element(
        "div",
        { class: "acts" },
        kind === question.kind
          ? button("Move to trash", "X", () => review.trash())
          : button(`Back to the ${review.data.kinds[question.kind].name.toLowerCase()}`, "Esc", () => review.ask(null)),
      ),
    ),
  );
}

// The garment's other tags that are guesses, each behind a letter.
function drawOthers(review, item, garment, asking) {
  if (!garment.doubts.length) return null;
  const chips = garment.doubts.map(({ kind, options }) => {
    const set = review.set.get(`${item} ${kind}`);
    const words = `${review.data.kinds[kind].name}: ${review.label(kind, set || options[0])}${set ? " ✓" : "?"}`;
    return button(words, KIND_KEYS[kind], () => review.ask(kind), {
      class: set ? "chip set" : "chip", "aria-pressed": String(asking === kind),
    });
  });
  const all = button("All of this is right", "A", () => review.acceptAll(), { class: "chip all" });
  return element("div", { class: "others", role: "group", "aria-label": "Other guesses" }, ...chips, all);
}

function drawSheet(review, question) {
  const left = question.doubts.filter((doubt) => !review.out.has(doubt.item)).length;
  const changed = question.doubts.some((doubt) => review.turn(doubt) > 0);
  const same = new Set(question.doubts.map((doubt) => doubt.options[0])).size === 1;
  const all = same && !changed ? `All ${review.label(question.kind, question.doubts[0].options[0])}` : "All as it says";
  const words = left === question.doubts.length ? all : left ? `${all}, without ${question.doubts.length - left}` : "Ask about each";
  return element(
    "div",
    { class: "card" },
    element("p", { class: "hint" }, "Wrong? Its number, or a tap, shows the next guess; the cross leaves it out for later."),
    element("div", { class: "tiles" }, ...question.doubts.map((doubt, at) => drawTile(review, question.kind, doubt, at))),
    review.typing ? drawTyping(review, question.kind, (value) => review.chooseForAll(value)) : null,
    element(
      "div",
      { class: "acts" },
      button(words, "Enter", () => review.accept(), { class: "accept" }),
      same && !review.typing ? button("All something else", "/", () => review.type()) : null,
    ),
  );
}

function drawTile(review, kind, doubt, at) {
  const { item } = doubt;
  const garment = review.garments.get(item);
  const out = review.out.has(item);
  const turn = review.turn(doubt);
  const words = out ? "Left out" : `${review.label(kind, doubt.options[turn])}${turn ? "?" : ""}`;
  return element(
    "div",
    { class: `tile${out ? " out" : ""}${turn && !out ? " turned" : ""}`, "data-item": item },
    element(
      "button",
      { type: "button", class: "turn", "aria-label": `${at + 1}, ${garment.title}: ${words}. Next guess`, onclick: () => review.next(at) },
      picture(review.photos.get(item), garment.alt),
      element("span", { class: "caption" }, element("kbd", { "aria-hidden": "true" }, String(at + 1)), words),
    ),
    element(
      "button",
      {
        type: "button", class: "leave", "aria-pressed": String(out), title: `Leave out (Shift+${at + 1})`,
        "aria-label": `Leave out ${at + 1}, ${garment.title}`, onclick: () => review.leaveOut(at),
      },
      "✕",
    ),
  );
}

function drawTyping(review, kind, chosen) {
  const { name, choices } = review.data.kinds[kind];
  const box = completion(name, choices, chosen, () => review.stopTyping());
  review.typingBox = box;
  return box.node;
}
