"""Names of version 0.1 that 0.2 still accepts and prints, without documenting them. Delete this module with 0.3."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

COMMANDS: Final = {
    "add": "import",
    "redundancy": "duplicates",
    "decide": "resolve",
    "consider": "evaluate-purchase",
    "looks": "suggest-outfits",
    "worn": "log-wear",
    "cover": "set-cover",
    "export": "export-graph",
    "doctor": "check",
}
OPTIONS: Final = {"--anyway": "--allow-duplicates", "--take-back": "--undo"}
JSON_KEYS: Final = {
    "added": "come",
    "components": "islands",
    "existing": "there",
    "is_error": "wrong",
    "isolated": "stranded",
    "isolated_garments": "orphans",
    "key_pieces": "linchpins",
    "message": "told",
    "new_outfits": "new_looks",
    "ok": "well",
    "outfits": "looks",
    "outfits_lost": "looks_lost",
    "outfits_with_it": "looks_with_it",
    "removable": "let_go",
    "removed": "go",
    "repaired": "mended",
    "substitute": "stand_in",
}
"""By today's key, the old one, which is printed with the same value."""


def translated(arguments: list[str]) -> list[str]:
    """Replace old names in a command and its arguments by today's."""
    command, *rest = arguments
    return [COMMANDS.get(command, command), *(OPTIONS.get(one, one) for one in rest)]


def with_old_keys(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Add the old keys to a JSON object."""
    return {JSON_KEYS[key]: value for key, value in fields.items() if key in JSON_KEYS} | dict(fields)
