"""What the wardrobe holds more than once, and what to do about it."""

from __future__ import annotations

from functools import partial
from itertools import combinations

import streamlit as st

from wardrobe_app import runtime
from wardrobe_app.components import decisions, notices, redundant_group
from wardrobe_app.components.words import count_of
from wardrobe_app.domain.garment import Verdict

ON_A_PAGE = 5

rt = notices.opened(runtime.current)


def keep_all(ids: tuple[int, ...]) -> None:
    with notices.guarded():
        rt.redundancy.decide(ids, Verdict.KEEP_BOTH)
        pairs = list(combinations(ids, 2))
        notices.say(f"All {len(ids)} are kept.", partial(rt.redundancy.take_back, pairs))


def merge(keep: int, others: tuple[int, ...]) -> None:
    with notices.guarded():
        done = rt.catalogue.merge(keep, others)
        notices.say("Merged into one garment with all the photos.", partial(rt.catalogue.unmerge, done))


def let_go(ids: tuple[int, ...]) -> None:
    with notices.guarded():
        rt.catalogue.trash(ids)
        notices.say(f"{count_of(len(ids), 'garment')} moved to the trash.", partial(rt.catalogue.restore, ids))


def take_back(a: int, b: int) -> None:
    with notices.guarded():
        rt.redundancy.take_back([(a, b)])
        notices.say("Taken back; the pair is judged afresh.")


st.title("Redundancy", anchor=False)
notices.show()
groups = rt.redundancy.groups()
if groups:
    extra = sum(len(group.items) - 1 for group in groups)
    st.markdown(
        f"**{count_of(len(groups), 'group')}** of garments that are practically the same: "
        f"you could do without {extra} of them."
    )
    last = -(-len(groups) // ON_A_PAGE)
    page = st.pagination(last, key="redundancy_page", persist_state="session") if last > 1 else 1
    for group in groups[(page - 1) * ON_A_PAGE : page * ON_A_PAGE]:
        redundant_group.draw(group, rt.catalogue.thumbnail_path, keep_all, merge, let_go)
elif rt.catalogue.count().live < 2:
    st.info("With two garments or more, those that are practically the same show up here.", icon=":material/info:")
    st.page_link("wardrobe_app/pages/add_photos.py", label="Add photos", icon=":material/add_a_photo:")
else:
    st.success("Nothing is there twice, as far as the photos and tags tell.", icon=":material/check_circle:")

records = rt.redundancy.verdicts()
if records:
    garments = {garment.id: garment for garment in rt.catalogue.garments(include_archived=True)}
    with st.expander(f"Your decisions ({len(records)})", icon=":material/history:", key="decisions"):
        decisions.draw(records, garments, rt.catalogue.thumbnail_path, take_back)
