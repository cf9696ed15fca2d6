"""Giving a wardrobe back what its owner made of it, from a graph file: fields, tags, verdicts, looks and wears.

An import is planned and carried out in one transaction; what it did can be taken back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from dataclasses import replace as replaced
from datetime import date
from functools import partial
from typing import Any

from db.unit_of_work import UnitOfWork, Units
from wardrobe_app.domain.catalogue.filters import GarmentEdit
from wardrobe_app.domain.errors import InvalidEdit
from wardrobe_app.domain.garments.garment import Garment, Tag, TagKind, TagSource, Verdict, VerdictRecord
from wardrobe_app.domain.garments.wear_log import SavedOutfit
from wardrobe_app.domain.graph.parsing import (
    Difference,
    GraphContents,
    ImportReport,
    ParsedGarment,
    ParsedOutfit,
    ParsedTag,
    contents,
)
from wardrobe_app.domain.graph.worn_days import day_of, in_order
from wardrobe_app.domain.text import one_line
from wardrobe_app.services.catalogue import custom_types, own_tags, validation
from wardrobe_app.services.graph import actions
from wardrobe_app.services.graph.actions import Deed, Undo
from wardrobe_app.services.graph.matching import matched
from wardrobe_app.services.graph.reader import read_graph
from wardrobe_app.services.tagging import label_propagation


class GraphImport:
    """Brings what a graph file says back into the wardrobe."""

    def __init__(
        self,
        uow_factory: Units,
        choices: Callable[[TagKind], tuple[str, ...]],
        currency: Callable[[], str | None] = lambda: None,
    ) -> None:
        """``choices`` are the values that a tag of a kind, other than the type, can have.

        Prices are in ``currency()``, an ISO 4217 code or None.
        """
        self._uow = uow_factory
        self._choices = choices
        self._currency = currency

    def preview(self, data: bytes, *, replace: bool = False) -> ImportReport:
        """What ``bring_back`` would do; nothing is changed.

        Raises:
            GraphRefused: it is no wardrobe graph that can be read.
        """
        said = contents(read_graph(data), self._currency())
        with self._uow() as uow:
            return self._plan(uow, said, replace).report()

    def bring_back(self, data: bytes, *, replace: bool = False) -> ImportReport:
        """Take over what the graph file says and the wardrobe does not know yet; with ``replace`` also what differs.

        Raises:
            GraphRefused: it is no wardrobe graph that can be read.
            StorageFailed: the database failed; nothing was changed.
        """
        said = contents(read_graph(data), self._currency())
        with self._uow(writing=True) as uow:
            plan = self._plan(uow, said, replace)
            undone = [deed(uow) for deed in plan.deeds]
            label_propagation.refresh(uow)
            before = {garment.id: garment.version for garment in plan.here.values()}
            after = {garment.id: garment.version for garment in uow.garments.many(list(before))}
            uow.commit()
        written = {item_id: version for item_id, version in after.items() if version != before[item_id]}
        return plan.report(lambda: self._take_back(undone, written))

    def _take_back(self, undone: list[Undo], written: Mapping[int, int]) -> None:
        """Undo an import, unless the owner changed a garment since that it wrote to: ``written`` are their versions."""
        with self._uow(writing=True) as uow:
            uow.garments.require_versions(written)
            for undo in reversed(undone):
                undo(uow)
            label_propagation.refresh(uow)
            uow.commit()

    def _plan(self, uow: UnitOfWork, said: GraphContents, overwrite: bool) -> _Plan:
        here, notes = matched(said.garments, uow.garments.all(include_archived=True))
        plan = _Plan(said, here, overwrite, [*said.problems, *notes])
        for one in said.garments:
            if one.node in here:
                _plan_fields(plan, one, here[one.node])
                self._plan_tags(uow, plan, one, here[one.node])
        _plan_verdicts(uow, plan)
        _plan_looks(uow, plan)
        _plan_wears(uow, plan)
        return plan

    def _plan_tags(self, uow: UnitOfWork, plan: _Plan, said: ParsedGarment, garment: Garment) -> None:
        for kind, tag in said.tags.items():
            if kind is TagKind.TYPE:
                if tag.value not in uow.vocabulary and not plan.make_type(uow, garment, tag):
                    continue
                wanted = Tag(kind, tag.value, TagSource.PERSON)
            else:
                try:
                    wanted = replaced(own_tags.own_tag(kind, tag.value, self._choices(kind)), shade=tag.shade)
                except InvalidEdit as error:
                    plan.problems.append(f"{garment.title}: {error}")
                    continue
            current = garment.tags.get(kind)
            own = current if current is not None and current.source is TagSource.PERSON else None
            if own is None or (own.value, own.shade) != (wanted.value, wanted.shade):
                plan.add(garment.title, kind.value, _told(own), _told(wanted), actions.set_tag(garment.id, wanted, own))


@dataclass
class _Plan:
    """What is to be done, as it grows."""

    said: GraphContents
    here: Mapping[str, Garment]
    overwrite: bool
    problems: list[str]
    changes: list[Difference] = field(default_factory=list)
    conflicts: list[Difference] = field(default_factory=list)
    deeds: list[Deed] = field(default_factory=list)
    outfits: dict[str, int] = field(default_factory=dict)  # by node; those that are new are known once they are made
    made: set[str] = field(default_factory=set)

    def add(self, where: str, what: str, here: str, in_file: str, deed: Deed) -> None:
        """Do this, unless something else is there already and is not to be overwritten."""
        difference = Difference(where, what, here, in_file)
        if here and not self.overwrite:
            self.conflicts.append(difference)
        else:
            self.changes.append(difference)
            self.deeds.append(deed)

    def make_type(self, uow: UnitOfWork, garment: Garment, tag: ParsedTag) -> bool:
        """Make up the owner's type anew, once; False, with the reason told, if that cannot be."""
        if tag.value in self.made:
            return True
        try:
            if tag.slot is None or custom_types.checked(tag.value, uow.vocabulary) != tag.value:
                raise InvalidEdit(f"“{tag.value[:60]}” is not a type known here.")
        except InvalidEdit as error:
            self.problems.append(f"{garment.title}: {error}")
            return False
        self.made.add(tag.value)
        self.add("Types of your own", "type", "", tag.value, actions.make_type(tag.value, tag.slot))
        return True

    def title(self, node: str) -> str:
        return self.here[node].title

    def report(self, undo: Callable[[], None] | None = None) -> ImportReport:
        unknown = tuple(one.label for one in self.said.garments if one.node not in self.here)
        return ImportReport(
            len(self.said.garments), len(self.here), unknown, tuple(self.changes), tuple(self.conflicts),
            tuple(dict.fromkeys(self.problems)), undo if self.deeds else None,
        )  # fmt: skip


def _plan_fields(plan: _Plan, said: ParsedGarment, garment: Garment) -> None:
    for name, given in said.fields.items():
        try:
            value = given if name == "favourite" else validation.checked(GarmentEdit(**{name: given}))[name]
        except InvalidEdit as error:
            plan.problems.append(f"{garment.title}: {error}")
            continue
        current = getattr(garment, name)
        if (one_line(current) if isinstance(current, str) else current) != value:
            empty = current in ("", None) or (name, current) in (("quantity", 1), ("favourite", False))
            deed = actions.write_field(garment, name, value)
            plan.add(garment.title, name.replace("_", " "), "" if empty else str(current), _shown(value), deed)


def _plan_verdicts(uow: UnitOfWork, plan: _Plan) -> None:
    decided = {(record.a, record.b): record for record in uow.verdicts.all()}
    for one in plan.said.verdicts:
        if one.a not in plan.here or one.b not in plan.here:
            continue
        low, high = sorted((plan.here[one.a].id, plan.here[one.b].id))
        known = decided.get((low, high))
        if low == high or (known and known.verdict is one.verdict):
            continue
        where = f"{plan.title(one.a)} and {plan.title(one.b)}"
        deed = actions.decide(VerdictRecord(low, high, one.verdict, one.decided_at), known)
        here = _verdict_words(known.verdict) if known else ""
        plan.add(where, "verdict", here, _verdict_words(one.verdict), deed)


def _verdict_words(verdict: Verdict) -> str:
    return verdict.value.replace("-", " ")


def _plan_looks(uow: UnitOfWork, plan: _Plan) -> None:
    known: dict[tuple[int, ...], list[SavedOutfit]] = {}
    for outfit in reversed(uow.outfits.all()):  # oldest first, as they are in the file
        known.setdefault(outfit.item_ids, []).append(outfit)
    for one in plan.said.outfits:
        if missing := [item for item in one.items if item not in plan.here]:
            plan.problems.append(f"The look “{one.label}” is left out: {len(missing)} of its garments are not here.")
            continue
        ids = tuple(dict.fromkeys(plan.here[item].id for item in one.items))
        same = known.get(ids, [])
        if there := next(
            (outfit for outfit in same if outfit.state is one.state and one_line(outfit.name) == one.name), None
        ):
            plan.outfits[one.node] = there.id
            same.remove(there)
        elif same and ids:
            there = same.pop(0)
            plan.outfits[one.node] = there.id
            deed = actions.save_outfit(one, ids, there, plan.outfits)
            plan.add(one.label, "look", _told_look(there), _told_look(one), deed)
        elif ids:
            plan.add(one.label, "look", "", _told_look(one), actions.save_outfit(one, ids, None, plan.outfits))


def _plan_wears(uow: UnitOfWork, plan: _Plan) -> None:
    known = Counter((wear.worn_on, frozenset(wear.item_ids)) for wear in uow.wears.all())
    worn: dict[str, list[int]] = {}
    for one in plan.said.garments:
        for word in one.days if one.node in plan.here else ():
            worn.setdefault(word, []).append(plan.here[one.node].id)
    titles = {garment.id: garment.title for garment in plan.here.values()}
    as_look = {word: outfit.node for outfit in plan.said.outfits for word in outfit.days}
    missing = [
        (word, day, tuple(dict.fromkeys(worn[word])))
        for word in sorted(worn, key=in_order)
        if (day := day_of(word)) is not None
    ]
    for covers in (frozenset.__eq__, frozenset.__ge__):  # a file leaves out garments that were put away since
        missing = [(word, day, ids) for word, day, ids in missing if not _taken(known, day, frozenset(ids), covers)]
    for word, day, ids in missing:
        deed = actions.record_wear(day, ids, partial(plan.outfits.get, as_look.get(word, "")))
        plan.add(" + ".join(titles[item_id] for item_id in ids), "worn on", "", day.isoformat(), deed)


def _taken(
    known: Counter[tuple[date, frozenset[int]]],
    day: date,
    ids: frozenset[int],
    covers: Callable[[frozenset[int], frozenset[int]], bool],
) -> bool:
    """Whether one of the ``known`` wears of the day covers these garments; it is used up then."""
    found = next((one for one, left in known.items() if left and one[0] == day and covers(one[1], ids)), None)
    if found is not None:
        known[found] -= 1
    return found is not None


def _shown(value: Any) -> str:
    return "yes" if value is True else str(value)


def _told(tag: Tag | None) -> str:
    if tag is None:
        return ""
    return f"{tag.value} ({tag.shade})" if tag.shade else tag.value


def _told_look(outfit: SavedOutfit | ParsedOutfit) -> str:
    return f"{outfit.state.value} as “{outfit.name}”" if outfit.name else outfit.state.value
