"""Hash of an image

Revision ID: 003
Revises: 002
Create Date: 2025-11-03 16:47:02.951120
"""

import sqlalchemy as sa
from alembic import op

revision = "003"
down_revision = "002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("images", sa.Column("content_hash", sa.String(length=64), nullable=True))


def downgrade() -> None:
    op.drop_column("images", "content_hash")
