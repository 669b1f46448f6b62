"""the country a customer lives in"""

import sqlalchemy as sa
from alembic import op

revision = "c2a94d7f60b8"
down_revision = "51d0c7a8e6b4"
branch_labels = None
depends_on = None

COUNTRIES = [
    {"code": "AT", "name": "Austria"},
    {"code": "CI", "name": "Côte d'Ivoire"},
    {"code": "DE", "name": "Germany"},
    {"code": "IE", "name": "Ireland"},
    {"code": "PT", "name": "Portugal"},
]


def customer_table(*more):
    """The table as this script meets it: SQLite rebuilds it, also where it cannot be read."""
    return sa.Table(
        "customer",
        sa.MetaData(),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(190), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("registered", sa.DateTime(), server_default=sa.func.now(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_customer"),
        sa.UniqueConstraint("email", name="uq_customer_email"),
        *more,
    )


def upgrade():
    country = op.create_table(
        "country",
        sa.Column("code", sa.String(2), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_country")),
    )
    op.bulk_insert(country, COUNTRIES)
    with op.batch_alter_table("customer", copy_from=customer_table()) as batch:
        batch.add_column(sa.Column("country_code", sa.String(2), nullable=True))
        batch.create_foreign_key(
            op.f("fk_customer_country_code"), "country", ["country_code"], ["code"]
        )
        batch.create_index(op.f("ix_customer_country_code"), ["country_code"])


def downgrade():
    before = customer_table(
        sa.Column("country_code", sa.String(2), nullable=True),
        sa.ForeignKeyConstraint(
            ["country_code"], ["country.code"], name="fk_customer_country_code"
        ),
        sa.Index("ix_customer_country_code", "country_code"),
    )
    with op.batch_alter_table("customer", copy_from=before) as batch:
        batch.drop_constraint(op.f("fk_customer_country_code"), type_="foreignkey")
        batch.drop_index(op.f("ix_customer_country_code"))
        batch.drop_column("country_code")
    op.drop_table("country")
