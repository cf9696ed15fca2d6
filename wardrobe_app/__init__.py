"""Wardrobe Graph: a wardrobe modelled as a graph, kept on its owner's machine."""

import gc

__version__ = "0.2.0"

# What is made thousands at a time, modules and garments, is no garbage; looking for some so often takes a tenth of the
# start.
gc.set_threshold(10_000, 10, 10)
