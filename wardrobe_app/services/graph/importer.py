"""Import what the owner made of a wardrobe from a graph file: fields, tags, verdicts, outfits and wears."""

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
from wardrobe_app.domain.garments.garment import Garment, Tag, TagKind, VerdictRecord
from wardrobe_app.domain.garments.vocabulary import Slot
from wardrobe_app.domain.garments.wear_log import SavedOutfit
from wardrobe_app.domain.graph.parsing import (
    Difference,
    GraphContents,
    ImportReport,
    ParsedOutfit,
    ParsedTag,
    contents,
)
from wardrobe_app.domain.graph.worn_days import day_of, in_order
from wardrobe_app.domain.redundancy.merging import own_tag
from wardrobe_app.domain.text import one_line
from wardrobe_app.services.catalogue import custom_types, own_tags, validation
from wardrobe_app.services.catalogue.change_set import ChangeSet, NewOutfit, NewWear, undo, values_of
from wardrobe_app.services.graph.matching import matched
from wardrobe_app.services.graph.reader import read_graph

Choices = Callable[[TagKind], tuple[str, ...]]


class GraphImport:
    """Imports graph files into the wardrobe, each in one transaction that can be undone."""

    def __init__(self, uow_factory: Units, choices: Choices, currency: Callable[[], str | None] = lambda: None) -> None:
        """``choices`` are the values that a tag of a kind, other than the type, can have.

        Prices are in ``currency()``, an ISO 4217 code or None.
        """
        self._uow = uow_factory
        self._choices = choices
        self._currency = currency

    def preview(self, data: bytes, *, replace: bool = False) -> ImportReport:
        """What ``apply`` would do; nothing is changed.

        Raises:
            GraphRefused: the file is not a wardrobe graph that can be read.
        """
        parsed = contents(read_graph(data), self._currency())
        with self._uow() as uow:
            return _Plan(uow, parsed, self._choices, replace).report()

    def apply(self, data: bytes, *, replace: bool = False) -> ImportReport:
        """Add what the wardrobe does not know yet; with ``replace``, also overwrite what differs.

        Raises:
            GraphRefused: the file is not a wardrobe graph that can be read.
            StorageFailed: the database failed; nothing was changed.
        """
        parsed = contents(read_graph(data), self._currency())
        with self._uow(writing=True) as uow:
            plan = _Plan(uow, parsed, self._choices, replace)
            done = plan.change_set().apply(uow)
            uow.commit()
        return plan.report(partial(undo, self._uow, done))


@dataclass
class _Plan:
    """What an import changes, found step by step."""

    uow: UnitOfWork
    parsed: GraphContents
    choices: Choices
    overwrite: bool
    changes: list[Difference] = field(default_factory=list)
    conflicts: list[Difference] = field(default_factory=list)
    values: dict[int, dict[str, Any]] = field(default_factory=dict)
    types: dict[str, Slot] = field(default_factory=dict)
    verdicts: list[VerdictRecord] = field(default_factory=list)
    outfits: list[NewOutfit] = field(default_factory=list)
    wears: list[NewWear] = field(default_factory=list)
    outfit_of: dict[str, int | str] = field(default_factory=dict)  # by node: the id, or the node of a new one

    def __post_init__(self) -> None:
        self.here, notes = matched(self.parsed.garments, self.uow.garments.all(include_archived=True))
        self.problems = [*self.parsed.problems, *notes]
        for one in self.parsed.garments:
            if (garment := self.here.get(one.node)) is not None:
                self._plan_fields(garment, one.fields)
                self._plan_tags(garment, one.tags)
        self._plan_verdicts()
        self._plan_outfits()
        self._plan_wears()

    def change_set(self) -> ChangeSet:
        return ChangeSet(self.values, self.types, self.verdicts, self.outfits, self.wears)

    def report(self, undo_import: Callable[[], None] | None = None) -> ImportReport:
        unknown = tuple(one.label for one in self.parsed.garments if one.node not in self.here)
        return ImportReport(
            len(self.parsed.garments), len(self.here), unknown, tuple(self.changes), tuple(self.conflicts),
            tuple(dict.fromkeys(self.problems)), undo_import if self.changes else None,
        )  # fmt: skip

    def _takes(self, where: str, what: str, here: str, in_file: str) -> bool:
        """Note a difference; whether to write it: where something else is here already, only if overwriting."""
        takes = self.overwrite or not here
        (self.changes if takes else self.conflicts).append(Difference(where, what, here, in_file))
        return takes

    def _plan_fields(self, garment: Garment, fields: Mapping[str, Any]) -> None:
        for name, given in fields.items():
            try:
                value = given if name == "favourite" else validation.checked(GarmentEdit(**{name: given}))[name]
            except InvalidEdit as error:
                self.problems.append(f"{garment.title}: {error}")
                continue
            current = getattr(garment, name)
            if (one_line(current) if isinstance(current, str) else current) == value:
                continue
            empty = current in ("", None) or (name, current) in (("quantity", 1), ("favourite", False))
            shown = "yes" if value is True else str(value)
            if self._takes(garment.title, name.replace("_", " "), "" if empty else str(current), shown):
                self.values.setdefault(garment.id, {})[name] = value

    def _plan_tags(self, garment: Garment, tags: Mapping[TagKind, ParsedTag]) -> None:
        for kind, tag in tags.items():
            try:
                wanted = self._tag(kind, tag)
            except InvalidEdit as error:
                self.problems.append(f"{garment.title}: {error}")
                continue
            current: Tag | None = values_of(garment, [kind])[kind]
            if current != wanted and self._takes(garment.title, kind.value, _tag_text(current), _tag_text(wanted)):
                self.values.setdefault(garment.id, {})[kind] = wanted

    def _tag(self, kind: TagKind, tag: ParsedTag) -> Tag:
        if kind is not TagKind.TYPE:
            return replaced(own_tags.own_tag(kind, tag.value, self.choices(kind)), shade=tag.shade)
        if tag.value in self.uow.vocabulary:
            return own_tag(kind, self.uow.vocabulary[tag.value].name)
        if tag.value not in self.types:
            if tag.slot is None or custom_types.checked(tag.value, self.uow.vocabulary) != tag.value:
                raise InvalidEdit(f"“{tag.value[:60]}” is not a type known here.")
            self.types[tag.value] = tag.slot
            self._takes("Types of your own", "type", "", tag.value)
        return own_tag(kind, tag.value)

    def _plan_verdicts(self) -> None:
        decided = {(record.a, record.b): record for record in self.uow.verdicts.all()}
        for one in self.parsed.verdicts:
            if one.a not in self.here or one.b not in self.here:
                continue
            a, b = self.here[one.a], self.here[one.b]
            low, high = sorted((a.id, b.id))
            known = decided.get((low, high))
            if low == high or (known and known.verdict is one.verdict):
                continue
            here, wanted = (
                verdict.value.replace("-", " ") if verdict else "" for verdict in (known and known.verdict, one.verdict)
            )
            if self._takes(f"{a.title} and {b.title}", "verdict", here, wanted):
                self.verdicts.append(VerdictRecord(low, high, one.verdict, one.decided_at))

    def _plan_outfits(self) -> None:
        known: dict[tuple[int, ...], list[SavedOutfit]] = {}
        for outfit in reversed(self.uow.outfits.all()):  # oldest first, as they are in the file
            known.setdefault(outfit.item_ids, []).append(outfit)
        for one in self.parsed.outfits:
            if missing := [item for item in one.items if item not in self.here]:
                self.problems.append(
                    f"The outfit “{one.label}” is left out: {len(missing)} of its garments are not here."
                )
                continue
            ids = tuple(dict.fromkeys(self.here[item].id for item in one.items))
            if ids:
                self._plan_outfit(one, ids, known.get(ids, []))

    def _plan_outfit(self, one: ParsedOutfit, ids: tuple[int, ...], same: list[SavedOutfit]) -> None:
        """Plan an outfit; ``same`` are those of the same garments that no other outfit of the file stands for yet."""
        for outfit in same:
            if outfit.state is one.state and one_line(outfit.name) == one.name:
                self.outfit_of[one.node] = outfit.id
                same.remove(outfit)
                return
        old = same.pop(0) if same else None
        if old is not None:
            self.outfit_of[one.node] = old.id
        if self._takes(one.label, "look", _outfit_text(old) if old else "", _outfit_text(one)):
            self.outfit_of[one.node] = one.node
            self.outfits.append(NewOutfit(one.node, ids, one.state, one.name, one.created_at, old))

    def _plan_wears(self) -> None:
        known = Counter((wear.worn_on, frozenset(wear.item_ids)) for wear in self.uow.wears.all())
        worn: dict[str, list[int]] = {}
        for one in self.parsed.garments:
            for word in one.days if one.node in self.here else ():
                worn.setdefault(word, []).append(self.here[one.node].id)
        titles = {garment.id: garment.title for garment in self.here.values()}
        as_outfit = {word: outfit.node for outfit in self.parsed.outfits for word in outfit.days}
        missing = [
            (word, day, tuple(dict.fromkeys(worn[word])))
            for word in sorted(worn, key=in_order)
            if (day := day_of(word)) is not None
        ]
        for covers in (frozenset.__eq__, frozenset.__ge__):  # a file lacks garments that were archived or deleted
            missing = [one for one in missing if not _taken(known, one[1], frozenset(one[2]), covers)]
        for word, day, ids in missing:
            if self._takes(" + ".join(titles[item_id] for item_id in ids), "worn on", "", day.isoformat()):
                self.wears.append(NewWear(day, ids, self.outfit_of.get(as_outfit.get(word, ""))))


def _taken(
    known: Counter[tuple[date, frozenset[int]]], day: date, ids: frozenset[int], covers: Callable[..., bool]
) -> bool:
    """Whether a wear of the day covers the garments; each wear stands for one of the file only."""
    for (on, worn), left in known.items():
        if on == day and left and covers(worn, ids):
            known[on, worn] -= 1
            return True
    return False


def _tag_text(tag: Tag | None) -> str:
    if tag is None:
        return ""
    return f"{tag.value} ({tag.shade})" if tag.shade else tag.value


def _outfit_text(outfit: SavedOutfit | ParsedOutfit) -> str:
    return f"{outfit.state.value} as “{outfit.name}”" if outfit.name else outfit.state.value
