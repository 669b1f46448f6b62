"""titles to sort by: without a leading article

The column is filled for the books that are there, by one statement that also works offline.
"""

import sqlalchemy as sa
from alembic import op

revision = "e94a7b3c2d15"
down_revision = "8b2e6d4f1a93"
branch_labels = None
depends_on = None

book = sa.table("book", sa.column("title", sa.String), sa.column("sort_title", sa.String))


def upgrade():
    op.add_column(
        "book", sa.Column("sort_title", sa.String(200), server_default="", nullable=False)
    )
    without_article = sa.case(
        (book.c.title.like("The %"), sa.func.substr(book.c.title, 5)),
        (book.c.title.like("An %"), sa.func.substr(book.c.title, 4)),
        (book.c.title.like("A %"), sa.func.substr(book.c.title, 3)),
        else_=book.c.title,
    )
    op.execute(book.update().values(sort_title=without_article))
    op.create_index(op.f("ix_book_sort_title"), "book", ["sort_title"])


def downgrade():
    op.drop_index(op.f("ix_book_sort_title"), table_name="book")
    op.drop_column("book", "sort_title")
