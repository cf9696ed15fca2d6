"""What goes together: with one garment (``?item=12`` picks it), built by hand, by occasion, to pack, and saved."""

from __future__ import annotations

from functools import partial

import streamlit as st

from wardrobe_app import startup
from wardrobe_app.components.catalogue import drafts as drafted
from wardrobe_app.components.outfits import builder, capsule, occasion_filter, outfit_cards, saved_outfits
from wardrobe_app.components.shared import address, empty_state, garment_picker, notices, photos, size_limits
from wardrobe_app.components.shared.formatting import count_of, number_in, plain
from wardrobe_app.components.shared.notices import Said, action
from wardrobe_app.components.shared.widgets import button
from wardrobe_app.domain.garments.garment import TagKind
from wardrobe_app.domain.garments.wear_log import OutfitState, outfit_days
from wardrobe_app.domain.outfits.capsule import LARGEST, SMALLEST
from wardrobe_app.services.outfits import packing_list

WITH, BUILD, FOR, CAPSULE, SAVED = "With one garment", "Build", "By occasion", "Capsule", "Saved"
PART = "part"
PARTS = {"with": WITH, "build": BUILD, "occasion": FOR, "capsule": CAPSULE, "saved": SAVED}
SHOWN = 6
CAPSULE_DAYS = 7  # of a packing list made of a capsule

rt = notices.opened(startup.current)
suggestions, saved_service, wear_log = rt.outfits.suggestions, rt.outfits.saved, rt.outfits.wear_log
thumbnail, svg_of = rt.catalogue.thumbnail_path, rt.outfits.collages.svg
shelf = drafted.Shelf(rt.drafts, rt.days)


def pick() -> None:
    st.query_params["item"] = str(st.session_state["look_item"])


@action
def save(ids: outfit_cards.Ids, name: str = "") -> Said:
    done = saved_service.save(ids, name)
    return f"Saved as “{done.outfit.name}”.", partial(saved_service.take_back, done)


@action
def reject(ids: outfit_cards.Ids) -> Said:
    done = saved_service.reject(ids)
    builder.put(() if set(builder.chosen(ids)) == set(ids) else builder.chosen(garments))
    return "This outfit won't be suggested again.", partial(saved_service.take_back, done)


@action
def wear(ids: outfit_cards.Ids) -> Said:
    known = (outfit.id for outfit in saved_service.all(OutfitState.SAVED) if set(outfit.item_ids) == set(ids))
    made, new = wear_log.wear(ids, outfit_id=next(known, None))
    return ("Saved for today.", partial(wear_log.take_back, made)) if new else "Already saved for today."


def change(ids: outfit_cards.Ids) -> None:
    builder.put(ids)
    st.session_state[PART] = BUILD


@action
def rename(outfit_id: int, name: str) -> Said:
    before = saved_service.rename(outfit_id, name)
    return f"Renamed to “{name}”.", partial(saved_service.rename, outfit_id, before, seen=name)


@action
def remove(outfit_id: int) -> Said:
    gone = saved_service.remove(outfit_id)
    return "Removed from your saved outfits.", partial(saved_service.bring_back, gone)


@action
def take_back(outfit_id: int) -> Said:
    gone = saved_service.remove(outfit_id)
    return "This outfit may be suggested again.", partial(saved_service.bring_back, gone)


@action
def pack(ids: list[int], purpose: str) -> Said:
    done = rt.outfits.packing_lists.make(f"Capsule{purpose}", CAPSULE_DAYS, ids)
    return "Saved under Packing lists.", partial(rt.outfits.packing_lists.take_back, done)


def show_others(key: str, skip: int) -> None:
    st.session_state[key] = skip


def draw_with() -> None:
    asked = number_in(address.read("item"))
    item = garments.get(asked, next(iter(garments.values())))
    if asked and asked != item.id:
        st.info("That garment is no longer in use. These are outfits with another one.", icon=":material/info:")
        st.query_params["item"] = str(item.id)
    st.session_state["look_item"] = item.id
    picture, choice = st.columns([1, 4], vertical_alignment="center")
    with choice:
        offered = garment_picker.ids(garments, rt.catalogue.search, "look_item", [item.id])
        label = "Outfits with"
        st.selectbox(label, offered, format_func=title_of, key="look_item", on_change=pick, width=420)
        photos.link(item, icon=":material/open_in_full:")
    with picture:
        photos.cover(item, thumbnail, width=160)
    st.header("Complete outfits", anchor=False)
    if found := suggestions.with_garment(item.id, include_away=away):
        outfit_cards.outfits(found, svg_of, actions, saved)
    else:
        st.text(suggestions.why_no_outfits(item.id, include_away=away))
    st.header("Goes well with", anchor=False)
    if partners := suggestions.partners(item.id, include_away=away):
        outfit_cards.partners(item, partners, garments, thumbnail, key="partners")
    else:
        st.caption("Nothing in the wardrobe goes with it yet.")


def title_of(item: int) -> str:
    return f"{garments[item].title} (number {item})"


def draw_builder() -> None:
    chosen = builder.chosen(garments)
    builder.picker(garments, chosen, rt.catalogue.search)
    if not chosen:
        st.info("Add a garment to see what goes with it, best match first.", icon=":material/info:")
        return
    outfit = suggestions.judge(chosen)
    builder.worn(outfit, thumbnail)
    builder.judgement(outfit, suggestions.config)
    same = saved.get(frozenset(chosen))
    builder.keep(outfit, same.name if same else None, save, reject, wear, shelf)
    st.header("Goes with all of it", anchor=False)
    if found := suggestions.additions(chosen, include_away=away):
        builder.additions(found, thumbnail)
    else:
        st.caption("Nothing else goes with all of it. Take something off to see more.")


def draw_occasion() -> None:
    wanted = occasion_filter.ask("for", *choices)
    address.publish(in_address)
    key = f"looks_skip_{wanted}"
    skip = st.session_state.get(key, 0)
    found = suggestions.outfits_for(*wanted, limit=SHOWN + 1, skip=skip, include_away=away)
    if not found and skip:  # the outfits here were rejected meanwhile
        skip, found = 0, suggestions.outfits_for(*wanted, limit=SHOWN + 1, include_away=away)
    if not found:
        st.info(plain(suggestions.why_none_for(*wanted, include_away=away)), icon=":material/info:")
        return
    outfit_cards.outfits(found[:SHOWN], svg_of, actions, saved, first=skip + 1)
    if len(found) > SHOWN:
        button("Show more", "refresh", show_others, key, skip + SHOWN, key="others")
    elif skip:
        button("Back to the first ones", "refresh", show_others, key, 0, key="others")


def draw_capsule() -> None:
    st.markdown("The few garments that make the most outfits together, without duplicates.")
    size = st.slider("Garments", SMALLEST, LARGEST, key="capsule_size", persist_state="session", width=420)
    wanted = occasion_filter.ask("for", *choices)
    address.publish(in_address)
    packed = suggestions.capsule(size, *wanted, include_away=away)
    if packed.items:
        purpose = occasion_filter.words(*wanted)
        capsule.downloads(packing_list.as_text(packed, purpose), packing_list.as_csv(packed.items), packed)
        button("Make a packing list", "luggage", pack, [item.id for item in packed.items], purpose, key="capsule_pack")
        capsule.draw(packed, size, thumbnail, svg_of)
    else:
        st.info(plain(suggestions.why_none_for(*wanted, include_away=away)), icon=":material/info:")


def draw_saved() -> None:
    if saved:
        wears = wear_log.wears()
        worn = {outfit.id: outfit_days(outfit, wears) for outfit in kept}
        saved_outfits.saved(
            list(saved.values()), garments, worn, rt.outfits.collages.svg, rename, wear, change, remove, shelf
        )
    else:
        empty_state.draw("outfits", "No saved outfits yet", "Save a suggestion, or build an outfit.", None)
    if rejected := [outfit for outfit in kept if outfit.state is OutfitState.REJECTED]:
        st.header(f"Rejected ({count_of(len(rejected), 'outfit')})", anchor=False)
        saved_outfits.rejected(rejected, garments, thumbnail, take_back)


st.title("Outfits", anchor=False)
garments = {garment.id: garment for garment in rt.catalogue.garments()}
if len(garments) < 2:
    empty_state.stop("outfits", "No outfits yet", "Outfits need at least two garments.")

choices = rt.catalogue.choices(TagKind.OCCASION), rt.catalogue.choices(TagKind.SEASON)
in_address = [
    address.choice("part", PART, PARTS, WITH, {"yours": SAVED}),
    address.number("size", "capsule_size", 12, range(SMALLEST, LARGEST + 1)),
    builder.in_address(),
    address.flag("away", "include_away"),
    *occasion_filter.in_address("for", *choices),
]
address.follow(in_address)
part = st.segmented_control(
    "View", list(PARTS.values()), required=True, key=PART, persist_state="session", label_visibility="collapsed"
)
actions = outfit_cards.Actions(save, reject, wear, change)
kept = saved_service.all()
saved = {frozenset(outfit.item_ids): outfit for outfit in kept if outfit.state is OutfitState.SAVED}
away = False
if part != SAVED and any(garment.status is not None for garment in garments.values()):
    away = st.toggle(
        "Include unavailable garments", key="include_away", persist_state="session",
        help="In the wash, lent, for sale or to give away",
    )  # fmt: skip
if part in (FOR, CAPSULE):  # these two publish the address after their own questions
    size_limits.outfits(len(garments))
else:
    address.publish(in_address)
DRAW = {WITH: draw_with, BUILD: draw_builder, FOR: draw_occasion, CAPSULE: draw_capsule, SAVED: draw_saved}
DRAW[part or WITH]()
