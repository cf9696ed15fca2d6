from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
"""The root of the project."""
REAL_PHOTOS = ROOT.parent / "shared" / "data"
"""The folder of the real photos, outside the project; tests that need them skip where it is missing."""
