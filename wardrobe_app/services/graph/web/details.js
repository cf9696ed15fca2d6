// What is told of garments in the panel, as far as it came along or was asked for.

class Details {
  constructor() {
    this.known = new Map(); // by id; what is old is shown until what is new comes
    this.fresh = new Set(); // ids that are known as the server has them now, or that it knows nothing of
    this.wanted = new Set(); // ids to ask for
  }

  // With a new scene nothing is known for certain but what came along.
  renew(details) {
    this.fresh.clear();
    this.take(details);
  }

  take(details) {
    for (const [id, found] of Object.entries(details ?? {})) {
      this.known.set(id, found);
      this.fresh.add(id);
    }
  }

  answered(details, asked) {
    this.take(details);
    asked.forEach((id) => this.fresh.add(id));
    this.wanted = new Set([...this.wanted].filter((id) => !this.fresh.has(id)));
  }

  // What is known of a node; with `ask`, what is lacking is asked for.
  of(node, ask) {
    if (ask && isGarment(node) && !this.fresh.has(node.id)) this.wanted.add(node.id);
    return this.known.get(node.id) ?? null;
  }
}
