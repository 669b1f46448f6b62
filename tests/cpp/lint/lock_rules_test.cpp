#include <gtest/gtest.h>

#include "lint_script.h"

namespace alembic_native::lint {
namespace {

TEST(IndexNotConcurrent, OnATableThatWasThere) {
  const Told found{"index-not-concurrent: index \"ix\" on table \"user\""};
  EXPECT_EQ(upgrade_told("op.create_index('ix', 'user', ['email'])"), found);
  EXPECT_EQ(upgrade_told("op.create_index(op.f('ix'), 'user', ['email'], unique=False)"), found);
  EXPECT_EQ(upgrade_told("op.create_index('ix', table_name='user', columns=['email'])"), found);
  EXPECT_EQ(upgrade_told("op.create_index('ix', 'user', [x], postgresql_concurrently=False)"),
            found);
  EXPECT_EQ(upgrade_told("with op.batch_alter_table('user') as batch_op:\n"
                         "    batch_op.create_index('ix', ['email'])"),
            found);
  EXPECT_EQ(upgrade_told("for name in names:\n    op.create_index('ix', 'user', ['email'])"),
            found);
}

TEST(IndexNotConcurrent, NamesTheSchema) {
  EXPECT_EQ(upgrade_told("op.create_index('ix', 'user', ['a'], schema='shop')"),
            Told{"index-not-concurrent: index \"ix\" on table \"shop.user\""});
}

TEST(IndexNotConcurrent, ColumnWithAnIndex) {
  EXPECT_EQ(upgrade_told("op.add_column('user', sa.Column('email', sa.Text(), index=True))"),
            Told{"index-not-concurrent: index on column \"email\" of table \"user\""});
  EXPECT_EQ(upgrade_told("op.add_column('user', sa.Column('email', sa.Text(), index=False))"),
            Told{});
}

TEST(IndexNotConcurrent, NotWhereTheTableIsMadeHere) {
  EXPECT_EQ(upgrade_told("op.create_table('user', sa.Column('id', sa.Integer()))\n"
                         "op.create_index('ix', 'user', ['email'])"),
            Told{});
  EXPECT_EQ(upgrade_told("op.execute('CREATE TABLE IF NOT EXISTS shop.\"user\" (id int)')\n"
                         "op.create_index('ix', 'user', ['email'])"),
            Told{});
  EXPECT_EQ(upgrade_told("op.execute('CREATE MATERIALIZED VIEW totals AS SELECT 1 AS a')\n"
                         "op.create_index('ix', 'totals', ['a'])"),
            Told{});
  EXPECT_EQ(upgrade_told("op.create_table('a')\nop.rename_table('a', 'b')\n"
                         "op.create_index('ix', 'b', ['email'])"),
            Told{});
}

TEST(IndexNotConcurrent, NotWhereAnyTableMayBeMadeHere) {
  for (const char* const maker :
       {"op.create_table(NAME)", "op.execute(STATEMENTS)",
        "Base.metadata.create_all(op.get_bind())", "op.execute('DO $$ BEGIN EXECUTE x; END $$')",
        "op.execute(f'CREATE TABLE {name} (id int)')", "User.__table__.create(op.get_bind())",
        "op.execute(open('schema.sql').read())"}) {
    EXPECT_EQ(upgrade_told(std::string(maker) + "\nop.create_index('ix', 'user', ['email'])"),
              Told{})
        << maker;
  }
  // The table is made by a function that is called here.
  EXPECT_EQ(told("from alembic import op\ndef make():\n    op.create_table('user')\n"
                 "def upgrade():\n    make()\n    op.create_index('ix', 'user', ['a'])\n"),
            Told{});
  EXPECT_EQ(told("from alembic import op\nfrom shop.migrations import create_user_table\n"
                 "def upgrade():\n    create_user_table()\n"
                 "    op.create_index('ix', 'user', ['a'])\n"),
            Told{});
}

TEST(IndexNotConcurrent, NotWhereSomethingIsUnknown) {
  EXPECT_EQ(upgrade_told("op.create_index('ix', TABLE, ['email'])"), Told{});
  EXPECT_EQ(upgrade_told("op.create_index('ix', 'user', ['a'], postgresql_concurrently=flag)"),
            Told{});
  EXPECT_EQ(upgrade_told("op.create_index('ix', 'user', ['a'], **options)"), Told{});
}

TEST(IndexNotConcurrent, PostgresqlOnlyAndUpgradeOnly) {
  for (const Dialect& dialect : {mysql, mariadb, sqlite}) {
    EXPECT_EQ(upgrade_told("op.create_index('ix', 'user', ['email'])", dialect), Told{});
  }
  EXPECT_EQ(downgrade_told("op.create_index('ix', 'user', ['email'])"), Told{});
}

TEST(DropIndexNotConcurrent, OfAnIndexThatWasThere) {
  EXPECT_EQ(upgrade_told("op.drop_index('ix', table_name='user')"),
            Told{"drop-index-not-concurrent: index \"ix\" on table \"user\""});
  EXPECT_EQ(upgrade_told("op.drop_index('ix', 'user')"),
            Told{"drop-index-not-concurrent: index \"ix\" on table \"user\""});
  EXPECT_EQ(upgrade_told("op.drop_index(op.f('ix'))"),
            Told{"drop-index-not-concurrent: index \"ix\""});
}

TEST(DropIndexNotConcurrent, NearMisses) {
  EXPECT_EQ(upgrade_told("op.drop_index('ix', 'user')\nop.drop_table('user')"),
            Told{"drop-table: table \"user\""});
  EXPECT_EQ(upgrade_told("op.create_table('user')\nop.create_index('ix', 'user', ['a'])\n"
                         "op.drop_index('ix')"),
            Told{});
  EXPECT_EQ(upgrade_told("op.drop_index(NAME, 'user')"), Told{});
  EXPECT_EQ(upgrade_told("op.drop_index('ix', table_name=TABLE)"), Told{});
  EXPECT_EQ(upgrade_told("with op.get_context().autocommit_block():\n"
                         "    op.drop_index('ix', 'user', postgresql_concurrently=True)"),
            Told{});
  EXPECT_EQ(upgrade_told("op.drop_index('ix', 'user')", mysql), Told{});
}

TEST(ConstraintNotValidMissing, ForeignKeysAndChecks) {
  EXPECT_EQ(upgrade_told("op.create_foreign_key('fk', 'order', 'user', ['user_id'], ['id'])"),
            Told{"constraint-not-valid-missing: foreign key \"fk\" on table \"order\""});
  EXPECT_EQ(upgrade_told("op.create_foreign_key(None, 'order', 'user', ['user_id'], ['id'])"),
            Told{"constraint-not-valid-missing: foreign key on table \"order\""});
  EXPECT_EQ(upgrade_told("op.create_check_constraint('ck', 'order', 'price > 0')"),
            Told{"constraint-not-valid-missing: check constraint \"ck\" on table \"order\""});
  EXPECT_EQ(upgrade_told("with op.batch_alter_table('order', schema=None) as b:\n"
                         "    b.create_foreign_key('fk', 'user', ['user_id'], ['id'])"),
            Told{"constraint-not-valid-missing: foreign key \"fk\" on table \"order\""});
  EXPECT_EQ(
      upgrade_told(
          "op.add_column('order', sa.Column('user_id', sa.Integer(), sa.ForeignKey('user.id')))"),
      Told{"constraint-not-valid-missing: foreign key on column \"user_id\" of table \"order\""});
}

TEST(ConstraintNotValidMissing, CheckOfAnAddedColumn) {
  const Told found{
      "constraint-not-valid-missing: check constraint on column \"price\" of table \"order\""};
  EXPECT_EQ(upgrade_told("op.add_column('order', sa.Column('price', sa.Integer(), "
                         "sa.CheckConstraint('price > 0')))"),
            found);
  // It comes with the column, whatever is said of references, and cannot be left unchecked.
  EXPECT_EQ(upgrade_told("op.add_column('order', sa.Column('price', sa.Integer(), "
                         "sa.CheckConstraint('price > 0', postgresql_not_valid=True)), "
                         "inline_references=True)"),
            found);
}

TEST(ConstraintNotValidMissing, NearMisses) {
  EXPECT_EQ(upgrade_told("op.create_foreign_key('fk', 'order', 'user', ['a'], ['id'], "
                         "postgresql_not_valid=True)"),
            Told{});
  // The table is new: nothing has to be checked.
  EXPECT_EQ(upgrade_told("op.create_table('order')\n"
                         "op.create_foreign_key('fk', 'order', 'user', ['a'], ['id'])"),
            Told{});
  // PostgreSQL checks no row where a column comes with its reference.
  EXPECT_EQ(upgrade_told("op.add_column('order', sa.Column('a', sa.Integer(), "
                         "sa.ForeignKey('user.id')), inline_references=True)"),
            Told{});
  EXPECT_EQ(upgrade_told("op.add_column('order', sa.Column('a', sa.Integer(), "
                         "sa.ForeignKey('user.id', postgresql_not_valid=True)))"),
            Told{});
  EXPECT_EQ(upgrade_told("op.create_table('order')\nop.add_column('order', sa.Column('a', "
                         "sa.Integer(), sa.CheckConstraint('a > 0')))"),
            Told{});
  EXPECT_EQ(upgrade_told("op.create_check_constraint('ck', 'order', 'price > 0')", mysql), Told{});
}

TEST(UniqueConstraintScan, OnATableThatWasThere) {
  EXPECT_EQ(upgrade_told("op.create_unique_constraint('uq', 'user', ['email'])"),
            Told{"unique-constraint-scan: unique constraint \"uq\" on table \"user\""});
  EXPECT_EQ(
      upgrade_told("op.add_column('user', sa.Column('email', sa.Text(), unique=True))"),
      Told{"unique-constraint-scan: unique constraint on column \"email\" of table \"user\""});
  EXPECT_EQ(
      upgrade_told("op.add_column('user', sa.Column('email', sa.Text(), unique=True, index=True))"),
      Told{"index-not-concurrent: unique index on column \"email\" of table \"user\""});
  EXPECT_EQ(upgrade_told("op.create_table('user')\n"
                         "op.create_unique_constraint('uq', 'user', ['email'])"),
            Told{});
  EXPECT_EQ(upgrade_told("op.create_unique_constraint('uq', 'user', ['email'])", mariadb), Told{});
}

TEST(UniqueConstraintScan, ExclusionConstraints) {
  const std::string create =
      "op.create_exclude_constraint('ex', 'stay', ('during', '&&'), using='gist')";
  const Told found{"unique-constraint-scan: exclusion constraint \"ex\" on table \"stay\""};
  EXPECT_EQ(upgrade_told(create), found);
  EXPECT_EQ(upgrade_told("with op.batch_alter_table('stay') as b:\n"
                         "    b.create_exclude_constraint('ex', ('during', '&&'), using='gist')"),
            found);
  EXPECT_EQ(upgrade_told("op.create_table('stay')\n" + create), Told{});
  EXPECT_EQ(upgrade_told("op.create_exclude_constraint('ex', TABLE, ('during', '&&'))"), Told{});
  EXPECT_EQ(upgrade_told(create, mysql), Told{});
}

TEST(SetNotNullScan, OnATableThatWasThere) {
  const Told found{"set-not-null-scan: column \"email\" of table \"user\""};
  EXPECT_EQ(upgrade_told("op.alter_column('user', 'email', nullable=False)"), found);
  EXPECT_EQ(upgrade_told("op.alter_column('user', 'email', existing_type=sa.Text(), "
                         "nullable=False)"),
            found);
  EXPECT_EQ(upgrade_told("with op.batch_alter_table('user') as b:\n"
                         "    b.alter_column('email', nullable=False)"),
            found);
}

TEST(SetNotNullScan, NotWhereACheckProvesIt) {
  const std::string validated =
      "op.execute('ALTER TABLE \"user\" VALIDATE CONSTRAINT ck')\n"
      "op.alter_column('user', 'email', nullable=False)";
  const std::string dropped =
      "op.alter_column('user', 'email', nullable=False)\n"
      "op.drop_constraint('ck', 'user', type_='check')";
  const Dialect eleven{Dialect::Kind::postgresql, 1100};
  for (const std::string& upgrade : {validated, dropped}) {
    EXPECT_EQ(upgrade_told(upgrade), Told{});
    EXPECT_EQ(upgrade_told(upgrade, eleven),
              Told{"set-not-null-scan: column \"email\" of table \"user\""});
  }
  EXPECT_EQ(upgrade_told("op.alter_column('user', 'email', nullable=False)\n"
                         "op.drop_constraint('fk', 'user', type_='foreignkey')"),
            Told{"set-not-null-scan: column \"email\" of table \"user\""});
}

TEST(SetNotNullScan, NearMisses) {
  EXPECT_EQ(upgrade_told("op.alter_column('user', 'email', nullable=True)"), Told{});
  EXPECT_EQ(upgrade_told("op.alter_column('user', 'email', nullable=flag)"), Told{});
  EXPECT_EQ(upgrade_told("op.alter_column('user', 'email', existing_nullable=False, comment='x')"),
            Told{});
  EXPECT_EQ(upgrade_told("op.alter_column('user', 'email', nullable=False, "
                         "existing_nullable=False)"),
            Told{});
  EXPECT_EQ(upgrade_told("op.alter_column('user', 'email', nullable=False)", mysql), Told{});
}

TEST(PrimaryKeyChange, OnATableThatWasThere) {
  EXPECT_EQ(upgrade_told("op.create_primary_key('pk', 'user', ['id'])"),
            Told{"primary-key-change: primary key \"pk\" on table \"user\""});
  EXPECT_EQ(upgrade_told("op.create_table('user')\nop.create_primary_key('pk', 'user', ['id'])"),
            Told{});
  EXPECT_EQ(upgrade_told("op.create_primary_key('pk', 'user', ['id'])", sqlite), Told{});
}

}  // namespace
}  // namespace alembic_native::lint
