"""Take photos with a phone: open a page for it on the home network, and import what it sends."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

from wardrobe_app.services.capture.addresses import HomeAddress, home_addresses
from wardrobe_app.services.capture.page_session import PageSession
from wardrobe_app.services.capture.received import ReceivedPhotos
from wardrobe_app.services.importing.importer import Importer
from wardrobe_app.services.importing.rows import ImportRow
from wardrobe_app.services.importing.uploads import PendingUploads

if TYPE_CHECKING:
    from wardrobe_app.services.capture.server import PhoneServer

CLOSING_SECONDS: Final = 1.0


class PhoneCapture:
    """At most one page is open at a time.

    ``address`` is the one to use instead of those that are found, ``port`` the preferred one.
    """

    def __init__(
        self,
        importer: Importer,
        uploads: PendingUploads,
        *,
        max_bytes: int,
        max_photos: int,
        address: str | None,
        port: int,
    ) -> None:
        self._received = ReceivedPhotos(importer, uploads)
        self._max_bytes = max_bytes
        self._max_photos = max_photos
        self._address = address
        self._port = port
        self._session: PageSession | None = None
        self._server: PhoneServer | None = None
        self._lock = threading.Lock()

    def addresses(self) -> Sequence[HomeAddress]:
        """Return the addresses a phone may reach this computer at, the likeliest first."""
        return [HomeAddress(self._address, "")] if self._address else home_addresses()

    @property
    def session(self) -> PageSession | None:
        """The page that is open now."""
        session = self._session
        return session if session is not None and session.is_open else None

    @property
    def waiting(self) -> frozenset[str]:
        """The ids of photos that a phone sent and that are not imported yet."""
        return self._received.waiting

    def open(self, address: str) -> PageSession:
        """Open a page with new secrets at ``address``, and close the one before.

        Raises:
            CaptureUnavailable: this computer does not have that address (any more).
        """
        from wardrobe_app.services.capture.server import PhoneServer, listen  # here: commands need no web server

        with self._lock:
            self._close()
            listener = listen(address, self._port)
            host = f"{address}:{listener.getsockname()[1]}"
            session = PageSession(host, self._received, self._max_bytes, self._max_photos)
            self._server = PhoneServer(session, listener)
            self._server.start()
            self._session = session
            return session

    def close(self) -> None:
        """Close the page; what was sent is still imported."""
        with self._lock:
            self._close()

    def imported(self, cancelled: Callable[[], bool]) -> Iterator[ImportRow]:
        """Import what arrives, until no page is open and nothing is left."""
        return self._received.imported(lambda: self.session is not None, cancelled)

    def _close(self) -> None:
        if self._session is not None:
            self._session.close()
        if self._server is not None:
            self._server.wait(CLOSING_SECONDS)
        self._session = self._server = None


def qr_code(text: str) -> str:
    """Draw ``text`` as a QR code: an SVG picture, black on white, with a margin."""
    import segno

    picture = io.BytesIO()
    code = segno.make(text, error="m", micro=False)
    code.save(picture, kind="svg", scale=8, border=4, dark="#000", light="#fff", xmldecl=False)
    return picture.getvalue().decode()
