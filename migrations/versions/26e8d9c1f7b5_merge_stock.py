"""merge the stock history"""

revision = "26e8d9c1f7b5"
down_revision = (
    "b6592fd04e81",  # catalogue and sales
    "7d83e1f5a0c2",  # stock
)
branch_labels = None
depends_on = None


def upgrade():
    pass


def downgrade():
    pass
