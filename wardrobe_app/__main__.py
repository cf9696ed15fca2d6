"""`python -m wardrobe_app`."""

from wardrobe_app.cli import main

main()
