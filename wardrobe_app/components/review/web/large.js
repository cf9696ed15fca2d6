// Photos at the size of a card: only those of the cards that come next, and of the last ones, for the way back.

const MOST_LARGE = 16;

class LargePhotos {
  constructor() {
    this.found = new Map(); // by garment, the least recently used first; null where the small one is all there is
    this.loaded = new Map(); // pictures that are decoded, so that the next card shows its photo at once
  }

  get kept() {
    return [...this.found.keys()];
  }

  take(photos) {
    for (const [item, photo] of Object.entries(photos)) this.found.set(Number(item), photo);
    for (const item of this.kept.slice(0, -MOST_LARGE)) {
      this.found.delete(item);
      this.loaded.delete(item);
    }
  }

  lacking(items) {
    return items.filter((item) => !this.found.has(item));
  }

  // What a card shows now: the large photo as soon as it is decoded, the small one until then.
  best(item, small) {
    const photo = this.found.get(item);
    if (photo === undefined) return small;
    this.found.delete(item);
    this.found.set(item, photo);
    return (photo && this.loaded.get(item)?.src) || small;
  }

  async load(item) {
    if (!this.found.get(item) || this.loaded.has(item)) return;
    const image = new Image();
    image.src = this.found.get(item);
    await image.decode().catch(() => null);
    if (image.naturalWidth && this.found.has(item)) this.loaded.set(item, image);
  }

  // Decode what comes next; the card on the screen changes its small photo for the large one.
  async show(review) {
    for (const item of review.coming) {
      await this.load(item);
      const image = review.body.querySelector(`figure[data-item="${item}"] img`);
      const better = this.loaded.get(item)?.src;
      if (image && better && image.src !== better) image.src = better;
    }
  }
}
