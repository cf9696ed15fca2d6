"""One garment: its photos, its tags to put right, its details, and what it is near to. Addressed by ``?item=12``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import Any

import streamlit as st

from wardrobe_app import startup
from wardrobe_app.components.catalogue import (
    colour_picker,
    custom_types,
    details_form,
    explanation,
    label_propagation,
    more_photos,
    status,
    tag_editor,
)
from wardrobe_app.components.catalogue import drafts as drafted
from wardrobe_app.components.outfits import outfit_cards, wear_stats
from wardrobe_app.components.shared import address, notices, photos, titles
from wardrobe_app.components.shared.formatting import KINDS, by_label, count_of, number_in, plain, value_label
from wardrobe_app.domain.colour import MULTICOLOUR
from wardrobe_app.domain.errors import InvalidEdit, NotFound, WardrobeError
from wardrobe_app.domain.garments import availability
from wardrobe_app.domain.garments.availability import Status
from wardrobe_app.domain.garments.garment import SEVERAL, Garment, MergeId, Photo, TagKind
from wardrobe_app.domain.garments.models import tagged_by
from wardrobe_app.domain.garments.tag_reliability import picked_colour
from wardrobe_app.domain.garments.vocabulary import Slot
from wardrobe_app.domain.redundancy.merging import MergeRecord
from wardrobe_app.domain.similarity.scores import most_alike
from wardrobe_app.services.catalogue.change_set import AppliedChanges
from wardrobe_app.services.catalogue.typed_details import read_typed
from wardrobe_app.services.importing.importer import ImportResult, Outcome, Source, source_from_bytes

WARDROBE_PAGE = "wardrobe_app/pages/wardrobe.py"
MOST_ALIKE = 6
LEAST_ALIKE = 0.2

rt = notices.opened(startup.current)


def as_seen(garment: Garment, anyway: bool) -> dict[int, int] | None:
    return None if anyway else {garment.id: garment.version}


def correct(garment: Garment, kind: TagKind, value: str, *, anyway: bool = False) -> None:
    with notices.guarded(partial(correct, garment, kind, value, anyway=True)):
        done = rt.catalogue.correct([garment.id], kind, value, seen=as_seen(garment, anyway))
        said = f"{KINDS[kind]} is now {value_label(kind.value, value, rt.vocabulary)}, as you said."
        notices.say(said + label_propagation.words(done.followed), partial(rt.catalogue.take_back, done))


def use_colour(garment: Garment, name: str, shade: str, *, anyway: bool = False) -> None:
    with notices.guarded(partial(use_colour, garment, name, shade, anyway=True)):
        done = rt.catalogue.set_colour(garment.id, name, shade, seen=as_seen(garment, anyway))
        notices.say(f"Its colour is now {name}, as you picked it.", partial(rt.catalogue.take_back, done))


def make_type(garment: Garment, name: str, slot: Slot) -> bool:
    with notices.guarded():
        correct(garment, TagKind.TYPE, rt.types.add(name, slot))
        return True
    return False


def forget(garment: Garment, kind: TagKind, *, anyway: bool = False) -> None:
    with notices.guarded(partial(forget, garment, kind, anyway=True)):
        done = rt.catalogue.forget_correction([garment.id], kind, seen=as_seen(garment, anyway))
        said = "Your own word is taken back." + label_propagation.words(done.followed)
        notices.say(said, partial(rt.catalogue.take_back, done))


def save(item: int, typed: dict[str, str], version: int | None) -> None:
    edit, problems = read_typed(typed, rt.preferences.currency)
    details_form.refuse(item, problems)
    with notices.guarded(partial(save, item, typed, None), partial(details_form.give_up, item, rt.drafts)):
        if problems:
            raise InvalidEdit("Nothing is saved yet: a field of the details needs another look.")
        done = rt.catalogue.edit([item], edit, seen=None if version is None else {item: version})
        details_form.saved(item, list(typed), rt.drafts)
        notices.say("Details saved.", partial(take_back_details, item, done))


def take_back_details(item: int, done: AppliedChanges) -> None:
    rt.catalogue.take_back(done)
    details_form.begin_anew(item)


def favour(item: int, value: bool) -> None:
    with notices.guarded():
        rt.catalogue.set_favourite([item], value)


def set_status(item: int, where: Status | None, lent_to: str) -> None:
    with notices.guarded():
        done = rt.catalogue.set_status([item], where, lent_to)
        said = availability.words(rt.catalogue.get(item))
        notices.say(f"It is now {said}.", partial(rt.catalogue.take_back, done))


def archive(item: int) -> None:
    with notices.guarded():
        rt.catalogue.archive([item])
        notices.say("Archived: out of the wardrobe's lists, not lost.", partial(rt.catalogue.unarchive, [item]))


def unarchive(item: int) -> None:
    with notices.guarded():
        rt.catalogue.unarchive([item])


def trash(item: int) -> None:
    with notices.guarded():
        rt.catalogue.trash([item])
        notices.say("Moved to the trash.", partial(rt.catalogue.restore, [item]))


def restore(item: int) -> None:
    with notices.guarded():
        rt.catalogue.restore([item])


def split(item: int, merge: MergeId) -> None:
    with notices.guarded():
        cover = rt.catalogue.get(item).cover
        gone = rt.redundancy.review.separate(item, merge)
        if rt.catalogue.get(item).cover != cover:  # the tags were what the model saw on a photo that is gone
            with suppress(WardrobeError):
                list(rt.catalogue.retag([item]))
        details_form.begin_anew(item)
        undo = partial(join_again, item, gone) if gone.combination else None
        notices.say(f"Split again: {count_of(len(gone.moved), 'garment')} back in the wardrobe.", undo)


def join_again(item: int, gone: MergeRecord) -> None:
    rt.redundancy.review.join_again(gone)
    details_form.begin_anew(item)


def use_mask(item: int, shot: Photo, masked: bool) -> None:
    with notices.guarded():
        rt.catalogue.set_masked(item, shot.id, masked)
        said = "The ground is left out again." if masked else "The whole photo counts now, with its ground."
        notices.say(f"{said} Tagged again.", partial(rt.catalogue.set_masked, item, shot.id, not masked))


def add_photos(item: int, uploads: Sequence[Any], anyway: bool = False) -> None:
    with notices.guarded():
        found = list(rt.photos.add(item, [source_of(one) for one in uploads], allow_duplicates=anyway))
        more_photos.done(item, [left(item, *pair) for pair in zip(found, uploads, strict=True) if not pair[0].photo_id])
        if added := [one.photo_id for one in found if one.photo_id is not None]:
            undo = partial(rt.photos.take_back_added, item, added)
            notices.say(f"{count_of(len(added), 'photo')} added.", undo)


def source_of(upload: Any) -> Source:
    return source_from_bytes(upload.name, upload.getvalue())


def left(item: int, result: ImportResult, upload: Any) -> more_photos.NotAdded:
    again = partial(add_photos, item, [upload], True) if result.outcome is Outcome.ALREADY else None
    return more_photos.NotAdded(result.message, result.garment, again)


def make_cover(item: int, photo: int) -> None:
    with notices.guarded():
        done = rt.photos.make_cover(item, photo)
        notices.say(f"This photo is the cover now. {done.untagged}".strip(), partial(rt.photos.take_back, done))


def remove_photo(item: int, photo: int) -> None:
    with notices.guarded():
        done = rt.photos.remove(item, photo)
        notices.say(f"Photo moved to the trash. {done.untagged}".strip(), partial(rt.photos.take_back, done))


def wear_today(item: int) -> None:
    with notices.guarded():
        made, new = rt.outfits.wear_log.wear([item])
        said = "In the calendar for today." if new else "It is in the calendar for today already."
        notices.say(said, partial(rt.outfits.wear_log.take_back, made) if new else None)


def tag_again(item: int) -> None:
    with notices.guarded():
        for _ in rt.catalogue.retag([item]):
            notices.say("Tagged again. What you set yourself stayed.")


def button(label: str, icon: str, act: Callable[..., None], *args: object, **rest: Any) -> None:
    """A button of the garment that is drawn: it acts on that one, whatever the page shows by the time of the click."""
    st.button(
        label, icon=f":material/{icon}:", key=f"{act.__name__}_{item_id}", on_click=act, args=(item_id, *args), **rest
    )


item_id = number_in(address.read("item"))
try:
    garment = rt.catalogue.get(item_id)
except NotFound:
    st.title("Garment", anchor=False)
    notices.show()
    st.info("Choose a garment in the wardrobe; this address leads to none.", icon=":material/search:")
    st.page_link(WARDROBE_PAGE, label="To the wardrobe", icon=":material/checkroom:")
    st.stop()
if (whole := rt.catalogue.part_of(item_id)) is not None:
    st.title(plain(garment.title), anchor=False)
    notices.show()
    st.info("This garment is part of another one, which has its photos. Split that one to have both again.")
    photos.link(rt.catalogue.get(whole), ":material/merge:")
    st.stop()

titles.show(garment.title)
st.page_link(WARDROBE_PAGE, label="Wardrobe", icon=":material/arrow_back:", query_params=address.of("wardrobe"))
with st.container(key=f"garment_{item_id}"):
    st.title(plain(garment.title), anchor=False)
notices.show()
with st.container(horizontal=True):
    if garment.trashed_at is not None:
        button("Take out of the trash", "restore_from_trash", restore, type="primary")
        st.markdown("This garment is in the trash.")
    else:
        if garment.favourite:
            button("No favourite any more", "heart_minus", favour, False)
        else:
            button("Favourite", "favorite", favour, True)
        if garment.archived_at is None:
            button("Archive", "archive", archive)
        else:
            button("Back to the wardrobe", "unarchive", unarchive)
        button("Tag again", "refresh", tag_again, help="Your own corrections stay")
        button("Trash", "delete", trash)
if garment.trashed_at is None:
    wear_stats.line(rt.outfits.wear_log.wear_stats(item_id), rt.money, partial(wear_today, item_id))
    status.row(garment, partial(set_status, item_id))

pictures, facts = st.columns([5, 6], gap="medium")
type_label = partial(value_label, TagKind.TYPE.value, vocabulary=rt.vocabulary)
with pictures:
    for shot in garment.photos:
        path = rt.catalogue.photo_path(shot)
        if st.session_state.get(f"picking_{shot.id}"):
            shades = [name for name in rt.catalogue.choices(TagKind.COLOUR) if name != MULTICOLOUR]
            colour_picker.pick(
                garment,
                shot,
                rt.tagging.colour_picker.picture,
                rt.tagging.colour_picker.at,
                shades,
                str.capitalize,
                partial(use_colour, garment),
            )
        else:
            explanation.photo(
                garment, shot, path, rt.tagging.explanations.why, rt.tagging.explanations.unveiled, type_label
            )
        if shot.mask_model is not None or not shot.masked:
            st.button(
                "Let the ground count" if shot.masked else "Leave the ground out",
                icon=":material/background_replace:",
                key=f"mask_{shot.id}",
                on_click=use_mask,
                args=(item_id, shot, not shot.masked),
                help="For photos on which the wrong part was taken for the garment",
            )
        st.toggle(
            "Pick the colour here", key=f"picking_{shot.id}", help="Click on the photo to set the garment's colour"
        )
        st.caption(plain(shot.filename))
        if garment.trashed_at is None:
            more_photos.choices(garment, shot, make_cover, remove_photo)
    for done in rt.catalogue.merges(item_id)[:1]:
        st.button(
            "Split what was merged last",
            icon=":material/call_split:",
            key=f"split_{done}",
            on_click=split,
            args=(item_id, done),
        )
    if garment.trashed_at is None:
        more_photos.uploader(item_id, add_photos)
with facts:
    st.subheader("Tags", anchor=False)
    if not garment.tags:
        st.info("Not tagged yet. Set the tags yourself, or tag again when the model is there.")
    for kind in filter(garment.may_have, KINDS):
        label = partial(value_label, kind.value, vocabulary=rt.vocabulary)
        choices = rt.catalogue.choices(kind)
        tag_editor.row(
            garment,
            kind,
            choices if kind in SEVERAL else by_label(choices, label),
            label,
            partial(correct, garment),
            partial(forget, garment),
        )
        if kind is TagKind.TYPE:
            examples = garment.tags[kind].examples if kind in garment.tags else ()
            label_propagation.explain(garment, rt.catalogue.these(examples), label, rt.catalogue.thumbnail_path)
            custom_types.new(
                f"new_type_{item_id}", garment.slot, partial(make_type, garment), drafted.Shelf(rt.drafts, rt.days)
            )
    tag_editor.palette(garment.palette, picked_colour(garment))
    for model in tagged_by([garment]):
        st.caption(f"Tagged by {plain(model)}." if model else "No model has tagged it yet.")
    details_form.form(garment, rt.drafts, rt.days, partial(save, item_id))

if garment.trashed_at is not None:
    st.stop()
others = {other.id: other for other in rt.catalogue.garments() if other.id != item_id}
alike = most_alike(garment, tuple(others.values()), MOST_ALIKE, LEAST_ALIKE)
if alike:
    st.subheader("Most like it", anchor=False)
    outfit_cards.partners(garment, alike, others, rt.catalogue.thumbnail_path, key="alike")
outfits = rt.outfits.suggestions.with_garment(item_id, limit=3)
st.subheader("Looks with it", anchor=False)
if outfits:
    outfit_cards.outfits(outfits, rt.catalogue.thumbnail_path)
else:
    st.text(rt.outfits.suggestions.why_no_outfits(item_id))
st.page_link(
    "wardrobe_app/pages/outfits.py",
    label="All looks with it",
    icon=":material/styler:",
    query_params={"item": str(item_id)},
)
