"""What the wardrobe holds more than once: one group after the other, all of them, and what was decided."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import streamlit as st

from wardrobe_app import startup
from wardrobe_app.components.redundancy import group_card, group_review, merge_choices, review_queue, verdict_list
from wardrobe_app.components.shared import address, notices, size_limits
from wardrobe_app.components.shared.formatting import count_of
from wardrobe_app.domain.errors import MergeConflict
from wardrobe_app.domain.garments.garment import Verdict
from wardrobe_app.domain.redundancy.groups import RedundancyGroup
from wardrobe_app.domain.redundancy.keep_ranking import KeepRanking
from wardrobe_app.domain.redundancy.verdicts import Decision
from wardrobe_app.domain.wording import capitalised, number
from wardrobe_app.services.redundancy.review import RedundancyService

ON_A_PAGE = 5
ONE, ALL, DECIDED = "One at a time", "All at once", "Decided"
PAGE = "redundancy_page"
IN_ADDRESS = [
    address.choice("view", "redundancy_view", {"one": ONE, "all": ALL, "decided": DECIDED}, ONE),
    address.number("page", PAGE, 1, range(1, 100_000)),
]
Ids = tuple[int, ...]

rt = notices.opened(startup.current)


@st.cache_resource(max_entries=2, show_spinner="Comparing the garments")
def compared(_redundancy: RedundancyService, state: str) -> str:
    """The state once all that should be is compared, which is kept."""
    _redundancy.compare()
    return rt.outfits.rules.state()


@st.cache_resource(max_entries=2, show_spinner="Comparing the garments")
def groups_of(_redundancy: RedundancyService, state: str) -> tuple[RedundancyGroup, ...]:
    return _redundancy.groups()


@st.cache_resource(max_entries=50, show_spinner=False)
def rankings_of(
    _redundancy: RedundancyService, state: str, groups: tuple[Ids, ...]
) -> dict[Ids, tuple[KeepRanking, ...]]:
    """Which to keep of each of the groups, by its ids."""
    return dict(zip(groups, _redundancy.keep_rankings(groups), strict=True))


def undo(deed: review_queue.Deed, decision: Decision) -> None:
    rt.redundancy.review.undo(decision)
    review_queue.undone(deed)


def settle(deed: review_queue.Deed, decision: Decision, said: str) -> None:
    review_queue.did(deed)
    notices.say(said, partial(undo, deed, decision))


def join(
    verdict: Verdict,
    group: Ids,
    keep: int,
    others: Ids,
    prefer: Mapping[str, int] | None = None,
    seen: Mapping[int, int] | None = None,
) -> None:
    with notices.guarded(partial(join, verdict, group, keep, others, prefer)):
        try:
            done = rt.redundancy.review.join(keep, others, verdict, prefer=prefer, seen=seen)
        except MergeConflict as error:
            versions = {garment.id: garment.version for garment in rt.catalogue.these([keep, *others])}
            merge_choices.ask(merge_choices.Asked(verdict, group, keep, others, error.conflicts, versions))
            return
        there_are = rt.catalogue.get(keep).quantity
        identical = verdict is Verdict.TWINS
        said = (
            f"One garment now, of which there are {there_are}."
            if identical
            else "One garment now, with all the photos."
        )
        settle(review_queue.Deed(review_queue.TWINS if identical else review_queue.SAME, group, done.ids), done, said)


def answered(asked: merge_choices.Asked, prefer: Mapping[str, int]) -> None:
    merge_choices.forget()
    join(asked.verdict, asked.group, asked.keep, asked.others, prefer, asked.seen)


def decide(kind: str, verdict: Verdict, said: str, group: Ids, ids: Ids) -> None:
    with notices.guarded():
        settle(
            review_queue.Deed(kind, group, ids),
            rt.redundancy.review.decide(ids, verdict),
            capitalised(said.format(number(len(ids)))),
        )


def let_go(group: Ids, leaving: Ids, staying: Ids) -> None:
    with notices.guarded():
        done = rt.redundancy.review.let_go(leaving, staying)
        deed = review_queue.Deed(review_queue.LET_GO, group, (*staying, *leaving), leaving)
        settle(deed, done, f"{count_of(len(leaving), 'garment')} moved to the trash.")


def take_back(decision: Decision) -> None:
    with notices.guarded():
        rt.redundancy.review.undo(decision)
        review_queue.forget(decision.ids)
        notices.say("Taken back; they are judged afresh.")


def choices(group: RedundancyGroup) -> review_queue.Choices:
    return review_queue.Choices(
        same=partial(join, Verdict.SAME_GARMENT, group.ids),
        identical=partial(join, Verdict.TWINS, group.ids),
        keep=partial(
            decide,
            review_queue.KEEP,
            Verdict.KEEP_BOTH,
            "{} garments stay, and are not shown together again.",
            group.ids,
        ),
        different=partial(
            decide, review_queue.DIFFERENT, Verdict.DIFFERENT, "They count as {} different garments.", group.ids
        ),
        let_go=partial(let_go, group.ids),
    )


st.title("Duplicates", anchor=False)
notices.show(undo_key="U")
if (question := merge_choices.asked()) is not None:
    asked_about = rt.catalogue.these([question.keep, *question.others])
    if len(asked_about) > len(question.others):
        merge_choices.draw(question, asked_about, rt.catalogue.thumbnail_path, rt.vocabulary, rt.money, answered)
        st.stop()
    merge_choices.forget()  # one of them is in the trash or gone
state = compared(rt.redundancy.review, rt.outfits.rules.state())
groups = groups_of(rt.redundancy.review, state)
decided = rt.redundancy.review.decisions()
counts = {ONE: "", ALL: f" ({len(groups)})", DECIDED: f" ({len(decided)})"}
address.follow(IN_ADDRESS)
last = max(1, -(-len(groups) // ON_A_PAGE))
st.session_state[PAGE] = min(st.session_state[PAGE], last)
view = st.segmented_control(
    "View",
    [ONE, ALL, DECIDED],
    required=True,
    format_func=lambda name: name + counts[name],
    label_visibility="collapsed",
    key="redundancy_view",
    persist_state="session",
)
address.publish(IN_ADDRESS)
if view != DECIDED:
    size_limits.likeness(rt.catalogue.count().live)
if view == DECIDED and not decided:
    st.info("Nothing is decided yet. What you decide shows up here, each with its way back.", icon=":material/info:")
elif view == DECIDED:
    verdict_list.draw(decided, rt.redundancy.review.decided(), rt.catalogue.thumbnail_path, take_back, rt.days)
elif groups and view == ALL:
    extra = sum(len(group.items) - 1 for group in groups)
    st.markdown(
        f"**{count_of(len(groups), 'group')}** of garments that are alike: you could do without {extra} of them."
    )
    page = st.pagination(last, key=PAGE, persist_state="session") if last > 1 else 1
    shown = groups[(page - 1) * ON_A_PAGE : page * ON_A_PAGE]
    rankings = rankings_of(rt.redundancy.review, state, tuple(group.ids for group in shown))
    for group in shown:
        group_card.draw(group, rankings[group.ids], rt.catalogue.thumbnail_path, choices(group))
elif groups:
    waiting = review_queue.queue(groups)
    at = review_queue.place(waiting)
    review_queue.navigation(waiting, at)
    group = waiting[at]
    rankings = rankings_of(rt.redundancy.review, state, (group.ids,))
    group_review.draw(
        group, rankings[group.ids], rt.redundancy.review.pairs(group.items), rt.catalogue.thumbnail_path, choices(group)
    )
elif told := review_queue.summary():
    st.success(
        "All decided. Your wardrobe has nothing twice that you do not want twice.", icon=":material/celebration:"
    )
    st.markdown("\n".join(f"- {sentence}" for sentence in told))
    st.page_link("wardrobe_app/pages/wardrobe.py", label="To the wardrobe", icon=":material/checkroom:")
elif rt.catalogue.count().live < 2:
    st.info("With two garments or more, those that are practically the same show up here.", icon=":material/info:")
    st.page_link("wardrobe_app/pages/add_photos.py", label="Add photos", icon=":material/add_a_photo:")
else:
    st.success("Nothing is there twice, as far as the photos and tags tell.", icon=":material/check_circle:")
