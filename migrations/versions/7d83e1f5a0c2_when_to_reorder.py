"""the stock below which a book is ordered again"""

import sqlalchemy as sa
from alembic import op

revision = "7d83e1f5a0c2"
down_revision = "0ac6f82b9d37"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("stock_level", sa.Column("reorder_below", sa.Integer(), nullable=True))


def downgrade():
    op.drop_column("stock_level", "reorder_below")
