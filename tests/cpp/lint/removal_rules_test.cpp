#include <gtest/gtest.h>

#include "lint_script.h"

namespace alembic_native::lint {
namespace {

TEST(Removals, OfWhatCodeMayUseOnEveryDatabase) {
  for (const Dialect& dialect : {postgresql, mysql, mariadb, sqlite}) {
    EXPECT_EQ(upgrade_told("op.drop_column('user', 'email')", dialect),
              Told{"drop-column: column \"email\" of table \"user\""});
    EXPECT_EQ(upgrade_told("op.drop_table('user')", dialect), Told{"drop-table: table \"user\""});
    EXPECT_EQ(upgrade_told("op.rename_table('user', 'account')", dialect),
              Told{"rename-table: table \"user\""});
    EXPECT_EQ(upgrade_told("op.alter_column('user', 'mail', new_column_name='email')", dialect),
              Told{"rename-column: column \"mail\" of table \"user\""});
  }
}

TEST(Removals, WithinABatch) {
  EXPECT_EQ(upgrade_told("with op.batch_alter_table('user', schema='shop') as batch_op:\n"
                         "    batch_op.drop_column('email')\n"
                         "    batch_op.alter_column('a', new_column_name='b')"),
            (Told{"drop-column: column \"email\" of table \"shop.user\"",
                  "rename-column: column \"a\" of table \"shop.user\""}));
}

TEST(Removals, NotOfWhatThisRevisionMakes) {
  EXPECT_EQ(upgrade_told("op.create_table('t')\nop.drop_column('t', 'c')\nop.drop_table('t')"),
            Told{});
  EXPECT_EQ(upgrade_told("op.add_column('user', sa.Column('c', sa.Text()))\n"
                         "op.alter_column('user', 'c', new_column_name='d')\n"
                         "op.drop_column('user', 'c')"),
            Told{});
  EXPECT_EQ(upgrade_told("op.create_table('a')\nop.rename_table('a', 'b')"), Told{});
}

TEST(DropTable, IsToldWhereTheTableIsMadeAnewBehindIt) {
  EXPECT_EQ(upgrade_told("op.drop_table('user')\nop.create_table('user')"),
            Told{"drop-table: table \"user\""});
}

TEST(RenameTable, NotWhereAViewOfTheOldNameIsLeft) {
  EXPECT_EQ(upgrade_told("op.rename_table('user', 'account')\n"
                         "op.execute('CREATE OR REPLACE VIEW \"user\" AS SELECT * FROM account')"),
            Told{});
}

TEST(RenameColumn, NotWhereTheNameStays) {
  EXPECT_EQ(upgrade_told("op.alter_column('user', 'a', new_column_name='a')"), Told{});
  EXPECT_EQ(upgrade_told("op.alter_column('user', 'a', new_column_name=None)"), Told{});
  EXPECT_EQ(upgrade_told("op.alter_column('user', 'a', new_column_name=NAME)"), Told{});
}

TEST(Removals, NotInADowngrade) {
  EXPECT_EQ(downgrade_told("op.drop_column('user', 'email')\nop.drop_table('user')"), Told{});
}

}  // namespace
}  // namespace alembic_native::lint
