"""books and who wrote them"""

import sqlalchemy as sa
from alembic import op

revision = "8b2e6d4f1a93"
down_revision = "3f1c5a9e2b70"
branch_labels = None
depends_on = None

book_format = sa.Enum("hardcover", "paperback", "ebook", name="book_format")


def upgrade():
    op.create_table(
        "book",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("publisher_id", sa.Integer(), nullable=False),
        sa.Column("isbn", sa.String(13), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("format", book_format, nullable=False),
        sa.Column("price", sa.Numeric(8, 2), nullable=False),
        sa.Column("published", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_book")),
        sa.ForeignKeyConstraint(
            ["publisher_id"], ["publisher.id"], name=op.f("fk_book_publisher_id")
        ),
        sa.UniqueConstraint("isbn", name=op.f("uq_book_isbn")),
        sa.CheckConstraint("price >= 0", name=op.f("ck_book_price_not_negative")),
    )
    op.create_index(op.f("ix_book_publisher_id"), "book", ["publisher_id"])
    op.create_table(
        "book_author",
        sa.Column("book_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("book_id", "author_id", name=op.f("pk_book_author")),
        sa.ForeignKeyConstraint(
            ["book_id"], ["book.id"], name=op.f("fk_book_author_book_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["author_id"], ["author.id"], name=op.f("fk_book_author_author_id")
        ),
    )
    op.create_index(op.f("ix_book_author_author_id"), "book_author", ["author_id"])


def downgrade():
    op.drop_table("book_author")
    op.drop_table("book")
    # On PostgreSQL the type outlives its table; elsewhere this does nothing.
    book_format.drop(op.get_bind(), checkfirst=False)
