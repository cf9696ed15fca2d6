"""Which pixels are cloth: a network that finds the garment on any ground, how it is trained and how it serves."""
