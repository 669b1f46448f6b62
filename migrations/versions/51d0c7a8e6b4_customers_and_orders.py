"""customers and their orders

First revision of the branch "sales": `alembic upgrade sales@head` stops before the stock tables.
"""

import sqlalchemy as sa
from alembic import op

revision = "51d0c7a8e6b4"
down_revision = "8b2e6d4f1a93"
branch_labels = ("sales",)
depends_on = None

order_status = sa.Enum("placed", "paid", "sent", "cancelled", name="order_status")


def upgrade():
    op.create_table(
        "customer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(190), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("registered", sa.DateTime(), server_default=sa.func.now(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer")),
        sa.UniqueConstraint("email", name=op.f("uq_customer_email")),
    )
    op.create_table(
        "customer_order",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("status", order_status, nullable=False),
        sa.Column("placed", sa.DateTime(), server_default=sa.func.now(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_order")),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_customer_order_customer_id")
        ),
    )
    op.create_index(op.f("ix_customer_order_customer_id"), "customer_order", ["customer_id"])
    op.create_table(
        "order_line",
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("book_id", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("unit_price", sa.Numeric(8, 2), nullable=False),
        sa.PrimaryKeyConstraint("order_id", "book_id", name=op.f("pk_order_line")),
        sa.ForeignKeyConstraint(
            ["order_id"],
            ["customer_order.id"],
            name=op.f("fk_order_line_order_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["book_id"], ["book.id"], name=op.f("fk_order_line_book_id")),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_order_line_quantity_positive")),
    )
    op.create_index(op.f("ix_order_line_book_id"), "order_line", ["book_id"])


def downgrade():
    op.drop_table("order_line")
    op.drop_table("customer_order")
    op.drop_table("customer")
    order_status.drop(op.get_bind(), checkfirst=False)
