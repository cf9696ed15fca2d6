"""What is there, what tags, how looks are judged, and types of the owner's own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import streamlit as st

from wardrobe_app import startup
from wardrobe_app.components.catalogue import custom_types, model_list
from wardrobe_app.components.catalogue import drafts as drafted
from wardrobe_app.components.importing import results
from wardrobe_app.components.outfits import rule_weights
from wardrobe_app.components.shared import jobs, notices
from wardrobe_app.components.shared.formatting import SLOTS, count_of, plain
from wardrobe_app.domain.compatibility.rules import Rule
from wardrobe_app.domain.garments.models import tagged_by
from wardrobe_app.domain.garments.vocabulary import Slot
from wardrobe_app.services.catalogue.amounts import currencies

JOB = "retag"

rt = notices.opened(startup.current)


def tag_again(ids: list[int]) -> None:
    catalogue = rt.catalogue

    def work(cancelled: Callable[[], bool]) -> Iterator[Any]:
        for garment in catalogue.retag(ids):
            yield garment.id
            if cancelled():
                return

    jobs.start(JOB, work, total=len(ids))


def choose(key: str) -> None:
    with notices.guarded():
        notices.say(
            f"{rt.tagging.models.choose(key).title} tags from now on. What is tagged stays as it is until tagged again."
        )


def change_type(name: str, new_name: str, slot: Slot) -> bool:
    with notices.guarded():
        kept = rt.types.change(name, new_name, slot)
        notices.say(f"{kept} is what you call it from now on, worn on: {SLOTS[slot].lower()}.")
        return True
    return False


def remove_type(name: str) -> None:
    with notices.guarded():
        rt.types.remove(name)
        notices.say(f"{name} is no type any more. What had it is called again what the model says.")


def show_cut_outs() -> None:
    with notices.guarded():
        rt.preferences.show_cut_outs(st.session_state["cut_outs"])


def choose_currency() -> None:
    with notices.guarded():
        rt.preferences.choose_currency(st.session_state["currency"])


def weigh(rule: Rule, factor: float) -> None:
    with notices.guarded():
        rt.preferences.set_rule_weights({**rt.preferences.rule_weights, rule: factor})


def weigh_normally() -> None:
    with notices.guarded():
        before = rt.preferences.rule_weights
        rt.preferences.set_rule_weights({})
        notices.say("Every convention counts normally again.", partial(rt.preferences.set_rule_weights, before))


def let_learn() -> None:
    with notices.guarded():
        rt.preferences.let_learn(st.session_state["learns"])


def watch() -> None:
    job = jobs.job(JOB)
    if job is None or not job.running:
        st.rerun()
    results.progress(job)


st.title("Settings", anchor=False)
notices.show()
counts = rt.catalogue.count()

st.header("Your wardrobe", anchor=False)
with st.container(horizontal=True):
    st.metric("In the wardrobe", counts.live, border=True)
    st.metric("Archived", counts.archived, border=True)
    st.metric("In the trash", counts.trashed, border=True)
    st.metric("Worth a check", counts.unsure, border=True)

st.header("The model", anchor=False)
everything = rt.catalogue.garments(include_archived=True)
used = rt.tagging.models.in_use()
if used.problem:
    st.warning(
        f"{plain(used.problem)} Photos are kept all the same; you can tag them yourself, or tag everything again once "
        "the model is there.",
        icon=":material/warning:",
    )
if (lost := rt.tagging.models.lost_choice()) is not None:
    st.warning(
        f"{plain(lost)}, which you chose, is gone or cannot be used any more; {plain(used.title)} tags in its place.",
        icon=":material/warning:",
    )
model_list.draw(rt.tagging.models.all(), used, tagged_by(everything), rt.tagging.models.is_named, choose)
if rt.tagging.models.is_named:
    st.caption("Named at the start, by WARDROBE_CHECKPOINT or on the command line: the choice here rests meanwhile.")
elif rt.shared:
    st.caption("Whoever runs this can put further ones beside it.")
else:
    st.caption(
        "To have another one here, put its .safetensors file into this folder; the newest is used unless you choose."
    )
    st.code(str(rt.tagging.models.folder), language=None)
if (job := jobs.job(JOB)) is not None and job.running:
    st.fragment(watch, run_every=1.0)()
else:
    if job is not None:
        st.success(f"{count_of(job.done, 'garment')} tagged again.") if job.error is None else st.error(
            plain(job.error)
        )
    others = [one.id for one in everything if used.title not in tagged_by([one])]
    with st.container(horizontal=True):
        st.button(
            f"Tag everything again with {plain(used.title)}",
            icon=":material/refresh:",
            on_click=tag_again,
            args=([one.id for one in everything],),
            disabled=not everything or bool(used.problem),
            help="Your corrections stay",
        )
        if 0 < len(others) < len(everything):
            st.button(
                f"Only the {len(others)} that it has not tagged",
                icon=":material/refresh:",
                on_click=tag_again,
                args=(others,),
                disabled=bool(used.problem),
                help="Your corrections stay",
            )

st.header("How it looks", anchor=False)
st.toggle(
    "Show garments cut out of their photos",
    value=rt.preferences.cut_outs,
    key="cut_outs",
    on_change=show_cut_outs,
    help="The photos stay as they are; where no garment was found on one, the whole photo is shown",
)

st.header("Prices", anchor=False)
names = currencies()
codes = [None, *names]
st.selectbox(
    "Currency",
    codes,
    index=codes.index(rt.preferences.currency),
    format_func=lambda code: f"{code}: {names[code]}" if code else "Not set",
    key="currency",
    on_change=choose_currency,
    help="Shown with prices, totals and the cost per wear. Amounts are not converted.",
    width=400,
)

st.header("How looks are judged", anchor=False)
st.markdown(
    "What cannot be worn at once never makes a look. All else is convention: let each one count as much as you like."
)
rule_weights.weights(rt.preferences.rule_weights, weigh, weigh_normally)
st.toggle(
    "Learn from my looks",
    value=rt.preferences.learns,
    key="learns",
    on_change=let_learn,
    help="Looks that you save or wear speak for what is in them, looks that you reject against it; taking a look back "
    "takes that back. Switched off, your looks stay, and the conventions alone decide.",
)
rule_weights.strongest_preferences(*rt.outfits.rules.strongest_preferences())

st.header("Types of your own", anchor=False)
if own := rt.types.all():
    custom_types.listed(
        [(one.type, one.garments) for one in own], change_type, remove_type, drafted.Shelf(rt.drafts, rt.days)
    )
else:
    st.caption("None yet. Make one up where a type is chosen: on a garment's page, or for several in the wardrobe.")
