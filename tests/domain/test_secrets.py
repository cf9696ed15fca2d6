from __future__ import annotations

import pytest

from wardrobe_app.domain.secrets import without_secrets


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("postgresql+psycopg://ada:hush@db.example:5432/clothes", "postgresql+psycopg://db.example:5432/clothes"),
        ("postgresql://ada:hu/sh@db.example/clothes", "postgresql://db.example/clothes"),
        ("postgresql://ada:hu@sh@db.example/clothes", "postgresql://db.example/clothes"),
        ("postgresql://db.example/clothes?user=ada&password=hush", "postgresql://db.example/clothes"),
        ("s3://KEY:hush@bucket/folder", "s3://bucket/folder"),
        ("s3://bucket/ada@home/photos", "s3://bucket/ada@home/photos"),
        ("sftp://nas:2222/ada@home", "sftp://nas:2222/ada@home"),
        ("sqlite:////home/ada/w.db", "sqlite:////home/ada/w.db"),
        ("sqlite:///C:/ada/w.db", "sqlite:///C:/ada/w.db"),
        ("/home/ada/photos", "/home/ada/photos"),
    ],
)
def test_an_address_is_shown_without_who_signs_in_and_how(address: str, shown: str) -> None:
    assert without_secrets(address) == shown
