from __future__ import annotations

from classifier.cli import app

if __name__ == "__main__":
    app(prog_name="python -m classifier")
