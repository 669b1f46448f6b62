"""Create repository, crash and crash_rca

Revision ID: 9f3c21d07b54
Revises:
Create Date: 2025-09-02 09:14:27.618305

"""

import sqlalchemy as sa
from alembic import op

revision: str = "9f3c21d07b54"
down_revision: str | None = None
branch_labels: str | None = None
depends_on: str | None = None

strings = sa.ARRAY(sa.String()).with_variant(sa.JSON(), "mysql", "mariadb", "sqlite")


def upgrade() -> None:
    op.create_table(
        "repository",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "crash",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("component", sa.String(length=255), nullable=False),
        sa.Column("error_type", sa.String(length=255), nullable=False),
        sa.Column("severity", sa.String(length=50), nullable=False),
        sa.Column("status", sa.String(length=50), nullable=False),
        sa.Column("impacted_users", sa.Integer(), nullable=False),
        sa.Column("comment", sa.String(length=500), nullable=True),
        sa.Column("repository_id", sa.String(length=36), nullable=False),
        sa.Column("error_log", sa.String(length=500), nullable=True),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["repository_id"],
            ["repository.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_crash_created_at"), "crash", ["created_at"], unique=False)
    op.create_index(op.f("ix_crash_repository_id"), "crash", ["repository_id"], unique=False)
    op.create_index(op.f("ix_crash_severity"), "crash", ["severity"], unique=False)
    op.create_index(op.f("ix_crash_status"), "crash", ["status"], unique=False)
    op.create_table(
        "crash_rca",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("crash_id", sa.String(length=36), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("problem_identification", sa.Text(), nullable=True),
        sa.Column("data_collection", sa.Text(), nullable=True),
        sa.Column("analysis", sa.Text(), nullable=True),
        sa.Column("root_cause_identification", sa.Text(), nullable=True),
        sa.Column("solution", sa.Text(), nullable=True),
        sa.Column("author", strings, nullable=True),
        sa.Column("supporting_documents", strings, nullable=True),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["crash_id"],
            ["crash.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_crash_rca_crash_id"), "crash_rca", ["crash_id"], unique=False)


def downgrade() -> None:
    op.drop_table("crash_rca")
    op.drop_table("crash")
    op.drop_table("repository")
