#include <gtest/gtest.h>

#include "lint_script.h"

namespace alembic_native::lint {
namespace {

TEST(ConcurrentlyInTransaction, FailsInBothFunctions) {
  const Told found{"concurrently-in-transaction: index \"ix\" on table \"user\""};
  const char* const create = "op.create_index('ix', 'user', ['a'], postgresql_concurrently=True)";
  EXPECT_EQ(upgrade_told(create), found);
  EXPECT_EQ(downgrade_told(create), found);
  EXPECT_EQ(upgrade_told("op.drop_index('ix', 'user', postgresql_concurrently=True)"), found);
  // So it does on a table that is new.
  EXPECT_EQ(upgrade_told("op.create_table('user')\n" + std::string(create)), found);
}

TEST(ConcurrentlyInTransaction, AsSql) {
  const Told found{"concurrently-in-transaction: index \"ix\""};
  for (const char* const sql :
       {"CREATE INDEX CONCURRENTLY ix ON t (a)",
        "create unique index concurrently if not exists ix on t(a)",
        "DROP INDEX CONCURRENTLY IF EXISTS shop.\"ix\"", "-- why\nDROP INDEX CONCURRENTLY ix"}) {
    EXPECT_EQ(upgrade_told("op.execute('''" + std::string(sql) + "''')"), found) << sql;
    EXPECT_EQ(upgrade_told("op.execute(sa.text('''" + std::string(sql) + "'''))"), found) << sql;
    EXPECT_EQ(upgrade_told("op.get_bind().execute(sa.text('''" + std::string(sql) + "'''))"),
              found);
  }
  EXPECT_EQ(upgrade_told("op.execute('REINDEX INDEX CONCURRENTLY ix')"),
            Told{"concurrently-in-transaction"});
  EXPECT_EQ(upgrade_told("op.execute(f'CREATE INDEX CONCURRENTLY {name} ON t (a)')"),
            Told{"concurrently-in-transaction"});
}

TEST(ConcurrentlyInTransaction, DetachedPartitions) {
  const Told found{"concurrently-in-transaction: partition \"stay_2019\""};
  for (const char* const sql :
       {"ALTER TABLE stay DETACH PARTITION stay_2019 CONCURRENTLY",
        "alter table if exists shop.\"stay\" detach partition shop.stay_2019 concurrently"}) {
    const std::string detach = "op.execute('" + std::string(sql) + "')";
    EXPECT_EQ(upgrade_told(detach), found) << sql;
    EXPECT_EQ(downgrade_told(detach), found) << sql;
    EXPECT_EQ(upgrade_told("with op.get_context().autocommit_block():\n    " + detach), Told{});
    EXPECT_EQ(upgrade_told(detach, mysql), Told{});
  }
  for (const char* const sql : {"ALTER TABLE stay DETACH PARTITION stay_2019",
                                "ALTER TABLE stay DETACH PARTITION stay_2019 FINALIZE",
                                "ALTER TABLE stay DETACH PARTITION concurrently"}) {
    EXPECT_EQ(upgrade_told("op.execute('" + std::string(sql) + "')"), Told{}) << sql;
  }
}

TEST(ConcurrentlyInTransaction, NotWithinAnAutocommitBlock) {
  const std::string create =
      "    op.create_index('ix', 'user', ['a'], postgresql_concurrently=True)";
  for (const char* const block :
       {"with op.get_context().autocommit_block():", "with context.autocommit_block():",
        "with (op.get_context().autocommit_block()):",
        "with (op.get_context().autocommit_block(), other()):",
        "with op.get_context().autocommit_block() as nothing:"}) {
    EXPECT_EQ(upgrade_told(std::string(block) + "\n" + create), Told{}) << block;
  }
  EXPECT_EQ(upgrade_told("with op.get_context().autocommit_block():\n    if flag:\n    " + create),
            Told{});
  EXPECT_EQ(upgrade_told("with op.get_context().autocommit_block(): op.execute('DROP INDEX "
                         "CONCURRENTLY ix')"),
            Told{});
}

TEST(ConcurrentlyInTransaction, IsToldBehindAnAutocommitBlock) {
  EXPECT_EQ(upgrade_told("with op.get_context().autocommit_block():\n    pass\n"
                         "op.execute('DROP INDEX CONCURRENTLY ix')"),
            Told{"concurrently-in-transaction: index \"ix\""});
}

TEST(ConcurrentlyInTransaction, NotWhereTheTransactionMayHaveEnded) {
  const std::string drop = "op.execute('DROP INDEX CONCURRENTLY ix')";
  for (const char* const before :
       {"op.execute('COMMIT')", "op.get_bind().commit()",
        "op.get_bind().execution_options(isolation_level='AUTOCOMMIT')"}) {
    EXPECT_EQ(upgrade_told(std::string(before) + "\n" + drop), Told{}) << before;
  }
  EXPECT_EQ(upgrade_told("with without_transaction():\n    " + drop), Told{});
  EXPECT_EQ(told("from alembic import op\n@outside\ndef upgrade():\n    " + drop + "\n"), Told{});
}

TEST(ConcurrentlyInTransaction, NearMisses) {
  EXPECT_EQ(upgrade_told("op.execute('REFRESH MATERIALIZED VIEW CONCURRENTLY totals')"), Told{});
  EXPECT_EQ(upgrade_told("op.execute(\"COMMENT ON INDEX ix IS 'made CONCURRENTLY'\")"), Told{});
  EXPECT_EQ(upgrade_told("op.execute('DROP INDEX CONCURRENTLY ix')", mysql), Told{});
}

TEST(EnumValueInTransaction, BeforePostgresql12) {
  const Dialect eleven{Dialect::Kind::postgresql, 1100};
  const Told found{"enum-value-in-transaction: type \"mood\""};
  EXPECT_EQ(upgrade_told("op.execute(\"ALTER TYPE mood ADD VALUE 'sad'\")", eleven), found);
  EXPECT_EQ(
      upgrade_told("op.execute(\"ALTER TYPE shop.mood ADD VALUE IF NOT EXISTS 'sad'\")", eleven),
      found);
  EXPECT_EQ(upgrade_told("op.execute(\"ALTER TYPE mood ADD VALUE 'sad'\")"), Told{});
  EXPECT_EQ(upgrade_told("op.execute(\"ALTER TYPE mood RENAME VALUE 'a' TO 'b'\")", eleven),
            Told{});
  EXPECT_EQ(upgrade_told("with op.get_context().autocommit_block():\n"
                         "    op.execute(\"ALTER TYPE mood ADD VALUE 'sad'\")",
                         eleven),
            Told{});
  EXPECT_EQ(upgrade_told("op.execute(\"CREATE TYPE mood AS ENUM ('ok')\")\n"
                         "op.execute(\"ALTER TYPE mood ADD VALUE 'sad'\")",
                         eleven),
            Told{});
}

TEST(DropEnumInUse, BeforeWhatFreesIt) {
  const Told found{"drop-enum-in-use: type \"mood\""};
  EXPECT_EQ(downgrade_told("op.execute('DROP TYPE mood')\nop.drop_column('user', 'mood')"), found);
  EXPECT_EQ(downgrade_told("sa.Enum(name='mood').drop(op.get_bind(), checkfirst=False)\n"
                           "op.drop_table('user')"),
            found);
  EXPECT_EQ(downgrade_told("postgresql.ENUM('a', name='mood').drop(op.get_bind())\n"
                           "op.alter_column('user', 'mood', type_=sa.Text())"),
            found);
  // upgrade() frees nothing at all.
  EXPECT_EQ(upgrade_told("op.execute('DROP TYPE IF EXISTS mood')"), found);
}

TEST(DropEnumInUse, NearMisses) {
  EXPECT_EQ(downgrade_told("op.drop_column('user', 'mood')\nop.execute('DROP TYPE mood')"), Told{});
  EXPECT_EQ(downgrade_told("op.execute('DROP TYPE mood')"), Told{});
  EXPECT_EQ(upgrade_told("op.execute('DROP TYPE mood CASCADE')"), Told{});
  EXPECT_EQ(upgrade_told("op.execute('ALTER TABLE t ALTER c TYPE text')\n"
                         "op.execute('DROP TYPE mood')"),
            Told{});
  EXPECT_EQ(upgrade_told("op.execute(\"CREATE TYPE mood AS ENUM ('a')\")\n"
                         "op.execute('DROP TYPE mood')"),
            Told{});
  EXPECT_EQ(upgrade_told("helper()\nop.execute('DROP TYPE mood')"), Told{});
  EXPECT_EQ(upgrade_told("op.execute('DROP TYPE mood')", sqlite), Told{});
}

}  // namespace
}  // namespace alembic_native::lint
