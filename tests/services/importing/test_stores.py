from __future__ import annotations

import pickle

import fsspec
import pytest
from fsspec.implementations.memory import MemoryFileSystem

from tests.services.importing.test_importer import picture
from tests.support.drawing import photo_bytes
from wardrobe_app.domain.errors import WardrobeError
from wardrobe_app.services.importing.importer import Outcome
from wardrobe_app.services.importing.sources import named_contents, sources_of
from wardrobe_app.wiring import Runtime

ADDRESS = "memory://ada:hush-hush@host/album?token=hush-hush"


@pytest.fixture(autouse=True)
def store() -> MemoryFileSystem:
    found = fsspec.filesystem("memory")
    found.store.clear()
    return found


def fill(store: MemoryFileSystem, *names: str) -> None:
    for number, name in enumerate(names):
        store.pipe(f"/album/{name}", photo_bytes(picture(number)))


def test_a_store_is_listed_like_a_folder(store: MemoryFileSystem) -> None:
    fill(store, "b.jpg", "a.jpg", ".hidden.jpg", "in/c.jpg", ".cache/d.jpg", "Thumbs.db", "._a.jpg")
    found = named_contents("memory://album/")
    assert [one.name for one in found.sources] == [f"memory://album/{name}" for name in ("a.jpg", "b.jpg", "in/c.jpg")]
    assert [one.path for one in found.sources] == [one.name for one in found.sources]
    assert found.hidden == 2
    assert found.sources[0].size == len(found.sources[0].read())
    assert pickle.loads(pickle.dumps(found.sources[0])).read() == found.sources[0].read()  # noqa: S301 - our own


def test_a_single_object_is_a_source(store: MemoryFileSystem) -> None:
    fill(store, "a.jpg", "b.jpg")
    (source,) = sources_of(["memory://album/a.jpg"])
    assert source.name == "memory://album/a.jpg"
    assert source.read() == store.cat("/album/a.jpg")


def test_photos_of_a_store_are_imported_once(runtime: Runtime, store: MemoryFileSystem) -> None:
    fill(store, "a.jpg", "b.jpg")
    importer = runtime.importing.importer
    for outcome in (Outcome.ADDED, Outcome.ALREADY):
        results = importer.add(sources_of(["memory://album"]), asked=["memory://album"])
        assert [result.outcome for result in results] == [outcome] * 2


def test_what_cannot_be_listed_or_read_is_told_without_secrets(
    store: MemoryFileSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(store, "a.jpg", "in/b.jpg")
    listed = MemoryFileSystem.ls

    def ls(self: MemoryFileSystem, path: str, **options: object) -> object:
        if path.endswith("in"):
            raise PermissionError("403 for ada:hush-hush")
        return listed(self, path, **options)

    monkeypatch.setattr(MemoryFileSystem, "ls", ls)
    # The memory store takes what stands for user and host for the name of a folder.
    store.pipe("/ada:hush-hush@host/album?token=hush-hush/in/b.jpg", b"x")
    store.pipe("/ada:hush-hush@host/album?token=hush-hush/a.jpg", b"x")
    sources = named_contents(ADDRESS).sources
    assert [bool(one.trouble) for one in sources] == [False, True]
    monkeypatch.setattr(MemoryFileSystem, "cat_file", lambda *_, **__: 1 / 0)
    with pytest.raises(OSError, match="division"):
        sources[0].read()
    assert "hush" not in repr([(one.name, one.path, one.trouble) for one in sources])


@pytest.mark.parametrize("address", ["memory://nothing", "nonsense://a:hush@b/c", "s3:/typo", "memory://a:hush@b"])
def test_an_address_without_files_is_refused_without_its_password(address: str) -> None:
    if "://" not in address:
        assert named_contents(address).sources[0].size is None  # a path that is not there, refused when it is read
        return
    with pytest.raises(WardrobeError) as refused:
        named_contents(address)
    assert "hush" not in str(refused.value)
