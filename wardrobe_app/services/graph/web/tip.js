// A few lines beside the pointer, or beside the node that the keyboard is at.

// Why two nodes hang together, as sentences.
function whys(view, one, two) {
  return view.model.between(one, two).map((edge) => whyOf(view, edge)).filter(Boolean);
}

function whyOf(view, edge) {
  const relation = view.model.relations.find((one) => one.name === edge.relation)?.label ?? "";
  return [relation, edge.why].filter(Boolean).join(": ");
}

class Tip {
  constructor(parent, view) {
    this.view = view;
    this.node = make("div", { class: "wv-tip", role: "tooltip", hidden: true });
    parent.append(this.node);
  }

  draw() {
    const { view } = this;
    const node = view.hovered ?? view.walked;
    const lines = node ? this.about(node) : view.edge ? this.between(view.edge) : [];
    this.node.hidden = !lines.length || (node && node === view.pinned);
    if (this.node.hidden) return;
    const [first, ...rest] = lines;
    this.node.replaceChildren(make("b", {}, first), ...rest.map((line) => make("span", {}, line)));
    this.place(node);
  }

  about(node) {
    const { view } = this;
    const lines = [node.label, ...node.lines.filter((line) => line !== node.label)];
    const beside = view.pinned ?? (view.walked === node ? view.from : null);
    if (beside && beside !== node) lines.push(...whys(view, beside, node).map((why) => `With ${beside.label}: ${why}`));
    if (node.count) lines.push(`${node.count.toLocaleString("en")} garments`);
    return lines;
  }

  between(edge) {
    const { nodes } = this.view.model;
    return [`${nodes[edge.a].label} – ${nodes[edge.b].label}`, whyOf(this.view, edge)].filter(Boolean);
  }

  place(node) {
    const { camera, pointer } = this.view;
    let [x, y, beside] = [...(pointer ?? [0, 0]), 14];
    if (node) {
      [x, y] = camera.toScreen(node.x, node.y);
      beside = (node.size * camera.scale) / 2 + 10;
    }
    const { offsetWidth: wide, offsetHeight: high } = this.node;
    const { right } = camera.insets;
    const left = x + beside + wide < camera.width - right ? x + beside : x - beside - wide;
    this.node.style.left = `${clamp(left, 6, Math.max(6, camera.width - wide - 6))}px`;
    this.node.style.top = `${clamp(y - high / 2, 6, Math.max(6, camera.height - high - 6))}px`;
  }
}
