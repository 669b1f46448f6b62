#include <gtest/gtest.h>

#include "lint_script.h"

namespace alembic_native::lint {
namespace {

const std::string add_column = "op.add_column('user', sa.Column('c', sa.Text()))\n";

TEST(DataAndSchemaTogether, OnATableThatWasThere) {
  const Told found{"data-and-schema-together: table \"user\""};
  EXPECT_EQ(
      upgrade_told(add_column + "op.execute(\"UPDATE \\\"user\\\" SET c = 'x' WHERE id < 9\")"),
      found);
  EXPECT_EQ(upgrade_told(add_column + "op.execute('DELETE FROM user WHERE c IS NULL')"), found);
  EXPECT_EQ(upgrade_told("op.execute('INSERT INTO user (id) VALUES (1)')\n" + add_column), found);
  EXPECT_EQ(upgrade_told("op.execute('ALTER TABLE user ADD COLUMN c text')\n"
                         "op.execute('INSERT INTO user (id) VALUES (1)')"),
            found);
  EXPECT_EQ(upgrade_told(add_column + "op.bulk_insert(users, [{'c': 'x'}])"),
            Told{"data-and-schema-together"});
  EXPECT_EQ(upgrade_told(add_column + "op.execute(users.update().where(x).values(c='x'))"),
            Told{"data-and-schema-together"});
  EXPECT_EQ(upgrade_told("connection = op.get_bind()\n" + add_column +
                         "connection.execute(sa.text('DELETE FROM user WHERE c IS NULL'))"),
            found);
}

TEST(DataAndSchemaTogether, NearMisses) {
  EXPECT_EQ(upgrade_told("op.create_table('kind')\nop.bulk_insert(kinds, [{'id': 1}])"), Told{});
  EXPECT_EQ(upgrade_told("op.execute('DELETE FROM user WHERE c IS NULL')"), Told{});
  EXPECT_EQ(upgrade_told(add_column + "op.execute('SELECT 1')"), Told{});
  EXPECT_EQ(upgrade_told(add_column + "op.execute(sa.select(users.c.id))"), Told{});
  EXPECT_EQ(upgrade_told(add_column + "with op.get_context().autocommit_block():\n"
                                      "    op.execute('DELETE FROM user WHERE c IS NULL')"),
            Told{});
}

TEST(UnboundedUpdate, OfEveryRow) {
  const Told found{"unbounded-update: table \"user\""};
  for (const Dialect& dialect : {postgresql, mysql, mariadb, sqlite}) {
    for (const char* const sql :
         {"UPDATE user SET a = 1", "DELETE FROM user", "update only shop.user set a = 1;",
          "UPDATE user SET a = (SELECT b FROM t WHERE t.id = user.id)",
          "UPDATE user SET a = 'where' -- where"}) {
      EXPECT_EQ(upgrade_told("op.execute(\"\"\"" + std::string(sql) + "\"\"\")", dialect), found)
          << sql;
    }
  }
  EXPECT_EQ(upgrade_told("op.execute(sa.update(users).values(a=1))"), Told{"unbounded-update"});
  EXPECT_EQ(upgrade_told("op.execute(users.delete())"), Told{"unbounded-update"});
}

TEST(UnboundedUpdate, NearMisses) {
  for (const char* const sql :
       {"'UPDATE user SET a = 1 WHERE id < 9'", "'DELETE FROM user LIMIT 100'",
        "'UPDATE a JOIN b ON a.id = b.id SET a.x = 1'", "'DELETE FROM a USING b'",
        "f'UPDATE user SET a = 1 {condition}'", "'UPDATE user SET a = 1' + condition", "statement",
        "'INSERT INTO user SELECT 1'", "users.update().where(users.c.id < 9).values(a=1)",
        "sa.update(users).values(a=1).where(x)", "users.insert().values(a=1)"}) {
    EXPECT_EQ(upgrade_told("op.execute(" + std::string(sql) + ")"), Told{}) << sql;
  }
  EXPECT_EQ(upgrade_told("op.create_table('user')\nop.execute('UPDATE user SET a = 1')"), Told{});
  EXPECT_EQ(upgrade_told("op.create_table('user')\nop.execute(users.update().values(a=1))"),
            Told{});
  EXPECT_EQ(downgrade_told("op.execute('UPDATE user SET a = 1')"), Told{});
}

}  // namespace
}  // namespace alembic_native::lint
