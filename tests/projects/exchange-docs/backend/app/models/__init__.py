"""Documents and their sections. Triggers of the database set `updated_at`."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import Computed, ForeignKey, Index, String, Text, text
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP, TSVECTOR, UUID
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

NOW = text("now()")
SEARCHED = "to_tsvector('english'::regconfig, title::text || ' '::text || content)"


class Base(DeclarativeBase):
    pass


class Document(Base):
    __tablename__ = "documents"

    id: Mapped[uuid.UUID] = mapped_column(
        UUID, primary_key=True, server_default=text("gen_random_uuid()")
    )
    title: Mapped[str] = mapped_column(String(255))
    version: Mapped[str] = mapped_column(String(50))
    upload_date: Mapped[datetime] = mapped_column(TIMESTAMP, server_default=NOW)
    file_path: Mapped[str] = mapped_column(String(500))
    page_count: Mapped[int | None]
    processing_status: Mapped[str] = mapped_column(String(50), server_default="pending")
    # `metadata` is taken by the class.
    document_metadata: Mapped[dict[str, Any] | None] = mapped_column("metadata", JSONB)
    created_at: Mapped[datetime] = mapped_column(TIMESTAMP, server_default=NOW)
    updated_at: Mapped[datetime] = mapped_column(TIMESTAMP, server_default=NOW)

    sections: Mapped[list["Section"]] = relationship(back_populates="document")

    __table_args__ = (Index("idx_documents_status", "processing_status"),)


class Section(Base):
    __tablename__ = "sections"

    id: Mapped[uuid.UUID] = mapped_column(
        UUID, primary_key=True, server_default=text("gen_random_uuid()")
    )
    document_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("documents.id", ondelete="CASCADE"))
    level: Mapped[int]
    title: Mapped[str] = mapped_column(String(500))
    content: Mapped[str] = mapped_column(Text)
    page_number: Mapped[int | None]
    parent_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("sections.id", ondelete="CASCADE")
    )
    order_index: Mapped[int]
    search_vector: Mapped[str | None] = mapped_column(TSVECTOR, Computed(SEARCHED, persisted=True))
    created_at: Mapped[datetime] = mapped_column(TIMESTAMP, server_default=NOW)
    updated_at: Mapped[datetime] = mapped_column(TIMESTAMP, server_default=NOW)

    document: Mapped[Document] = relationship(back_populates="sections")

    __table_args__ = (
        Index("idx_sections_document", "document_id"),
        Index("idx_sections_parent", "parent_id"),
        Index("idx_sections_order", "document_id", "order_index"),
        Index("idx_sections_fts", "search_vector", postgresql_using="gin"),
    )
