"""The commands of `wardrobe-graph`: each parses its arguments, calls one service and prints the result."""
