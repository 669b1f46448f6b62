"""create threads table

Revision ID: 001
Revises:
Create Date: 2025-11-04 11:30:00
"""

import sqlalchemy as sa
from alembic import op

revision = "001"
down_revision = None
branch_labels = None
depends_on = None

platform = sa.Enum("sherab", "webuddhist", "webuddhist-app", name="platform")


def upgrade():
    op.create_table(
        "threads",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.String(length=255), nullable=False),
        sa.Column("created_at", sa.DateTime(), server_default=sa.func.now(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), server_default=sa.func.now(), nullable=False),
        sa.Column("is_deleted", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("platform", platform, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_threads_email", "threads", ["email"])
    op.create_index("ix_threads_created_at", "threads", ["created_at"])


def downgrade():
    op.drop_table("threads")
    # PostgreSQL keeps the type.
    platform.drop(op.get_bind(), checkfirst=True)
