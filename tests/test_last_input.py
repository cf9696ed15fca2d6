from __future__ import annotations

import pytest
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.WidgetStates_pb2 import WidgetStates
from streamlit.runtime.scriptrunner_utils.exceptions import StopException
from streamlit.runtime.state import SessionState

from wardrobe_app import last_input


def typed(text: str) -> WidgetStates:
    states = WidgetStates()
    one = states.widgets.add()
    one.id, one.string_value = "$$ID-1-notes", text
    return states


def asks(session: last_input.Destination, page: str, text: str = "", query: str = "") -> ClientState:
    asked = ClientState(page_script_hash=page, query_string=query, widget_states=typed(text) if text else None)
    session.direct(asked)
    return asked


def test_a_request_is_taken_in_before_a_newer_one_stops_its_run() -> None:
    def stop() -> None:
        raise StopException

    kept = SessionState()
    state = last_input.PatientState(kept, stop)
    state.on_script_will_rerun(typed("a spot"))
    assert kept._new_widget_state.states["$$ID-1-notes"].value.string_value == "a spot"
    with pytest.raises(StopException):
        state["notes"]


@pytest.mark.parametrize("shown", [True, False])
def test_text_that_comes_after_a_link_was_clicked_does_not_lead_back(shown: bool) -> None:
    session = last_input.Destination()
    if shown:
        asks(session, "garment", "a", "item=1")
    asks(session, "wardrobe", query="sort=newest")
    late = asks(session, "garment", "a spot", "item=1")
    assert (late.page_script_hash, late.query_string) == ("wardrobe", "sort=newest")
    assert late.widget_states == typed("a spot")


def test_who_goes_back_at_once_goes_back() -> None:
    session = last_input.Destination()
    asks(session, "garment", "a")
    asks(session, "wardrobe")
    assert asks(session, "garment").page_script_hash == "garment"
    assert asks(session, "garment", "b").page_script_hash == "garment"


def test_a_page_that_another_led_to_is_not_left(monkeypatch: pytest.MonkeyPatch) -> None:
    session = last_input.Destination()
    asks(session, "garment", "a")
    asks(session, "wardrobe")
    assert asks(session, "outfits", "b").page_script_hash == "outfits"
    monkeypatch.setattr(last_input, "LATE_S", 0.0)
    asks(session, "wardrobe")
    assert asks(session, "outfits", "b").page_script_hash == "outfits"
