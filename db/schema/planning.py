"""Define the tables of what is planned: outfits on days to come, and packing lists."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from db.schema.tables import Base


class PlanRow(Base):
    """Garments to wear together on a day, or on every so many days from it to the last one."""

    __tablename__ = "plan"
    __table_args__ = (CheckConstraint("every_days >= 1", name="every_days_positive"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    starts_on: Mapped[date] = mapped_column(index=True)
    every_days: Mapped[int | None]
    until: Mapped[date | None]

    items: Mapped[list[PlanItemRow]] = relationship(
        order_by="PlanItemRow.position", cascade="all, delete-orphan", passive_deletes=True
    )
    skips: Mapped[list[PlanSkipRow]] = relationship(cascade="all, delete-orphan", passive_deletes=True)


class PlanItemRow(Base):
    """A garment of a plan."""

    __tablename__ = "plan_item"

    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id", ondelete="CASCADE"), primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"), primary_key=True, index=True)
    position: Mapped[int]


class PlanSkipRow(Base):
    """A day on which a plan that repeats does not count."""

    __tablename__ = "plan_skip"

    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id", ondelete="CASCADE"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)


class PackingListRow(Base):
    """What to take along on a trip of so many days."""

    __tablename__ = "packing_list"
    __table_args__ = (CheckConstraint("days >= 1", name="days_positive"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    starts_on: Mapped[date | None]
    days: Mapped[int]
    note: Mapped[str] = mapped_column(String(500), default="", server_default="")
    created_at: Mapped[datetime]

    lines: Mapped[list[PackingLineRow]] = relationship(
        order_by="PackingLineRow.position", cascade="all, delete-orphan", passive_deletes=True
    )


class PackingLineRow(Base):
    """A garment to pack, or something else in words."""

    __tablename__ = "packing_line"

    id: Mapped[int] = mapped_column(primary_key=True)
    list_id: Mapped[int] = mapped_column(ForeignKey("packing_list.id", ondelete="CASCADE"), index=True)
    item_id: Mapped[int | None] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"), index=True)
    text: Mapped[str] = mapped_column(String(200), default="", server_default="")
    packed: Mapped[bool] = mapped_column(default=False, server_default=false())
    position: Mapped[int]
