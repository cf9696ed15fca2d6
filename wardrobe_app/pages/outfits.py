"""What goes together: around one garment, built by hand, for an occasion, to pack, and what was kept.

``?item=12`` picks the garment.
"""

from __future__ import annotations

from functools import partial

import streamlit as st

from wardrobe_app import startup
from wardrobe_app.components.catalogue import drafts as drafted
from wardrobe_app.components.outfits import builder, capsule, occasion_filter, outfit_cards, saved_outfits
from wardrobe_app.components.shared import address, garment_picker, notices, photos, size_limits
from wardrobe_app.components.shared.formatting import count_of, number_in, plain
from wardrobe_app.domain.garments.garment import TagKind
from wardrobe_app.domain.garments.wear_log import OutfitState, outfit_days
from wardrobe_app.domain.outfits.capsule import LARGEST, SMALLEST
from wardrobe_app.services.outfits import packing_list

WITH, BUILD, FOR, CAPSULE, YOURS = "With one garment", "Build", "For an occasion", "Capsule", "Yours"
PART = "part"
SHOWN = 6
IN_ADDRESS = [
    address.choice(
        "part", PART, {"with": WITH, "build": BUILD, "occasion": FOR, "capsule": CAPSULE, "yours": YOURS}, WITH
    ),
    address.number("size", "capsule_size", 12, range(SMALLEST, LARGEST + 1)),
    builder.in_address(),
    address.flag("away", "include_away"),
]

rt = notices.opened(startup.current)


def pick() -> None:
    st.query_params["item"] = str(st.session_state["look_item"])


def save(ids: outfit_cards.Ids, name: str = "") -> bool:
    with notices.guarded():
        done = rt.outfits.saved.save(ids, name)
        notices.say(f"Saved as “{done.outfit.name}”.", partial(rt.outfits.saved.take_back, done))
        return True
    return False


def save_unnamed(ids: outfit_cards.Ids) -> None:
    save(ids)


def reject(ids: outfit_cards.Ids) -> None:
    with notices.guarded():
        done = rt.outfits.saved.reject(ids)
        builder.put(() if set(builder.chosen(ids)) == set(ids) else builder.chosen(garments))
        notices.say("This look will not be shown again.", partial(rt.outfits.saved.take_back, done))


def wear(ids: outfit_cards.Ids) -> None:
    with notices.guarded():
        known = next(
            (outfit.id for outfit in rt.outfits.saved.all(OutfitState.SAVED) if set(outfit.item_ids) == set(ids)), None
        )
        made, new = rt.outfits.wear_log.wear(ids, outfit_id=known)
        said = "In the calendar for today." if new else "It is in the calendar for today already."
        notices.say(said, partial(rt.outfits.wear_log.take_back, made) if new else None)


def wear_outfit(outfit_id: int) -> None:
    wear(next(outfit.item_ids for outfit in rt.outfits.saved.all() if outfit.id == outfit_id))


def change(ids: outfit_cards.Ids) -> None:
    builder.put(ids)
    st.session_state[PART] = BUILD


def rename(outfit_id: int, name: str) -> bool:
    with notices.guarded():
        before = rt.outfits.saved.rename(outfit_id, name)
        notices.say(f"“{name}” is its name now.", partial(rt.outfits.saved.rename, outfit_id, before, seen=name))
        return True
    return False


def remove(outfit_id: int) -> None:
    with notices.guarded():
        gone = rt.outfits.saved.remove(outfit_id)
        notices.say("Removed from your looks.", partial(rt.outfits.saved.bring_back, gone))


def take_back(outfit_id: int) -> None:
    with notices.guarded():
        gone = rt.outfits.saved.remove(outfit_id)
        notices.say("It may be shown again.", partial(rt.outfits.saved.bring_back, gone))


def show_others(key: str, skip: int) -> None:
    st.session_state[key] = skip


st.title("Outfits", anchor=False)
notices.show()
garments = {garment.id: garment for garment in rt.catalogue.garments()}
if len(garments) < 2:
    st.info("Looks need at least two garments.", icon=":material/info:")
    st.page_link("wardrobe_app/pages/add_photos.py", label="Add photos", icon=":material/add_a_photo:")
    st.stop()

choices = rt.catalogue.choices(TagKind.OCCASION), rt.catalogue.choices(TagKind.SEASON)
in_address = [*IN_ADDRESS, *occasion_filter.in_address("for", *choices)]
address.follow(in_address)
part = st.segmented_control(
    "What to see",
    [WITH, BUILD, FOR, CAPSULE, YOURS],
    required=True,
    key=PART,
    persist_state="session",
    label_visibility="collapsed",
)
thumbnail = rt.catalogue.thumbnail_path
shelf = drafted.Shelf(rt.drafts, rt.days)
actions = outfit_cards.Actions(save_unnamed, reject, wear, change)
kept = rt.outfits.saved.all()
saved = {frozenset(outfit.item_ids): outfit for outfit in kept if outfit.state is OutfitState.SAVED}

away = False
if part != YOURS and any(garment.status is not None for garment in garments.values()):
    away = st.toggle(
        "Include garments that are away",
        key="include_away",
        persist_state="session",
        help="In the wash, lent, for sale or to give away",
    )
if part not in (FOR, CAPSULE):  # these two ask for more first
    address.publish(in_address)
else:
    size_limits.outfits(len(garments))
if part == WITH:
    asked = number_in(address.read("item"))
    item = garments.get(asked, next(iter(garments.values())))
    if asked and asked != item.id:
        st.info("The garment asked for is not in use any more. These are looks with another.", icon=":material/info:")
        st.query_params["item"] = str(item.id)
    st.session_state["look_item"] = item.id
    picture, choice = st.columns([1, 4], vertical_alignment="center")
    with choice:
        st.selectbox(
            "Looks with",
            garment_picker.ids(garments, rt.catalogue.search, "look_item", [item.id]),
            format_func=lambda key: f"{garments[key].title} (number {key})",
            key="look_item",
            on_change=pick,
            width=420,
        )
        photos.link(item, icon=":material/open_in_full:")
    with picture:
        photos.cover(item, thumbnail, width=160)
    outfits = rt.outfits.suggestions.with_garment(item.id, include_away=away)
    st.subheader("Complete looks", anchor=False)
    if outfits:
        outfit_cards.outfits(outfits, thumbnail, actions, saved)
    else:
        st.text(rt.outfits.suggestions.why_no_outfits(item.id, include_away=away))
    partners = rt.outfits.suggestions.partners(item.id, include_away=away)
    st.subheader("Goes well with", anchor=False)
    if partners:
        outfit_cards.partners(item, partners, garments, thumbnail, key="partners")
    else:
        st.caption("Nothing in the wardrobe goes with it yet.")

elif part == BUILD:
    chosen = builder.chosen(garments)
    builder.picker(garments, chosen, rt.catalogue.search)
    if not chosen:
        st.info(
            "Begin with a garment: what goes with all of the look is shown then, best first.", icon=":material/info:"
        )
        st.stop()
    outfit = rt.outfits.suggestions.judge(chosen)
    builder.worn(outfit, thumbnail)
    builder.judgement(outfit, rt.outfits.suggestions.config)
    same = saved.get(frozenset(chosen))
    builder.keep(outfit, same.name if same else None, save, reject, wear, shelf)
    found = rt.outfits.suggestions.additions(chosen, include_away=away)
    st.subheader("Goes with all of it", anchor=False)
    if found:
        builder.additions(found, thumbnail)
    else:
        st.caption("Nothing else in the wardrobe goes with all of it. Take something off to see more.")

elif part == FOR:
    wanted = occasion_filter.ask("for", *choices)
    address.publish(in_address)
    key = f"looks_skip_{wanted}"
    skip = st.session_state.get(key, 0)
    outfits = rt.outfits.suggestions.outfits_for(*wanted, limit=SHOWN + 1, skip=skip, include_away=away)
    if not outfits and skip:  # what was shown here was rejected meanwhile
        skip, outfits = 0, rt.outfits.suggestions.outfits_for(*wanted, limit=SHOWN + 1, include_away=away)
    if outfits:
        outfit_cards.outfits(outfits[:SHOWN], thumbnail, actions, saved, first=skip + 1)
        more = len(outfits) > SHOWN
        if more or skip:
            label = "Show others" if more else "Back to the first ones"
            st.button(label, icon=":material/refresh:", on_click=show_others, args=(key, skip + SHOWN if more else 0))
    else:
        st.info(plain(rt.outfits.suggestions.why_none_for(*wanted, include_away=away)), icon=":material/info:")

elif part == CAPSULE:
    st.markdown("The garments that give most looks together, at most one of those that do the same job.")
    size = st.slider("Garments", SMALLEST, LARGEST, key="capsule_size", persist_state="session", width=420)
    wanted = occasion_filter.ask("for", *choices)
    address.publish(in_address)
    packed = rt.outfits.suggestions.capsule(size, *wanted, include_away=away)
    if packed.items:
        purpose = occasion_filter.words(*wanted)
        capsule.downloads(packing_list.as_text(packed, purpose), packing_list.as_csv(packed.items), packed)
        capsule.draw(packed, size, thumbnail)
    else:
        st.info(plain(rt.outfits.suggestions.why_none_for(*wanted, include_away=away)), icon=":material/info:")

else:
    rejected = [outfit for outfit in kept if outfit.state is OutfitState.REJECTED]
    wears = rt.outfits.wear_log.wears()
    worn = {outfit.id: outfit_days(outfit, wears) for outfit in kept}
    if saved:
        saved_outfits.saved(list(saved.values()), garments, worn, thumbnail, rename, wear_outfit, change, remove, shelf)
    else:
        st.info("No looks yet. Save one where looks are shown, or build one.", icon=":material/bookmark:")
    if rejected:
        st.subheader(f"Rejected ({count_of(len(rejected), 'look')})", anchor=False)
        saved_outfits.rejected(rejected, garments, thumbnail, take_back)
