from __future__ import annotations

from typing import Any

import pytest

from wardrobe_app.domain.people import Person, is_this_machine, may_enter, signed_in

ANNA = Person("https://id.example.org", "1", "anna@example.org", "Anna")


def claims(**changes: Any) -> dict[str, Any]:
    given = {"is_logged_in": True, "iss": ANNA.issuer, "sub": "1", "email": ANNA.email, "name": "Anna"}
    return {**given, "email_verified": True, **changes}


def test_a_person_is_who_her_provider_says_whatever_her_address() -> None:
    assert signed_in(claims()) == ANNA
    assert Person(ANNA.issuer, "1", "new@example.org").key == ANNA.key
    assert len({Person("a", "bc").key, Person("ab", "c").key, Person("a", "b").key}) == 3
    assert set(ANNA.key) <= set("0123456789abcdef")
    assert len(ANNA.key) == 32


@pytest.mark.parametrize(
    "changes",
    [
        {"is_logged_in": False},
        {"is_logged_in": "True"},
        {"iss": None},
        {"sub": ""},
        {"sub": 1},
    ],
)
def test_claims_that_do_not_tell_who_it_is_sign_nobody_in(changes: dict[str, Any]) -> None:
    assert signed_in(claims(**changes)) is None
    assert signed_in({}) is None


@pytest.mark.parametrize("verified", [False, None, "false", 1.5, "yes"])
def test_an_address_that_was_not_verified_is_as_good_as_none(verified: object) -> None:
    person = signed_in(claims(email_verified=verified))
    assert person is not None
    assert person.email == ""
    assert not may_enter(person, "anna@example.org")
    assert may_enter(person, f"ben@example.org, {person.key}")


def test_the_list_names_who_may_come_in() -> None:
    assert may_enter(ANNA, "ben@example.org, Anna@Example.org")
    assert may_enter(ANNA, "*")
    assert not may_enter(ANNA, "ben@example.org")
    assert not may_enter(ANNA, "anna@example.org.evil.com")
    nameless = Person(ANNA.issuer, "2")
    assert not may_enter(nameless, ",")
    assert not may_enter(nameless, "anna@example.org")


def test_an_empty_list_lets_nobody_in() -> None:
    assert not may_enter(ANNA, "")
    assert not may_enter(ANNA, " , ")


@pytest.mark.parametrize(
    ("host", "own"),
    [
        ("localhost", True),
        ("localhost:8501", True),
        ("LOCALHOST.:8501", True),
        ("127.0.0.1:8501", True),
        ("[::1]:8501", True),
        ("::1", True),
        ("unix:///run/app.sock", True),
        ("0.0.0.0", False),  # noqa: S104
        ("::", False),
        ("192.168.1.4:8501", False),
        ("wardrobe.local", False),
        ("localhost.evil.com", False),
        ("localhost@evil.com", False),
        ("127.0.0.1.evil.com", False),
        ("2130706433", False),
        ("", False),
        ("[", False),
    ],
)
def test_it_is_known_which_names_are_this_machine(host: str, own: bool) -> None:
    assert is_this_machine(host) is own
