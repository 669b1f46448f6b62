"""publishers and authors"""

import sqlalchemy as sa
from alembic import op

revision = "3f1c5a9e2b70"
down_revision = None
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "publisher",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publisher")),
        sa.UniqueConstraint("name", name=op.f("uq_publisher_name")),
    )
    op.create_table(
        "author",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("family_name", sa.String(80), nullable=False),
        sa.Column("given_name", sa.String(80), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_author")),
    )
    op.create_index(
        op.f("ix_author_family_name_given_name"), "author", ["family_name", "given_name"]
    )


def downgrade():
    op.drop_index(op.f("ix_author_family_name_given_name"), table_name="author")
    op.drop_table("author")
    op.drop_table("publisher")
