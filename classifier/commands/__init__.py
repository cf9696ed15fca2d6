"""One module a command of `python -m classifier`: thin, it parses, calls and prints."""
