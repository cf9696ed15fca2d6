"""Read and write a decision of a review as JSON: an entry of ``DuplicateGroupRow.decisions``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from itertools import combinations
from typing import Any

from wardrobe_app.domain.garments.garment import MergeId, Verdict, VerdictRecord
from wardrobe_app.domain.redundancy.verdicts import Decision


def written(decision: Decision) -> dict[str, Any]:
    """Return the JSON of a decision."""
    before = [[one.a, one.b, one.verdict.value, one.decided_at.isoformat()] for one in decision.before]
    return {
        "verdict": decision.verdict.value,
        "items": list(decision.ids),
        "let_go": list(decision.let_go),
        "merge": decision.merge,
        "decided_at": decision.decided_at.isoformat(),
        "before": before,
    }


def read(entry: Mapping[str, Any]) -> Decision:
    """Read a decision from its JSON.

    Raises:
        ValueError, TypeError, LookupError: it is not the JSON of a decision.
    """
    ids, merge = tuple(entry["items"]), entry["merge"]
    return Decision(
        Verdict(entry["verdict"]),
        ids,
        tuple(combinations(sorted(ids), 2)),
        datetime.fromisoformat(entry["decided_at"]),
        None if merge is None else MergeId(merge),
        tuple(entry["let_go"]),
        tuple(VerdictRecord(a, b, Verdict(said), datetime.fromisoformat(at)) for a, b, said, at in entry["before"]),
    )
