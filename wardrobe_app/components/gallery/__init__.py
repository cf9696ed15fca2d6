"""The gallery: garments as cards in a grid that is drawn in the browser, and the panel that opens over it."""
