"""What a person decided in the review queue, and what that means for the wardrobe."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from wardrobe_app.domain.errors import InvalidEdit
from wardrobe_app.domain.garments.garment import TagKind

TRASH: Final = "trash"
MAX_ID_LENGTH: Final = 64
_MAX_GARMENTS: Final = 100


@dataclass(frozen=True, slots=True)
class Decision:
    """A value of a tag for each garment, or the trash for garments whose values are empty.

    ``id`` is the browser's, so that a decision that arrives twice counts once. ``kind`` is None for the trash. ``was``
    holds the earlier values of the same person where there were any. One that is ``undone`` is to be taken back.
    """

    id: str
    kind: TagKind | None
    values: Mapping[int, str]
    was: Mapping[int, str] = field(default_factory=dict)
    undone: bool = False

    @property
    def key(self) -> tuple[str, bool]:
        """Return what tells it from every other decision, and from its own undo."""
        return self.id, self.undone


def read(raw: object) -> Decision:
    """Read a decision that a browser sent.

    Raises:
        InvalidEdit: it is none.
    """
    try:
        return _read(raw if isinstance(raw, dict) else {})
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InvalidEdit("The browser sent something that is no decision. Reload the page.") from error


def _read(raw: Mapping[str, Any]) -> Decision:
    decision_id, kind = raw["id"], raw["kind"]
    values, was = _by_garment(raw["values"]), _by_garment(raw.get("was") or {})
    if not isinstance(decision_id, str) or not 0 < len(decision_id) <= MAX_ID_LENGTH:
        raise ValueError(decision_id)
    if not 0 < len(values) <= _MAX_GARMENTS:
        raise ValueError(values)
    return Decision(decision_id, None if kind == TRASH else TagKind(kind), values, was, raw.get("undone") is True)


def _by_garment(raw: Mapping[str, Any]) -> dict[int, str]:
    if not all(isinstance(value, str) for value in raw.values()):
        raise ValueError(raw)
    return {int(item): value for item, value in raw.items()}


def folded(
    decisions: Iterable[Decision], now: Mapping[int, Mapping[TagKind | None, str]]
) -> tuple[dict[int, dict[TagKind | None, str]], dict[tuple[str, bool], list[int]]]:
    """Return the values to write, by garment and kind, and by the ``key`` of a decision the garments it fails for.

    ``now`` holds the person's values as they are, "" for none; of the kind None, "" is outside the trash. A garment
    that it lacks is gone. What was decided already changes nothing, and what somebody else set since is kept.
    """
    state = {item: dict(values) for item, values in now.items()}
    failed: dict[tuple[str, bool], list[int]] = {}
    for one in decisions:
        for item, value in one.values.items():
            wanted = value if one.kind is not None else TRASH
            before, after = one.was.get(item, ""), wanted
            if one.undone:
                before, after = after, before
            there = state.get(item)
            if there is not None and there.get(one.kind, "") == after:
                continue
            lost = there is None or (one.kind is not None and there.get(None, "") != "")
            if there is None or lost or there.get(one.kind, "") != before:
                failed.setdefault(one.key, []).append(item)
            else:
                there[one.kind] = after
    changed = {
        item: {kind: value for kind, value in values.items() if now[item].get(kind, "") != value}
        for item, values in state.items()
    }
    return {item: values for item, values in changed.items() if values}, failed
