"""merge the sales branch back into the catalogue"""

revision = "b6592fd04e81"
down_revision = ("e94a7b3c2d15", "c2a94d7f60b8")
branch_labels = None
depends_on = None


def upgrade():
    pass


def downgrade():
    pass
