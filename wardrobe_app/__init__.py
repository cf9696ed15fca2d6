"""Wardrobe Graph: a wardrobe modelled as a graph, kept on its owner's machine."""

__version__ = "0.2.0"
