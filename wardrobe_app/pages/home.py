"""Home: what there is to do and to see now; each card leads to where it is dealt with."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import streamlit as st

from wardrobe_app import startup
from wardrobe_app.components.home import cards, strip
from wardrobe_app.components.outfits import collage, today
from wardrobe_app.components.shared import address, empty_state, jobs, notices
from wardrobe_app.components.shared.formatting import count_of
from wardrobe_app.components.shared.notices import Said, action
from wardrobe_app.components.shared.widgets import CALENDAR_PAGE, REVIEW_PAGE, TODAY_PAGE, WARDROBE_PAGE, Way, button
from wardrobe_app.components.shared.widgets import cards as grid
from wardrobe_app.domain.garments.garment import Photo
from wardrobe_app.domain.insights.surplus import Surplus
from wardrobe_app.domain.outfits.search import Outfit
from wardrobe_app.domain.outfits.variety import summary
from wardrobe_app.domain.wording import capitalised
from wardrobe_app.services.storage.thumbnails import icon

JOB = "home"
MONTHS = 12
WIDTH = 330
COLLAGE_PX = 200
COMPARING = "Comparing garments …"
PAGES = "wardrobe_app/pages"
ALL = Way(WARDROBE_PAGE, "Whole wardrobe", "checkroom")
REVIEW = Way(REVIEW_PAGE, "Review them", "rule")
DUPLICATES = Way(f"{PAGES}/duplicates.py", "Compare them", "content_copy")
DECIDED = Way(f"{PAGES}/duplicates.py", "Decided before", "content_copy", {"view": "decided"})
COULD_GO = Way(f"{PAGES}/insights.py", "What could go", "donut_small", {"section": "could-go"})
TODAY = Way(TODAY_PAGE, "Others for today", "today")
UNWORN = Way(CALENDAR_PAGE, "Calendar", "calendar_month", {"unworn": str(MONTHS)})

if st.query_params and not address.by_history():
    # The gallery was here once; addresses of that time still lead to it.
    st.switch_page(WARDROBE_PAGE, query_params={name: st.query_params.get_all(name) for name in st.query_params})

rt = notices.opened(startup.current)
home = rt.home


@st.cache_data(max_entries=200, show_spinner=False)
def icon_at(thumbnail: Path, changed: float) -> str | None:
    return icon(thumbnail, strip.SIDE_PX)


def icon_of(photo: Photo) -> str | None:
    path = rt.catalogue.thumbnail_path(photo)
    return icon_at(path, path.stat().st_mtime) if path.is_file() else None


@action
def wear(ids: tuple[int, ...]) -> Said:
    made, new = rt.outfits.wear_log.wear(ids)
    undo = partial(rt.outfits.wear_log.take_back, made)
    return ("Saved for today.", undo) if new else "Already saved for today."


def draw_review() -> None:
    text = f"{count_of(counts.unsure, 'garment')} to check"
    with cards.card("review", "To review", text, home.to_review(strip.MOST), icon_of, "Everything is reviewed."):
        cards.way(REVIEW if counts.unsure else ALL)


def draw_duplicates() -> None:
    groups = known.groups
    text = count_of(len(groups), "group") + " of similar garments" if groups is not None else COMPARING
    items = None if groups is None else [item for group in groups for item in group.items]
    with cards.card("duplicates", "Duplicates", text, items, icon_of, "No duplicates wait for you."):
        cards.way(DUPLICATES if groups or groups is None else DECIDED)


def in_wardrobe(one: Surplus) -> Way:
    query = {"type": one.type} | ({"colour": one.colour} if one.colour else {})
    return Way(WARDROBE_PAGE, "Look at them", "checkroom", query)


def draw_surplus() -> None:
    one = known.surpluses[0] if known.surpluses else None
    text = COMPARING if known.surpluses is None else "Each kind of garment earns its place"
    if one:
        text = one.sentence
    items = one.garments if one else None if known.surpluses is None else ()
    with cards.card("surplus", "You have too much of", text, items, icon_of, "Nothing."):
        if one:
            cards.way(in_wardrobe(one))
        cards.way(COULD_GO)


def draw_outfit() -> None:
    stock, offers = rt.outfits.today.stock(), rt.outfits.today.known(context)
    if offers is not None:  # which stay where they are when something is worn
        today.dealt(context, stock, lambda _: offers)
    outfit = today.first(context, stock)
    title, nothing = "An outfit for today", "An outfit needs garments that go together."
    if outfit is None and known.outfits is not None:
        with cards.card("outfit", title, "There is none yet", (), icon_of, nothing):
            cards.way(TODAY)
        return
    text = capitalised(summary(outfit.items)) or "Goes together" if outfit else COMPARING
    with cards.framed("outfit", title, text), st.container(horizontal=True, vertical_alignment="center"):
        if outfit:
            draw_collage(outfit)
        else:  # as high as it will be
            st.container(height=COLLAGE_PX, width=COLLAGE_PX, border=False, key="home_waiting")


def draw_collage(outfit: Outfit) -> None:
    is_worn = frozenset(outfit.ids) in rt.outfits.today.worn(context)
    collage.draw(outfit.items, rt.outfits.collages.svg, COLLAGE_PX)
    with st.container(width="content", gap="xsmall"):
        label = "Worn today" if is_worn else "Wear today"
        button(label, "event_available", wear, outfit.ids, key="home_wear", type="tertiary", disabled=is_worn)
        cards.way(TODAY)


def draw_resting() -> None:
    resting = home.not_worn(MONTHS)
    text = f"{count_of(len(resting), 'garment')}, longest unworn first"
    title, nothing = f"Not worn for {MONTHS} months", "You wear what you have, or have not had it that long."
    with cards.card("resting", title, text if resting else "None", resting, icon_of, nothing):
        cards.way(UNWORN)


def draw_latest() -> None:
    text = f"{count_of(counts.live, 'garment')} in the wardrobe"
    with cards.card("latest", "Latest additions", text, home.latest(strip.MOST), icon_of, ""):
        cards.way(ALL)


def draw() -> None:
    steps = (draw_review, draw_duplicates, draw_surplus, draw_outfit, draw_resting, draw_latest)
    for step in grid(steps, WIDTH, "home_cards"):
        step()


def watch() -> None:
    """Wait for the work in the background; the page is drawn again when something more is known."""
    job = jobs.job(JOB)
    if job is None or not job.running or home.known(context).missing != known.missing:
        st.rerun()


st.title("Home", anchor=False)
counts = home.counts()
if not counts.live:
    empty_state.stop("wardrobe", "No garments yet", empty_state.first_steps(rt.shared))
context = rt.outfits.today.context(today.weather())
known = home.known(context)
revision = rt.outfits.rules.revision()
sought = st.session_state.get("home_sought") == revision  # what fails is not tried again until something changes
job = jobs.job(JOB)
waits = known.missing > 0 and (not sought or (job is not None and job.running))
known = known if waits else home.known(context).or_nothing()
draw()
if waits:
    if not sought:  # only now, because the work would slow down the drawing
        st.session_state["home_sought"] = revision
        jobs.start(JOB, partial(home.find_out, context), 4)
    st.fragment(watch, run_every=1.0)()
