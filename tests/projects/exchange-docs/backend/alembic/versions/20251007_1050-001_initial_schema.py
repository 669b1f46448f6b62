"""Initial schema

Revision ID: 001
Revises:
Create Date: 2025-10-07 10:50:00+00:00
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "001"
down_revision = None
branch_labels = None
depends_on = None

SET_UPDATED_AT = """
CREATE FUNCTION set_updated_at() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.updated_at = clock_timestamp();
    RETURN NEW;
END
$$
"""


def key() -> sa.Column:
    return sa.Column(
        "id",
        postgresql.UUID(),
        server_default=sa.text("gen_random_uuid()"),
        primary_key=True,
    )


def moment(name: str) -> sa.Column:
    return sa.Column(name, postgresql.TIMESTAMP(), server_default=sa.text("now()"), nullable=False)


def upgrade() -> None:
    op.create_table(
        "documents",
        key(),
        sa.Column("title", sa.String(255), nullable=False),
        sa.Column("version", sa.String(50), nullable=False),
        moment("upload_date"),
        sa.Column("file_path", sa.String(500), nullable=False),
        sa.Column("page_count", sa.Integer()),
        sa.Column("processing_status", sa.String(50), server_default="pending", nullable=False),
        sa.Column("metadata", postgresql.JSONB()),
        moment("created_at"),
        moment("updated_at"),
    )
    op.create_table(
        "sections",
        key(),
        sa.Column(
            "document_id",
            postgresql.UUID(),
            sa.ForeignKey("documents.id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(500), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("page_number", sa.Integer()),
        sa.Column("parent_id", postgresql.UUID(), sa.ForeignKey("sections.id", ondelete="CASCADE")),
        sa.Column("order_index", sa.Integer(), nullable=False),
        sa.Column(
            "search_vector",
            postgresql.TSVECTOR(),
            sa.Computed("to_tsvector('english', title || ' ' || content)", persisted=True),
        ),
        moment("created_at"),
        moment("updated_at"),
    )
    op.create_index("idx_documents_status", "documents", ["processing_status"])
    op.create_index("idx_sections_document", "sections", ["document_id"])
    op.create_index("idx_sections_parent", "sections", ["parent_id"])
    op.create_index("idx_sections_order", "sections", ["document_id", "order_index"])
    op.create_index("idx_sections_fts", "sections", ["search_vector"], postgresql_using="gin")
    op.execute(SET_UPDATED_AT)
    for table in ("documents", "sections"):
        op.execute(
            f"CREATE TRIGGER {table}_updated_at BEFORE UPDATE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION set_updated_at()"
        )


def downgrade() -> None:
    op.drop_table("sections")
    op.drop_table("documents")
    op.execute("DROP FUNCTION set_updated_at()")
