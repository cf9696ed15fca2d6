"""What the wardrobe holds more than once: a review, group by group, all its groups, and what was decided."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import streamlit as st

from wardrobe_app import startup
from wardrobe_app.components.redundancy import merge_choices, review_card, review_frame, verdict_list
from wardrobe_app.components.redundancy.review_card import Choice
from wardrobe_app.components.shared import address, empty_state, notices, size_limits
from wardrobe_app.components.shared.formatting import count_of
from wardrobe_app.components.shared.notices import Said, action
from wardrobe_app.components.shared.widgets import WARDROBE_PAGE, button
from wardrobe_app.domain.errors import MergeConflict
from wardrobe_app.domain.garments.garment import Verdict
from wardrobe_app.domain.redundancy import review_queue
from wardrobe_app.domain.redundancy.verdicts import Decision
from wardrobe_app.services.redundancy.review import ReviewQueue

REVIEW, ALL, DECIDED = "Review", "All groups", "Decided"
VIEW, AT = "duplicates_view", "duplicates_at"
IN_ADDRESS = [
    address.choice("view", VIEW, {"one": REVIEW, "all": ALL, "decided": DECIDED}, REVIEW),
    address.number("group", AT, 0, range(1, 1_000_000_000)),
]
Ids = tuple[int, ...]

rt = notices.opened(startup.current)
review, thumbnail_of = rt.redundancy.review, rt.catalogue.thumbnail_path


def current() -> ReviewQueue:
    with st.spinner("Comparing garments"):
        place = st.empty()

        def show(done: int, total: int) -> None:
            place.progress(done / total, text=f"Pair {done + 1:,} of {total:,}")

        rt.answers.get("compared", partial(review.compare, show))  # what it stores makes a new revision
        place.empty()
        return rt.answers.get("duplicates queue", review.queue)


def go(group: int) -> None:
    st.session_state[VIEW], st.session_state[AT] = REVIEW, group


@action
def begin(weaker: bool = False) -> Said:
    started = review.start(queue.started_at, weaker=weaker)
    st.session_state[VIEW], st.session_state[AT] = REVIEW, 0
    if started is None:
        return "A review was started in another tab. This is where it stands."
    return "Review started.", partial(review.cancel, started, weaker=weaker)


def undo(decision: Decision, group: int = 0) -> None:
    review.undo(decision)
    if group:
        st.session_state[AT] = group


@action
def join(
    verdict: Verdict, group: int, keep: int, others: Ids, prefer: Mapping[str, int] | None = None,
    seen: Mapping[int, int] | None = None, *, force: bool = False,
) -> Said:  # fmt: skip
    try:
        done = review.merge(keep, others, verdict, prefer=prefer, seen=None if force else seen, group=group)
    except MergeConflict as error:
        versions = {garment.id: garment.version for garment in rt.catalogue.these([keep, *others])}
        merge_choices.ask(merge_choices.Asked(verdict, group, keep, others, error.conflicts, versions))
        return None
    if verdict is Verdict.TWINS:
        text = f"Now one garment with a quantity of {rt.catalogue.get(keep).quantity}."
        return text, partial(undo, done, group)
    return "Now one garment with all the photos.", partial(undo, done, group)


def answered(asked: merge_choices.Asked, prefer: Mapping[str, int]) -> None:
    merge_choices.forget()
    join(asked.verdict, asked.group, asked.keep, asked.others, prefer, asked.seen)


@action
def settle(verdict: Verdict, group: int, ids: Ids) -> Said:
    done = review.decide(ids, verdict, group=group)
    count = count_of(len(ids), "garment")
    text = f"{count} kept." if verdict is Verdict.KEEP_BOTH else f"{count} marked as different."
    return text, partial(undo, done, group)


@action
def let_go(group: int, leaving: Ids, staying: Ids) -> Said:
    done = review.let_go(leaving, staying, group=group)
    return f"{count_of(len(leaving), 'garment')} moved to the trash.", partial(undo, done, group)


@action
def take_back(decision: Decision) -> Said:
    review.undo(decision)
    return "Decision undone."


def decide(choice: Choice) -> None:
    ids = (choice.keep, *choice.others)
    acts = {
        "same": partial(join, Verdict.SAME_GARMENT, choice.group, choice.keep, choice.others),
        "twins": partial(join, Verdict.TWINS, choice.group, choice.keep, choice.others),
        "keep": partial(settle, Verdict.KEEP_BOTH, choice.group, ids),
        "different": partial(settle, Verdict.DIFFERENT, choice.group, ids),
        "let_go": partial(let_go, choice.group, choice.others, (choice.keep,)),
    }
    if choice.name in acts:
        acts[choice.name]()


def draw_question() -> None:
    """Ask which value is right where a merge waits for that."""
    if (question := merge_choices.asked()) is None:
        return
    asked_about = rt.catalogue.these([question.keep, *question.others])
    if len(asked_about) > len(question.others):
        merge_choices.draw(question, asked_about, thumbnail_of, rt.vocabulary, rt.money, answered)
    else:
        merge_choices.forget()  # one of them is in the trash or gone


def draw_decisions(decisions: list[Decision]) -> None:
    verdict_list.draw(decisions, review.decided(), thumbnail_of, take_back, rt.days)


def draw_decided() -> None:
    if decided:
        draw_decisions(list(decided))
    else:
        empty_state.draw("duplicates", "Nothing decided yet", "What you decide can be undone here.", None)


def draw_all() -> None:
    if queue.groups:
        review_frame.overview(queue.groups, queue.left, review.decided(), thumbnail_of, go)
    for group in queue.found:
        review_frame.row(group.title, review_card.STRENGTH[group.likeness], group.items, thumbnail_of)
    if not (queue.groups or queue.found):
        draw_nothing()


def draw_one() -> None:
    at = review_queue.open_at(queue.groups, queue.left, st.session_state[AT])
    group = queue.left[at]
    (ranking,) = rt.answers.get(("keep rankings", group.ids), lambda: review.keep_rankings([group.ids]))
    samples = zip(group.ids, rt.redundancy.cloth.of(group.items), strict=True)
    cloth = {item: sample for item, sample in samples if sample is not None}
    open_ids = [one.id for one in queue.groups if one.id in queue.left]
    if queue.groups[-1].weaker:
        st.caption("Weaker look-alikes")
    review_card.draw(review_card.Shown(queue.groups, open_ids, at, group, ranking, cloth), thumbnail_of, decide, go)
    if queue.added:
        st.caption(f"{count_of(queue.added, 'garment')} added since this review started: they come in the next one.")
        button("Start over with all garments", "restart_alt", begin, key="start_over", type="tertiary")


def draw_end() -> None:
    st.success(f"All decided. {review_frame.totals(queue.totals)}", icon=":material/celebration:")
    if queue.found:
        review_frame.start(queue.found, thumbnail_of, begin, again=True)
    if queue.weaker:
        review_frame.weaker(queue.weaker, partial(begin, True))
    st.page_link(WARDROBE_PAGE, label="Go to the wardrobe", icon=":material/checkroom:")
    if queue.decisions:
        draw_decisions(sorted(queue.decisions, key=lambda one: one.decided_at, reverse=True))


def draw_nothing() -> None:
    if rt.catalogue.count().live < 2:
        empty_state.stop("duplicates", "Nothing to compare yet", "With two or more garments, duplicates show up here.")
    text = "Garments that look alike show up here, also among those that you add later."
    empty_state.draw("duplicates", "No duplicates found", text, empty_state.TO_WARDROBE)
    if queue.weaker:
        review_frame.weaker(queue.weaker, partial(begin, True))


def draw_review() -> None:
    if queue.left:
        draw_one()
    elif queue.groups:
        draw_end()
    elif queue.found:
        review_frame.start(queue.found, thumbnail_of, begin, again=False)
    else:
        draw_nothing()


st.title("Duplicates", anchor=False)
draw_question()
queue, decided = current(), review.decisions()
counts = {REVIEW: "", ALL: f" ({len(queue.groups) or len(queue.found)})", DECIDED: f" ({len(decided)})"}
address.follow(IN_ADDRESS)
view = st.segmented_control(
    "View", [REVIEW, ALL, DECIDED], required=True, format_func=lambda name: name + counts[name],
    label_visibility="collapsed", key=VIEW, persist_state="session",
)  # fmt: skip
if view == DECIDED:
    draw_decided()
else:
    size_limits.likeness(rt.catalogue.count().live)
    if view == ALL:
        draw_all()
    else:
        draw_review()
address.publish(IN_ADDRESS)
