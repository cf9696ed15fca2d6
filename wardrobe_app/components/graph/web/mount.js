// Streamlit calls this each time a mount gets new data: the canvas's, or the courier's, which brings what was asked
// for. It stands behind the scripts of the viewer and the outbox.

const boxes = { canvas: outbox(), courier: outbox() };
const sendEvent = (name, value) => boxes[name === "want" ? "courier" : "canvas"].send(name, value);
let graph = null;

function build(parent) {
  const place = make("div", { class: "wv-mount" });
  parent.append(place);
  place.graph = mountGraph(place, { send: sendEvent });
  return place;
}

// What was sent before there was anything to send it with is sent now.
function hear(box, data, post) {
  const late = !box.post;
  box.post = post;
  box.heard(data.handled ?? 0);
  if (late && box.waiting.length) post("sent", box.waiting);
  return () => {
    if (box.post === post) box.post = null;
  };
}

function showCanvas(parent, data, post) {
  const place = parent.querySelector(":scope > .wv-mount") ?? build(parent);
  const silence = hear(boxes.canvas, data, post);
  graph = place.graph;
  graph.show(data);
  return () => {
    silence();
    place.graph.close();
    place.remove();
    if (graph === place.graph) graph = null;
  };
}

function showAnswer(data, post) {
  const silence = hear(boxes.courier, data, post);
  graph?.receive(data);
  return silence;
}

export default function ({ data, parentElement, setTriggerValue }) {
  return data.role === "canvas" ? showCanvas(parentElement, data, setTriggerValue) : showAnswer(data, setTriggerValue);
}
