"""warehouses and what lies in them

A history of its own, with the label "stock"; it needs the books to be there.
"""

import sqlalchemy as sa
from alembic import op

revision = "0ac6f82b9d37"
down_revision = None
branch_labels = ("stock",)
depends_on = "8b2e6d4f1a93"


def upgrade():
    op.create_table(
        "warehouse",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_warehouse")),
        sa.UniqueConstraint("name", name=op.f("uq_warehouse_name")),
    )
    op.create_table(
        "stock_level",
        sa.Column("warehouse_id", sa.Integer(), nullable=False),
        sa.Column("book_id", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("warehouse_id", "book_id", name=op.f("pk_stock_level")),
        sa.ForeignKeyConstraint(
            ["warehouse_id"], ["warehouse.id"], name=op.f("fk_stock_level_warehouse_id")
        ),
        sa.ForeignKeyConstraint(["book_id"], ["book.id"], name=op.f("fk_stock_level_book_id")),
    )
    op.create_index(op.f("ix_stock_level_book_id"), "stock_level", ["book_id"])


def downgrade():
    op.drop_table("stock_level")
    op.drop_table("warehouse")
