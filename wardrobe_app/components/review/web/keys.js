// What each key does, as a function to call; null for keys that mean nothing here.

function keyAction(review, event) {
  const key = event.key.length === 1 ? event.key.toUpperCase() : event.key;
  if (key === "U") return () => review.undo();
  if (!review.current) return null;
  const sheet = review.current.doubts.length > 1;
  const onButton = event.target.tagName === "BUTTON";
  const kind = Object.keys(KIND_KEYS).find((one) => KIND_KEYS[one] === key);
  if (/^[1-9]$/.test(key)) return () => review.digit(Number(key) - 1, sheet);
  if (sheet && event.shiftKey && /^Digit[1-9]$/.test(event.code)) return () => review.leaveOut(Number(event.code.at(-1)) - 1);
  if (key === "Enter" && !onButton) return () => review.accept();
  if (key === "/") return () => review.type();
  if (key === "ArrowLeft") return () => review.move(-1);
  if (key === "ArrowRight") return () => review.move(1);
  if (key === "Escape" && review.askingKind) return () => review.ask(null);
  if (key === "X" && !sheet) return () => review.trash();
  if (key === "A" && !sheet) return () => review.acceptAll();
  return kind && !sheet ? () => review.ask(kind) : null;
}
