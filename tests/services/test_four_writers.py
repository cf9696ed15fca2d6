from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.paths import ROOT
from tests.services.support.actions import verdicts_of
from tests.services.support.writer import JOBS, SHARED, opened, photos
from tests.support import no_network
from wardrobe_app import wiring
from wardrobe_app.domain.garments.garment import Garment, TagKind, Verdict
from wardrobe_app.wiring import Runtime


def missing(wardrobe: Runtime, done: list[str]) -> list[str]:
    garments = {item: wardrobe.catalogue.get(item) for item in range(1, SHARED + 1)}
    everything = (*wardrobe.catalogue.garments(include_archived=True), *wardrobe.catalogue.trashed())
    names = {photo.filename for garment in everything for photo in garment.photos}
    verdicts = {(one.a, one.b): one.verdict for one in verdicts_of(wardrobe.redundancy.review)}
    worn = {(wear.item_ids, wear.worn_on) for wear in wardrobe.outfits.wear_log.wears()}
    outfits = {frozenset(outfit.item_ids) for outfit in wardrobe.outfits.saved.all()}
    types = {item: said for kind, item, said in (what.split() for what in done if what.startswith("type"))}

    def there(what: str) -> bool:
        kind, first, *more = what.split()
        garment: Garment | None = garments.get(int(first)) if first.isdecimal() else None
        match kind:
            case "photo":
                return first in names
            case "note":
                return garment is not None and more[0] in garment.notes.split()
            case "type":  # the last word on it counts
                return garment is not None and garment.tags[TagKind.TYPE].value == types[first]
            case "verdict":
                return verdicts.get((int(first), int(more[0]))) is Verdict.DIFFERENT
            case "undone":
                return (int(first), int(more[0])) not in verdicts
            case "merged":
                return garment is not None and not garment.photos and len(garments[int(more[0])].photos) == 2
            case "worn":
                return ((int(first),), date.today() - timedelta(int(more[0]))) in worn
            case "look":
                return frozenset((int(first), int(more[0]))) in outfits
            case "trashed":
                return garment is not None and garment.trashed_at is not None
            case "favourite":
                return garment is not None and garment.favourite
        return kind in ("tags", "compared")

    return [what for what in done if not there(what)]


@pytest.mark.timeout(240)
def test_four_programs_write_at_once_and_nothing_is_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wiring, "make_tagger", wiring.make_tagger)  # which ``opened`` replaces, for this test only
    folder = tmp_path / "wardrobe"
    wardrobe = opened(folder)
    assert len(list(wardrobe.importing.importer.add(photos(0, SHARED), allow_duplicates=True))) == SHARED
    state = wardrobe.outfits.rules.revision()
    environment = no_network.environment(tmp_path / "startup", tmp_path / "network.log", OMP_NUM_THREADS="1")
    started = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.services.support.writer", name, str(folder)],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for name in JOBS
    ]
    answers = [process.communicate(timeout=200) for process in started]
    assert [process.returncode for process in started] == [0] * len(JOBS), answers
    told = [json.loads(line) for out, _ in answers for line in out.splitlines()]
    outcomes = Counter(outcome for _, outcome, _ in told)
    done = [what for what, outcome, _ in told if outcome == "done"]
    lost = missing(wardrobe, done)  # as a program sees it that was open all the while
    assert wardrobe.outfits.rules.revision() != state
    locked = sum("lock" in outcome or "Another program" in outcome for outcome in outcomes.elements())
    print(
        f"\nwrites tried {len(told)}, done {len(done)}, told that it changed meanwhile "
        f"{outcomes['changed meanwhile']}, lost {len(lost)}, locked {locked}, longest {max(t for *_, t in told):.2f} s"
    )
    assert set(outcomes) <= {"done", "changed meanwhile"}
    assert lost == []
    assert len(set(done)) == len({what for what, *_ in told}), "each was done in the end"
    files = {path.name for path in (folder / "photos").rglob("*.jpg")}
    assert len(files) == SHARED + 32
