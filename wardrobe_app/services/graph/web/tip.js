// A few lines beside the pointer, or beside the node that the keyboard is at.

function labelOf(view, edge) {
  return view.model.relations.find((one) => one.name === edge.relation)?.label ?? "";
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
    if (beside && beside !== node) lines.push(...this.whys(beside, node));
    if (node.count) lines.push(`${node.count.toLocaleString("en")} garments`);
    return lines;
  }

  // Why a node hangs together with one beside it.
  whys(beside, node) {
    const { view } = this;
    return view.model.between(beside, node).map((edge) => `With ${beside.label}: ${edge.why || labelOf(view, edge)}`);
  }

  between(edge) {
    const { nodes } = this.view.model;
    const why = [labelOf(this.view, edge), edge.why].filter(Boolean).join(": ");
    return [`${nodes[edge.a].label} – ${nodes[edge.b].label}`, why].filter(Boolean);
  }

  // Beside the node or the pointer, on the side where least of what stands out is covered.
  place(node) {
    const { camera, pointer, focus } = this.view;
    const [x, y] = node ? camera.toScreen(node.x, node.y) : pointer ?? [0, 0];
    const beside = node ? (node.size * camera.scale) / 2 + 12 : 14;
    const { offsetWidth: wide, offsetHeight: high } = this.node;
    const near = [...(focus?.nodes ?? [])].filter((one) => one !== node).map((one) => camera.toScreen(one.x, one.y));
    const [, left, top] = [
      [x + beside, y - high / 2], [x - beside - wide, y - high / 2], [x - wide / 2, y - beside - high], [x - wide / 2, y + beside + 14],
    ]
      .map(([left, top]) => {
        const inside = left >= 6 && top >= 6 && left + wide <= camera.width - camera.insets.right && top + high <= camera.height - 6;
        const covered = near.filter(([nx, ny]) => nx > left - 16 && nx < left + wide + 16 && ny > top - 16 && ny < top + high + 16);
        return [covered.length + (inside ? 0 : 100), left, top];
      })
      .reduce((best, one) => (one[0] < best[0] ? one : best));
    this.node.style.left = `${clamp(left, 6, Math.max(6, camera.width - wide - 6))}px`;
    this.node.style.top = `${clamp(top, 6, Math.max(6, camera.height - high - 6))}px`;
  }
}
