"""Priority of a crawl job

Revision ID: 002
Revises: 001
Create Date: 2025-10-28 10:12:40.310825
"""

import sqlalchemy as sa
from alembic import op

revision = "002"
down_revision = "001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "crawl_jobs",
        sa.Column("priority", sa.Integer(), server_default="0", nullable=False),
    )


def downgrade() -> None:
    op.drop_column("crawl_jobs", "priority")
