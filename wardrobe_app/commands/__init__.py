"""The commands of `python -m wardrobe_app`: each parses, calls one service and prints what it answers."""
