"""Crashes, the repositories they happened in, and what their causes were found to be.

The models serve two settings: PostgreSQL, and TiDB, which speaks MySQL's protocol. There are no
arrays there, so lists of strings are JSON.
"""

from datetime import datetime

from sqlalchemy import ARRAY, JSON, DateTime, ForeignKey, String, Text, func
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

Key = String(36)
Strings = ARRAY(String).with_variant(JSON(), "mysql", "mariadb", "sqlite")


class Base(DeclarativeBase):
    pass


class Timestamps:
    created_at: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), server_default=func.now(), sort_order=1
    )
    updated_at: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), server_default=func.now(), onupdate=func.now(), sort_order=1
    )


class Repository(Timestamps, Base):
    __tablename__ = "repository"

    id: Mapped[str] = mapped_column(Key, primary_key=True)
    name: Mapped[str] = mapped_column(String(255))
    url: Mapped[str] = mapped_column(String(500))
    description: Mapped[str] = mapped_column(Text)

    crashes: Mapped[list["Crash"]] = relationship(back_populates="repository")


class Crash(Timestamps, Base):
    __tablename__ = "crash"

    id: Mapped[str] = mapped_column(Key, primary_key=True)
    component: Mapped[str] = mapped_column(String(255))
    error_type: Mapped[str] = mapped_column(String(255))
    severity: Mapped[str] = mapped_column(String(50), index=True)
    status: Mapped[str] = mapped_column(String(50), index=True)
    impacted_users: Mapped[int]
    comment: Mapped[str | None] = mapped_column(String(500))
    repository_id: Mapped[str] = mapped_column(ForeignKey("repository.id"), index=True)
    error_log: Mapped[str | None] = mapped_column(String(500))
    created_at: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), server_default=func.now(), sort_order=1, index=True
    )

    repository: Mapped[Repository] = relationship(back_populates="crashes")
    analyses: Mapped[list["CrashRCA"]] = relationship(back_populates="crash")


class CrashRCA(Timestamps, Base):
    """The analysis of a crash's root cause."""

    __tablename__ = "crash_rca"

    id: Mapped[str] = mapped_column(Key, primary_key=True)
    crash_id: Mapped[str] = mapped_column(ForeignKey("crash.id"), index=True)
    description: Mapped[str | None] = mapped_column(Text)
    problem_identification: Mapped[str | None] = mapped_column(Text)
    data_collection: Mapped[str | None] = mapped_column(Text)
    analysis: Mapped[str | None] = mapped_column(Text)
    root_cause_identification: Mapped[str | None] = mapped_column(Text)
    solution: Mapped[str | None] = mapped_column(Text)
    author: Mapped[list[str] | None] = mapped_column(Strings)
    supporting_documents: Mapped[list[str] | None] = mapped_column(Strings)

    crash: Mapped[Crash] = relationship(back_populates="analyses")
