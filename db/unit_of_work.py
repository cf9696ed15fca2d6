"""Run one transaction. It rolls back unless it was committed."""

from __future__ import annotations

from types import TracebackType
from typing import Protocol

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from db.engine import text_index
from db.engine.change_tracking import changed_garments, renew_revision, revision
from db.engine.errors import ImportKeyTaken, storage_failed
from db.engine.session import begin
from db.repositories.deletion import DeletionRepository
from db.repositories.duplicate_review import DuplicateReviewRepository
from db.repositories.garment_loader import record_changes
from db.repositories.garments import GarmentRepository
from db.repositories.integrity import InventoryRepository
from db.repositories.keypoints import KeypointRepository
from db.repositories.label_propagation import CustomTypeRepository, LabelPropagationRepository
from db.repositories.merges import MergeRepository
from db.repositories.outfits.planning import PackingListRepository, PlanRepository
from db.repositories.outfits.wear_log import OutfitRepository, WearRepository
from db.repositories.photos import PhotoRepository
from db.repositories.verdicts import VerdictRepository
from db.transfer.dump import Dump
from db.transfer.load import Loader
from db.vectors import column
from db.vectors.search import NeighbourRepository
from wardrobe_app.domain.garments.vocabulary import Vocabulary

__all__ = ["Dump", "ImportKeyTaken", "UnitOfWork", "Units"]


class UnitOfWork:
    """A transaction as a context manager, with the repositories that work in it.

    Between entering and leaving, the repositories exist, and so does ``vocabulary``: the tagger's types and the owner's
    custom types. Database errors come out as ``StorageFailed``.

    A ``writing`` unit waits for its turn and keeps other writers waiting, so keep it short. Reading units see one
    snapshot, wait for nobody and cannot be committed.
    """

    garments: GarmentRepository
    photos: PhotoRepository
    verdicts: VerdictRepository
    merges: MergeRepository
    duplicates: DuplicateReviewRepository
    deletion: DeletionRepository
    label_propagation: LabelPropagationRepository
    custom_types: CustomTypeRepository
    outfits: OutfitRepository
    matches: KeypointRepository
    neighbours: NeighbourRepository
    wears: WearRepository
    plans: PlanRepository
    packing_lists: PackingListRepository
    inventory: InventoryRepository
    dump: Dump
    loader: Loader
    vocabulary: Vocabulary

    def __init__(
        self, session_factory: sessionmaker[Session], vocabulary: Vocabulary, *, writing: bool = False
    ) -> None:
        self._session_factory = session_factory
        self._known_types = vocabulary
        self._writing = writing

    def __enter__(self) -> UnitOfWork:
        self._session = self._session_factory()
        self.custom_types = CustomTypeRepository(self._session)
        try:
            begin(self._session, writing=self._writing)
            self.vocabulary = self._known_types.with_own(self.custom_types.all())
        except SQLAlchemyError as error:
            self.__exit__(type(error), error, None)
            raise
        self.garments = GarmentRepository(self._session, self.vocabulary, writing=self._writing)
        self.photos = PhotoRepository(self._session)
        self.label_propagation = LabelPropagationRepository(self._session)
        self.verdicts = VerdictRepository(self._session)
        self.merges = MergeRepository(self._session)
        self.duplicates = DuplicateReviewRepository(self._session)
        self.deletion = DeletionRepository(self._session)
        self.outfits = OutfitRepository(self._session)
        self.matches = KeypointRepository(self._session)
        self.neighbours = NeighbourRepository(self._session, self.vocabulary)
        self.wears = WearRepository(self._session)
        self.plans = PlanRepository(self._session)
        self.packing_lists = PackingListRepository(self._session)
        self.inventory = InventoryRepository(self._session)
        self.dump = Dump(self._session.connection())
        self.loader = Loader(self._session.connection())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            with self._session:
                self._session.rollback()
        except SQLAlchemyError as broken:
            error = error or broken
        if isinstance(error, SQLAlchemyError):
            raise storage_failed(error) from error

    def learn_types(self) -> None:
        """Include the types that were created in this very unit."""
        self.vocabulary = self._known_types.with_own(self.custom_types.all())
        self.garments = GarmentRepository(self._session, self.vocabulary, writing=self._writing)

    def revision(self) -> str:
        """Return a token that changes with everything answers about garments depend on."""
        return revision(self._session)

    def missing_extensions(self) -> list[str]:
        """Return the PostgreSQL extensions that this wardrobe could use and does not have; none on SQLite."""
        connection = self._session.connection()
        if connection.dialect.name != "postgresql":
            return []
        found = {"vector": column.schema_of(connection) is not None, "pg_trgm": text_index.has_indexes(connection)}
        return [name for name, there in found.items() if not there]

    def commit(self) -> None:
        """Commit everything done so far.

        Raises:
            RuntimeError: the unit is not a writing one.
        """
        if not self._writing:
            raise RuntimeError("only a writing unit of work can be committed")
        before, changed = self.revision(), changed_garments(self._session)
        column.fill(self._session.connection())
        renew_revision(self._session)
        after = self.revision()
        self._session.commit()
        if changed is not None:
            record_changes(self._session, before, after, changed)

    def commit_keypoints(self) -> None:
        """Commit new keypoints alone; no answer depends on them, so the revision stays."""
        self._session.commit()


class Units(Protocol):
    """Creates units of work, for reading or for writing."""

    def __call__(self, *, writing: bool = False) -> UnitOfWork:
        """Return a unit of work that has not begun."""
        ...
