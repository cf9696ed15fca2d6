"""What goes wrong in the store and is handled by the program, never shown as it is."""

from __future__ import annotations


class ImportKeyTaken(Exception):
    """A photo with this import key is stored already; perhaps another import was faster."""
