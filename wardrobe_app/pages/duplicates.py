"""What the wardrobe holds more than once: one group at a time, all of them, and what was decided."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import streamlit as st

from wardrobe_app import startup
from wardrobe_app.components.redundancy import group_card, group_review, merge_choices, review_queue, verdict_list
from wardrobe_app.components.redundancy.review_queue import Deed
from wardrobe_app.components.shared import address, empty_state, notices, size_limits
from wardrobe_app.components.shared.formatting import count_of
from wardrobe_app.components.shared.notices import Said, action
from wardrobe_app.components.shared.widgets import WARDROBE_PAGE
from wardrobe_app.domain.errors import MergeConflict
from wardrobe_app.domain.garments.garment import Verdict
from wardrobe_app.domain.redundancy.groups import RedundancyGroup
from wardrobe_app.domain.redundancy.keep_ranking import KeepRanking
from wardrobe_app.domain.redundancy.verdicts import Decision
from wardrobe_app.services.home import DUPLICATES

ON_A_PAGE = 5
ONE, ALL, DECIDED = "One at a time", "All at once", "Decided"
PAGE = "duplicates_page"
IN_ADDRESS = [
    address.choice("view", "duplicates_view", {"one": ONE, "all": ALL, "decided": DECIDED}, ONE),
    address.number("page", PAGE, 1, range(1, 100_000)),
]
Ids = tuple[int, ...]

rt = notices.opened(startup.current)
review, thumbnail_of = rt.redundancy.review, rt.catalogue.thumbnail_path


def found_groups() -> tuple[RedundancyGroup, ...]:
    with st.spinner("Comparing garments"):
        place = st.empty()

        def show(done: int, total: int) -> None:
            place.progress(done / total, text=f"Pair {done + 1:,} of {total:,}")

        rt.answers.get("compared", partial(review.compare, show))  # what it stores makes a new revision
        place.empty()
        return rt.answers.get(DUPLICATES, review.groups)


def rankings_of(groups: tuple[Ids, ...]) -> dict[Ids, tuple[KeepRanking, ...]]:
    """Which garment to keep of each group, by the group's ids."""
    found = rt.answers.get(("keep rankings", groups), lambda: review.keep_rankings(groups))
    return dict(zip(groups, found, strict=True))


def undo(deed: Deed, decision: Decision) -> None:
    review.undo(decision)
    review_queue.undone(deed)


def settled(deed: Deed, decision: Decision, text: str) -> Said:
    review_queue.did(deed)
    return text, partial(undo, deed, decision)


@action
def join(
    verdict: Verdict, group: Ids, keep: int, others: Ids, prefer: Mapping[str, int] | None = None,
    seen: Mapping[int, int] | None = None, *, force: bool = False,
) -> Said:  # fmt: skip
    try:
        done = review.merge(keep, others, verdict, prefer=prefer, seen=None if force else seen)
    except MergeConflict as error:
        versions = {garment.id: garment.version for garment in rt.catalogue.these([keep, *others])}
        merge_choices.ask(merge_choices.Asked(verdict, group, keep, others, error.conflicts, versions))
        return None
    if verdict is Verdict.TWINS:
        text = f"Now one garment with a quantity of {rt.catalogue.get(keep).quantity}."
        return settled(Deed(review_queue.TWINS, group, done.ids), done, text)
    return settled(Deed(review_queue.SAME, group, done.ids), done, "Now one garment with all the photos.")


def answered(asked: merge_choices.Asked, prefer: Mapping[str, int]) -> None:
    merge_choices.forget()
    join(asked.verdict, asked.group, asked.keep, asked.others, prefer, asked.seen)


@action
def keep_all(group: Ids, ids: Ids) -> Said:
    done = review.decide(ids, Verdict.KEEP_BOTH)
    return settled(Deed(review_queue.KEEP, group, ids), done, f"{count_of(len(ids), 'garment')} kept.")


@action
def mark_different(group: Ids, ids: Ids) -> Said:
    done = review.decide(ids, Verdict.DIFFERENT)
    return settled(Deed(review_queue.DIFFERENT, group, ids), done, f"{len(ids)} garments marked as different.")


@action
def let_go(group: Ids, leaving: Ids, staying: Ids) -> Said:
    done = review.let_go(leaving, staying)
    deed = Deed(review_queue.LET_GO, group, (*staying, *leaving), leaving)
    return settled(deed, done, f"{count_of(len(leaving), 'garment')} moved to the trash.")


@action
def take_back(decision: Decision) -> Said:
    review.undo(decision)
    review_queue.forget(decision.ids)
    return "Decision undone."


def choices(group: RedundancyGroup) -> review_queue.Choices:
    return review_queue.Choices(
        same=partial(join, Verdict.SAME_GARMENT, group.ids),
        identical=partial(join, Verdict.TWINS, group.ids),
        keep=partial(keep_all, group.ids),
        different=partial(mark_different, group.ids),
        let_go=partial(let_go, group.ids),
    )


def draw_question() -> None:
    """Ask which value is right where a merge waits for that."""
    if (question := merge_choices.asked()) is None:
        return
    asked_about = rt.catalogue.these([question.keep, *question.others])
    if len(asked_about) > len(question.others):
        merge_choices.draw(question, asked_about, thumbnail_of, rt.vocabulary, rt.money, answered)
    else:
        merge_choices.forget()  # one of them is in the trash or gone


def draw_decided() -> None:
    if decided:
        verdict_list.draw(decided, review.decided(), thumbnail_of, take_back, rt.days)
    else:
        empty_state.draw("duplicates", "Nothing decided yet", "What you decide can be undone here.", None)


def draw_all() -> None:
    extra = sum(len(group.items) - 1 for group in groups)
    st.markdown(f"**{count_of(len(groups), 'group')}** of similar garments: {extra} you may not need.")
    page = st.pagination(last, key=PAGE, persist_state="session") if last > 1 else 1
    shown = groups[(page - 1) * ON_A_PAGE : page * ON_A_PAGE]
    rankings = rankings_of(tuple(group.ids for group in shown))
    for group in shown:
        group_card.draw(group, rankings[group.ids], thumbnail_of, choices(group))


def draw_one() -> None:
    waiting = review_queue.queue(groups)
    at = review_queue.place(waiting)
    review_queue.navigation(waiting, at)
    group = waiting[at]
    ranking = rankings_of((group.ids,))[group.ids]
    group_review.draw(group, ranking, review.pairs(group.items), thumbnail_of, choices(group))


def draw_nothing_left() -> None:
    if told := review_queue.summary():
        st.success("All decided. No unwanted duplicates left.", icon=":material/celebration:")
        st.markdown("\n".join(f"- {sentence}" for sentence in told))
        st.page_link(WARDROBE_PAGE, label="Go to the wardrobe", icon=":material/checkroom:")
    elif rt.catalogue.count().live < 2:
        empty_state.stop("duplicates", "Nothing to compare yet", "With two or more garments, duplicates show up here.")
    else:
        text = "Garments that look alike show up here, also among those that you add later."
        empty_state.draw("duplicates", "No duplicates found", text, empty_state.TO_WARDROBE)


st.title("Duplicates", anchor=False)
draw_question()
groups, decided = found_groups(), review.decisions()
counts = {ONE: "", ALL: f" ({len(groups)})", DECIDED: f" ({len(decided)})"}
address.follow(IN_ADDRESS)
last = max(1, -(-len(groups) // ON_A_PAGE))
st.session_state[PAGE] = min(st.session_state[PAGE], last)
view = st.segmented_control(
    "View", [ONE, ALL, DECIDED], required=True, format_func=lambda name: name + counts[name],
    label_visibility="collapsed", key="duplicates_view", persist_state="session",
)  # fmt: skip
address.publish(IN_ADDRESS)
if view == DECIDED:
    draw_decided()
else:
    size_limits.likeness(rt.catalogue.count().live)
    draw = draw_nothing_left if not groups else draw_all if view == ALL else draw_one
    draw()
