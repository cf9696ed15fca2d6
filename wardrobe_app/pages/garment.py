"""One garment, addressed by ``?item=12``: its photos, tags and details, similar garments and outfits."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
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
from wardrobe_app.components.importing import split_offer
from wardrobe_app.components.outfits import outfit_cards, wear_stats
from wardrobe_app.components.shared import address, notices, photos, titles, widgets
from wardrobe_app.components.shared.formatting import KINDS, by_label, count_of, number_in, plain, value_label
from wardrobe_app.components.shared.notices import Said, action
from wardrobe_app.components.shared.widgets import OUTFITS_PAGE, WARDROBE_PAGE
from wardrobe_app.domain.colour import MULTICOLOUR
from wardrobe_app.domain.errors import InvalidEdit, NotFound, WardrobeError
from wardrobe_app.domain.garments import availability
from wardrobe_app.domain.garments.availability import Status
from wardrobe_app.domain.garments.garment import SEVERAL, Garment, MergeId, Photo, TagKind
from wardrobe_app.domain.garments.models import tagged_by
from wardrobe_app.domain.garments.tag_reliability import picked_colour
from wardrobe_app.domain.garments.vocabulary import Slot
from wardrobe_app.domain.redundancy.merging import MergeRecord
from wardrobe_app.services.catalogue.change_set import AppliedChanges
from wardrobe_app.services.catalogue.typed_details import read_typed
from wardrobe_app.services.importing.importer import ImportResult, Outcome, source_from_bytes

MOST_ALIKE = 6
LEAST_ALIKE = 0.2

rt = notices.opened(startup.current)
catalogue = rt.catalogue
label_of = partial(value_label, vocabulary=rt.vocabulary)
shelf = drafted.Shelf(rt.drafts, rt.days)


def as_seen(garment: Garment, force: bool) -> dict[int, int] | None:
    return None if force else {garment.id: garment.version}


@action
def correct(garment: Garment, kind: TagKind, value: str, *, force: bool = False) -> Said:
    done = catalogue.correct([garment.id], kind, value, seen=as_seen(garment, force))
    text = f"{KINDS[kind]} changed to {label_of(kind.value, value)}." + label_propagation.words(done.propagated)
    return text, partial(catalogue.undo, done)


@action
def forget(garment: Garment, kind: TagKind, *, force: bool = False) -> Said:
    done = catalogue.forget_correction([garment.id], kind, seen=as_seen(garment, force))
    text = f"{KINDS[kind]} is the model's again." + label_propagation.words(done.propagated)
    return text, partial(catalogue.undo, done)


@action
def use_colour(garment: Garment, name: str, shade: str, *, force: bool = False) -> Said:
    done = catalogue.set_colour(garment.id, name, shade, seen=as_seen(garment, force))
    return f"Colour changed to {name}.", partial(catalogue.undo, done)


@action
def make_type(garment: Garment, name: str, slot: Slot) -> None:
    correct(garment, TagKind.TYPE, rt.types.add(name, slot))


def save_details(item: int, typed: Mapping[str, str], version: int, *, force: bool = False) -> Said:
    edit, problems = read_typed(dict(typed), rt.preferences.currency)
    details_form.refuse(item, problems)
    if problems:
        raise InvalidEdit("Not saved yet. Check the fields marked below.")
    done = catalogue.edit([item], edit, seen=None if force else {item: version})
    details_form.saved(item, list(typed), rt.drafts)
    return "Details saved.", partial(take_back_details, item, done)


def keep_theirs(item: int, *_: object, **__: object) -> None:
    details_form.give_up(item, rt.drafts)


def take_back_details(item: int, done: AppliedChanges) -> None:
    catalogue.undo(done)
    details_form.begin_anew(item)


@action
def favour(item: int, value: bool) -> None:
    catalogue.set_favourite([item], value)


@action
def set_status(item: int, where: Status | None, lent_to: str) -> Said:
    done = catalogue.set_status([item], where, lent_to)
    return f"Now {availability.words(catalogue.get(item))}.", partial(catalogue.undo, done)


@action
def archive(item: int) -> Said:
    catalogue.archive([item])
    return "Archived. It no longer appears in lists and suggestions.", partial(catalogue.unarchive, [item])


@action
def unarchive(item: int) -> None:
    catalogue.unarchive([item])


@action
def trash(item: int) -> Said:
    catalogue.trash([item])
    return "Moved to the trash.", partial(catalogue.restore, [item])


@action
def restore(item: int) -> None:
    catalogue.restore([item])


@action
def separate(item: int, merge: MergeId) -> Said:
    cover = catalogue.get(item).cover
    gone = rt.redundancy.review.separate(item, merge)
    if catalogue.get(item).cover != cover:  # the tags came from a photo that this garment no longer has
        with suppress(WardrobeError):
            list(catalogue.retag([item]))
    details_form.begin_anew(item)
    undo = partial(join_again, item, gone) if gone.combination else None
    return f"Separated: {count_of(len(gone.moved), 'garment')} back in the wardrobe.", undo


def join_again(item: int, gone: MergeRecord) -> None:
    rt.redundancy.review.join_again(gone)
    details_form.begin_anew(item)


@action
def use_mask(item: int, shot: Photo, masked: bool) -> Said:
    catalogue.set_masked(item, shot.id, masked)
    text = "Background ignored" if masked else "Whole photo used"
    return f"{text}. Tagged again.", partial(catalogue.set_masked, item, shot.id, not masked)


@action
def add_photos(item: int, uploads: Sequence[Any], allow_duplicates: bool = False) -> Said:
    sources = [source_from_bytes(upload.name, upload.getvalue()) for upload in uploads]
    found = list(rt.photos.add(item, sources, allow_duplicates=allow_duplicates))
    refused = [not_added(item, *pair) for pair in zip(found, uploads, strict=True) if not pair[0].photo_id]
    more_photos.done(item, refused)
    added = [one.photo_id for one in found if one.photo_id is not None]
    return (f"{count_of(len(added), 'photo')} added.", partial(rt.photos.undo_add, item, added)) if added else None


def not_added(item: int, result: ImportResult, upload: Any) -> more_photos.NotAdded:
    again = partial(add_photos, item, [upload], True) if result.outcome is Outcome.ALREADY else None
    return more_photos.NotAdded(result.message, result.garment, again)


@action
def make_cover(item: int, photo: int) -> Said:
    done = rt.photos.make_cover(item, photo)
    return f"Cover photo changed. {done.untagged}".strip(), partial(rt.photos.undo, done)


@action
def remove_photo(item: int, photo: int) -> Said:
    done = rt.photos.remove(item, photo)
    return f"Photo moved to the trash. {done.untagged}".strip(), partial(rt.photos.undo, done)


@action
def wear_today(item: int) -> Said:
    made, new = rt.outfits.wear_log.wear([item])
    undo = partial(rt.outfits.wear_log.take_back, made)
    return ("Saved for today.", undo) if new else "Already saved for today."


@action
def tag_again(item: int) -> Said:
    return "Tagged again. Your corrections were kept." if list(catalogue.retag([item])) else None


def button(label: str, icon: str, act: Callable[..., object], *args: object, **rest: Any) -> None:
    """A button that acts on the garment that is drawn, whichever the page shows by the time of the click."""
    name = getattr(act, "__name__", "")
    widgets.button(label, icon, act, item_id, *args, key=f"{name}_{item_id}", **rest)


def draw_actions() -> None:
    with st.container(horizontal=True):
        if garment.trashed_at is not None:
            button("Restore", "restore_from_trash", restore, type="primary")
            st.markdown("This garment is in the trash.")
            return
        button("Tag again", "refresh", tag_again, help="Keeps your corrections")
        button("Trash", "delete", trash)
        # Last, because they change their words and so their width.
        if garment.favourite:
            button("Remove from favourites", "heart_minus", favour, False)
        else:
            button("Favourite", "favorite", favour, True)
        if garment.archived_at is None:
            button("Archive", "archive", archive)
        else:
            button("Back to the wardrobe", "unarchive", unarchive)
    wear_stats.line(rt.outfits.wear_log.wear_stats(item_id), rt.money, partial(wear_today, item_id))
    status.row(garment, partial(set_status, item_id))


def draw_photo(shot: Photo) -> None:
    if st.session_state.get(f"picking_{shot.id}"):
        names = [name for name in catalogue.choices(TagKind.COLOUR) if name != MULTICOLOUR]
        picker = rt.tagging.colour_picker
        colour_picker.pick(garment, shot, picker.picture, picker.at, names, partial(use_colour, garment))
    else:
        explain, label = rt.tagging.explanations, partial(label_of, TagKind.TYPE.value)
        explanation.photo(garment, shot, catalogue.photo_path(shot), explain.why, explain.unveiled, label)
    if shot.mask_model is not None or not shot.masked:
        text, told = "Use the whole photo" if shot.masked else "Ignore the background", "If the wrong part was cut out"
        act = partial(use_mask, item_id, shot, not shot.masked)
        widgets.button(text, "background_replace", act, key=f"mask_{shot.id}", help=told)
    st.toggle("Pick the colour", key=f"picking_{shot.id}", help="Click on the photo to set the garment's colour")
    st.caption(plain(shot.filename))
    if garment.trashed_at is None:
        more_photos.choices(garment, shot, make_cover, remove_photo)


def draw_photos() -> None:
    for shot in garment.photos:
        draw_photo(shot)
    for merge in catalogue.merges(item_id)[:1]:
        widgets.button("Undo the last merge", "call_split", separate, item_id, merge, key=f"split_{merge}")
    if garment.trashed_at is None:
        more_photos.uploader(item_id, add_photos)


def draw_tag(kind: TagKind) -> None:
    label, choices = partial(label_of, kind.value), catalogue.choices(kind)
    ordered = choices if kind in SEVERAL else by_label(choices, label)
    tag_editor.row(garment, kind, ordered, label, partial(correct, garment), partial(forget, garment))
    if kind is TagKind.TYPE:
        examples = garment.tags[kind].examples if kind in garment.tags else ()
        label_propagation.explain(garment, catalogue.these(examples), label, catalogue.thumbnail_path)
        custom_types.new(f"new_type_{item_id}", garment.slot, partial(make_type, garment), shelf)


def draw_facts() -> None:
    st.header("Tags", anchor=False)
    if not garment.tags:
        st.info("No tags yet. Set them yourself, or tag again once a model is installed.")
    for kind in filter(garment.may_have, KINDS):
        draw_tag(kind)
    tag_editor.palette(garment.palette, picked_colour(garment))
    for model in tagged_by([garment]):
        st.caption(f"Tagged by {plain(model)}." if model else "Not tagged by a model yet.")
    save = action(save_details, theirs=keep_theirs)
    details_form.form(garment, rt.drafts, rt.days, partial(save, item_id))


def draw_related() -> None:
    others = {other.id: other for other in catalogue.garments() if other.id != item_id}
    if alike := rt.redundancy.review.most_alike(garment, tuple(others.values()), MOST_ALIKE, LEAST_ALIKE):
        st.header("Most similar", anchor=False)
        outfit_cards.partners(garment, alike, others, catalogue.thumbnail_path, key="alike", alike=True)
    st.header("Outfits with it", anchor=False)
    if outfits := rt.outfits.suggestions.with_garment(item_id, limit=3):
        outfit_cards.outfits(outfits, rt.outfits.collages.svg)
    else:
        st.text(rt.outfits.suggestions.why_no_outfits(item_id))
    page, query = OUTFITS_PAGE, {"item": str(item_id)}
    st.page_link(page, label="All outfits with it", icon=":material/styler:", query_params=query)


item_id = number_in(address.read("item"))
try:
    garment = catalogue.get(item_id)
except NotFound:
    st.title("Garment", anchor=False)
    st.info("There is no garment at this address. Choose one in the wardrobe.", icon=":material/search:")
    st.page_link(WARDROBE_PAGE, label="Go to the wardrobe", icon=":material/checkroom:")
    st.stop()
if (whole := catalogue.part_of(item_id)) is not None:
    st.title(plain(garment.title), anchor=False)
    st.info("This garment was merged into another one, which has its photos. Undo that merge to get both back.")
    photos.link(catalogue.get(whole), ":material/merge:")
    st.stop()

titles.show(garment.title)
st.page_link(WARDROBE_PAGE, label="Wardrobe", icon=":material/arrow_back:", query_params=address.of("wardrobe"))
with st.container(key=f"garment_{item_id}"):
    st.title(plain(garment.title), anchor=False)
draw_actions()
split_offer.draw(garment, rt.importing.splitting)
left, right = st.columns([5, 6], gap="medium")
with left:
    draw_photos()
with right:
    draw_facts()
if garment.trashed_at is None:
    draw_related()
