"""what customers say about a book"""

import sqlalchemy as sa
from alembic import op

revision = "f40b7a6e3c98"
down_revision = "26e8d9c1f7b5"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "review",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("book_id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("rating", sa.SmallInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review")),
        sa.ForeignKeyConstraint(
            ["book_id"], ["book.id"], name=op.f("fk_review_book_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_review_customer_id")
        ),
        sa.UniqueConstraint("book_id", "customer_id", name=op.f("uq_review_book_id_customer_id")),
        sa.CheckConstraint("rating BETWEEN 1 AND 5", name=op.f("ck_review_rating_one_to_five")),
    )
    op.create_index(op.f("ix_review_customer_id"), "review", ["customer_id"])


def downgrade():
    op.drop_table("review")
