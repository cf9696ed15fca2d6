// The questions that are open: what the server sends, and what was decided here since.

// The server's questions without what was decided since, and with what was taken back since.
function merged(review, questions) {
  const pending = review.outbox.pending();
  const open = ({ kind }, { item }) => pending.get(`${item} ${kind}`) !== true && pending.get(`${item} trash`) !== true;
  const there = new Set(questions.flatMap((one) => one.doubts.map((doubt) => `${doubt.item} ${one.kind}`)));
  review.restored = review.restored.filter(({ kind, doubts: [{ item }] }) => {
    const waits = pending.get(`${item} ${kind}`) === false || pending.get(`${item} trash`) === false;
    return waits && !there.has(`${item} ${kind}`);
  });
  const found = [...review.restored, ...questions].map((one) => ({ ...one, doubts: one.doubts.filter((doubt) => open(one, doubt)) }));
  return parted(review, found.filter((one) => one.doubts.length));
}

// What was left out of a sheet is asked about alone, and first; the guesses that were wrong come last.
function parted(review, questions) {
  const { apart } = review.outbox;
  const alone = [];
  const rest = [];
  for (const { kind, doubts } of questions) {
    const staying = doubts.filter((doubt) => !(`${doubt.item} ${kind}` in apart));
    for (const doubt of doubts) {
      const wrong = apart[`${doubt.item} ${kind}`];
      if (!wrong) continue;
      const options = [...doubt.options.filter((one) => !wrong.includes(one)), ...doubt.options.filter((one) => wrong.includes(one))];
      alone.push({ kind, doubts: [{ ...doubt, options }] });
    }
    if (staying.length) rest.push({ kind, doubts: staying });
  }
  return [...alone, ...rest];
}

// The questions with the one on the screen still in its place and order, though with what its guesses are now.
function pinned(review, questions) {
  if (!review.current) {
    review.at = 0;
    return questions;
  }
  const { kind, doubts } = review.current;
  const now = new Map(questions.filter((one) => one.kind === kind).flatMap((one) => one.doubts.map((doubt) => [doubt.item, doubt])));
  const staying = doubts
    .filter((doubt) => now.has(doubt.item) || !review.data.complete)
    .map((doubt) => (review.turn(doubt) ? doubt : now.get(doubt.item) || doubt));
  const items = new Set(staying.map((doubt) => doubt.item));
  const others = questions
    .map((one) => (one.kind === kind ? { ...one, doubts: one.doubts.filter((doubt) => !items.has(doubt.item)) } : one))
    .filter((one) => one.doubts.length);
  review.at = Math.min(review.at, others.length);
  if (staying.length) others.splice(review.at, 0, { kind, doubts: staying });
  review.at = Math.min(review.at, Math.max(0, others.length - 1));
  return others;
}

function putBack(review, question) {
  const items = new Set(question.doubts.map((doubt) => doubt.item));
  const others = review.questions
    .map((one) => (one.kind === question.kind ? { ...one, doubts: one.doubts.filter((doubt) => !items.has(doubt.item)) } : one))
    .filter((one) => one.doubts.length);
  others.splice(Math.min(review.at, others.length), 0, question);
  review.questions = others;
  review.at = others.indexOf(question);
}
