from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import fsspec
import pytest
from fsspec.implementations.memory import MemoryFileSystem
from PIL import Image

from tests.services.support.actions import empty_trash
from tests.support.drawing import draw_garment, photo_bytes
from tests.support.fakes import FakeTagger
from wardrobe_app.config import Settings
from wardrobe_app.domain.errors import StorageFailed
from wardrobe_app.services.importing.importer import source_from_bytes
from wardrobe_app.services.storage.blobs import Blobs
from wardrobe_app.wiring import Runtime

Open = Callable[[Settings], Runtime]


@dataclass
class Store:
    address: str
    cut_off: Callable[[], None]
    back: Callable[[], None]


@pytest.fixture(params=["memory", "s3"])
def store(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    yield from in_memory() if request.param == "memory" else in_s3(monkeypatch)


@pytest.fixture
def address(store: Store) -> str:
    return store.address


def in_memory() -> Iterator[Store]:
    fsspec.filesystem("memory").store.clear()
    with pytest.MonkeyPatch.context() as patch:

        def cut_off() -> None:
            for name in ("pipe_file", "cat_file", "rm_file"):
                patch.setattr(MemoryFileSystem, name, no_network)

        yield Store("memory://wardrobe/of ada", cut_off, patch.undo)


def no_network(*arguments: object, **options: object) -> None:
    raise ConnectionResetError("no route to the store")


def in_s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    pytest.importorskip("s3fs")
    threaded = pytest.importorskip("moto.server").ThreadedMotoServer
    server = threaded("127.0.0.1", port=0, verbose=False)  # speaks S3, on loopback
    server.start()
    host, port = server.get_host_and_port()
    for name, value in {"ACCESS_KEY_ID": "ada", "SECRET_ACCESS_KEY": "hush", "DEFAULT_REGION": "us-east-1"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    # Where a store is and how to sign in is for fsspec to know, from its own files and variables.
    monkeypatch.setitem(
        fsspec.config.conf, "s3", {"endpoint_url": f"http://{host}:{port}", "skip_instance_cache": True}
    )
    bucket = f"wardrobe-{secrets.token_hex(4)}"  # the server remembers them beyond its end
    fsspec.filesystem("s3").mkdir(bucket)
    again = threaded(host, port=port, verbose=False)
    running = [server]

    def back() -> None:
        again.start()
        running.append(again)

    yield Store(f"s3://{bucket}/of ada", lambda: running.pop().stop(), back)
    for one in running:
        one.stop()


@pytest.fixture
def wardrobe(address: str, open_wardrobe: Open, settings: Settings) -> Runtime:
    return open_wardrobe(settings.model_copy(update={"photos_url": address}))


def pictures(names: str = "abc") -> list[bytes]:
    return [photo_bytes(draw_garment(colour=(60 * n, 90, 160), size=(90, 120), seed=n)) for n in range(len(names))]


def add(runtime: Runtime, names: str = "abc") -> list[int]:
    sources = [source_from_bytes(f"{name}.jpg", data) for name, data in zip(names, pictures(names), strict=True)]
    results = list(runtime.importing.importer.add(sources))
    assert all(result.garment for result in results), results
    return [result.garment.id for result in results if result.garment]


def kept(address: str) -> set[str]:
    filesystem, root = fsspec.url_to_fs(address)
    filesystem.invalidate_cache()
    return {str(name).partition(root)[2] for name in filesystem.find(root)}


def test_a_whole_wardrobe_may_be_kept_in_a_store(wardrobe: Runtime, address: str, tagger: FakeTagger) -> None:
    first, second, third = add(wardrobe)
    assert len(kept(address)) == 12, "photo, thumbnail, mask and cut-out of each"
    data = wardrobe.settings.data_dir
    assert not [path for path in data.rglob("*.jpg") if "cache" not in path.parts]
    catalogue = wardrobe.catalogue
    for garment in catalogue.these([first, second, third]):
        for path in (catalogue.photo_path(garment.photos[0]), catalogue.thumbnail_path(garment.photos[0])):
            with Image.open(path) as image:
                image.load()
    before = kept(address)
    tagger.model = "fake 2"
    assert [garment.id for garment in catalogue.retag([first])] == [first]
    assert kept(address) == before
    catalogue.trash([first, second])
    catalogue.restore([second])
    empty_trash(catalogue)
    assert len(kept(address)) == 8
    assert [garment.id for garment in catalogue.garments()] == [second, third]
    copies = {path.stem for path in wardrobe.settings.copies_dir.rglob("*.*")}
    assert len(copies) == 2, "no copy stays of what was deleted for good"


def test_who_has_no_copies_yet_sees_the_same_pictures(
    wardrobe: Runtime, address: str, open_wardrobe: Open, tmp_path: Path
) -> None:
    (added,) = add(wardrobe, "a")
    photo = wardrobe.catalogue.get(added).photos[0]
    elsewhere = open_wardrobe(Settings(data_dir=tmp_path / "another computer", photos_url=address))
    assert elsewhere.catalogue.photo_path(photo).read_bytes() == wardrobe.catalogue.photo_path(photo).read_bytes()


def test_a_store_that_is_gone_loses_nothing_and_says_so(wardrobe: Runtime, store: Store) -> None:
    first, second = add(wardrobe, "ab")
    before = kept(store.address)
    catalogue = wardrobe.catalogue
    catalogue.trash([first])
    assert Blobs(store.address).is_usable()
    store.cut_off()
    (result,) = wardrobe.importing.importer.add([source_from_bytes("c.jpg", pictures()[2])])
    assert result.garment is None and f"could not be written to {store.address}" in result.message
    assert not catalogue.photo_path(catalogue.get(second).photos[0]).is_file()
    with pytest.raises(StorageFailed, match="cannot be read"):
        list(catalogue.retag([second]))
    assert empty_trash(catalogue) == 1
    store.back()
    assert kept(store.address) == before
    catalogue.purge_expired()
    assert len(kept(store.address)) == 4, "what could not be removed was removed later"


def test_a_bucket_that_is_not_there_is_told_and_not_made(address: str, open_wardrobe: Open, settings: Settings) -> None:
    if not address.startswith("s3:"):
        pytest.skip("only such stores have buckets")
    wardrobe = open_wardrobe(settings.model_copy(update={"photos_url": "s3://mistyped"}))
    (result,) = wardrobe.importing.importer.add([source_from_bytes("a.jpg", pictures("a")[0])])
    assert result.garment is None and "bucket does not exist" in result.message
    assert not fsspec.filesystem("s3").exists("mistyped")
    assert not Blobs("s3://mistyped/photos").is_usable()


def test_an_unknown_kind_of_store_stops_the_start_with_a_sentence(open_wardrobe: Open, settings: Settings) -> None:
    with pytest.raises(StorageFailed, match="unknown kind of address"):
        open_wardrobe(settings.model_copy(update={"photos_url": "clouds://ada:hush@sky"}))
