#include <gtest/gtest.h>

#include "lint_script.h"

namespace alembic_native::lint {
namespace {

std::string add_column(const std::string& arguments) {
  return "op.add_column('user', sa.Column('c', " + arguments + "))";
}

std::string change_type(const std::string& from, const std::string& to) {
  return "with op.batch_alter_table('user') as b:\n    b.alter_column('c', existing_type=" + from +
         ", type_=" + to + ")";
}

TEST(AddRequiredColumn, OnATableThatWasThere) {
  const Told found{"add-required-column: column \"c\" of table \"user\""};
  for (const Dialect& dialect : {postgresql, mysql, mariadb, sqlite}) {
    EXPECT_EQ(upgrade_told(add_column("sa.Text(), nullable=False"), dialect), found);
  }
  EXPECT_EQ(upgrade_told(add_column("sa.Text(), nullable=False, server_default=None")), found);
  EXPECT_EQ(upgrade_told(add_column("sa.Text(), nullable=False, default='python only'")), found);
  EXPECT_EQ(upgrade_told(add_column("sa.Text(), nullable=False, server_default=sa.text('NULL')")),
            found);
  EXPECT_EQ(upgrade_told(add_column("sa.Text(), nullable=False, server_default=sa.null()")), found);
  EXPECT_EQ(upgrade_told("from sqlalchemy import Column as C\n"
                         "op.add_column('user', C('c', sa.Text, nullable=False))"),
            found);
  EXPECT_EQ(upgrade_told("with op.batch_alter_table('user') as batch_op:\n"
                         "    batch_op.add_column(sa.Column('c', sa.Text(), nullable=False))"),
            found);
  EXPECT_EQ(upgrade_told("if flag:\n    " + add_column("sa.Text(), nullable=False")), found);
}

TEST(AddRequiredColumn, NearMisses) {
  for (const char* const arguments :
       {"sa.Text()", "sa.Text(), nullable=True", "sa.Text(), nullable=flag",
        "sa.Text(), nullable=False, server_default=''",
        "sa.Text(), nullable=False, server_default=DEFAULT",
        "sa.Text(), nullable=False, server_default='NULL'",
        "sa.Text(), nullable=False, server_default=sa.text('nullif(1, 2)')",
        "sa.Integer(), sa.Computed('a + b'), nullable=False",
        "sa.Integer(), sa.Sequence('s'), nullable=False", "sa.Integer(), SOMETHING, nullable=False",
        "sa.Text(), primary_key=True, nullable=False", "sa.Integer(), nullable=False, **more",
        "*parts, nullable=False"}) {
    EXPECT_EQ(upgrade_told(add_column(arguments)), Told{}) << arguments;
  }
  EXPECT_EQ(upgrade_told("op.create_table('user')\n" + add_column("sa.Text(), nullable=False")),
            Told{});
  EXPECT_EQ(upgrade_told("op.add_column(TABLE, sa.Column('c', sa.Text(), nullable=False))"),
            Told{});
  EXPECT_EQ(upgrade_told("op.add_column('user', COLUMN)"), Told{});
  EXPECT_EQ(downgrade_told(add_column("sa.Text(), nullable=False")), Told{});
}

TEST(VolatileDefault, GivesEachRowAValueOfItsOwn) {
  const Told found{"volatile-default: column \"c\" of table \"user\""};
  for (const char* const value :
       {"sa.text('gen_random_uuid()')", "sa.text('(random() * 100)::int')",
        "sa.func.clock_timestamp()", "sa.func.uuid_generate_v4()",
        "sa.text(\"nextval('numbers'::regclass)\")"}) {
    EXPECT_EQ(upgrade_told(add_column(std::string("sa.Text(), server_default=") + value)), found)
        << value;
  }
  EXPECT_EQ(upgrade_told(add_column("sa.Integer(), sa.Identity(always=True), nullable=False")),
            found);
}

TEST(VolatileDefault, ColumnsThatTheDatabaseFillsIn) {
  const Told found{"volatile-default: column \"c\" of table \"user\""};
  for (const char* const arguments :
       {"sa.Integer, primary_key=True", "sa.BigInteger(), primary_key=True, nullable=False",
        "sa.Integer(), primary_key=True, autoincrement=True, server_default=None",
        "type_=sa.SmallInteger(), primary_key=True, autoincrement='auto'",
        "sa.Integer(), sa.Identity(), primary_key=True",
        "sa.Integer(), sa.Computed('a + b', persisted=True)",
        "sa.Integer(), sa.Computed('a + b', True), nullable=False"}) {
    EXPECT_EQ(upgrade_told(add_column(arguments)), found) << arguments;
    EXPECT_EQ(upgrade_told(add_column(arguments), mysql), Told{}) << arguments;
    EXPECT_EQ(upgrade_told("op.create_table('user')\n" + add_column(arguments)), Told{});
  }
}

TEST(VolatileDefault, NotWhereTheDatabaseFillsInNothing) {
  for (const char* const arguments :
       {"sa.Text(), primary_key=True", "sa.Integer(), primary_key=True, autoincrement=False",
        "sa.Integer(), primary_key=True, server_default='1'",
        "sa.Integer(), primary_key=True, default=1", "sa.Integer(), primary_key=flag",
        "sa.Integer(), sa.Sequence('s'), primary_key=True", "GUID(), primary_key=True",
        "sa.Integer(), autoincrement=True", "sa.Integer(), sa.Computed('a + b')",
        "sa.Integer(), sa.Computed('a + b', persisted=False)",
        "sa.Integer(), sa.Computed('a + b', persisted=flag)"}) {
    EXPECT_EQ(upgrade_told(add_column(arguments)), Told{}) << arguments;
  }
  // SQLAlchemy numbers no column that refers to another.
  EXPECT_EQ(upgrade_told(add_column("sa.Integer(), sa.ForeignKey('a.id'), primary_key=True")),
            Told{"constraint-not-valid-missing: foreign key on column \"c\" of table \"user\""});
}

TEST(VolatileDefault, NearMisses) {
  for (const char* const value :
       {"'random()'", "sa.text(\"'random()'\")", "sa.func.now()", "sa.text('CURRENT_TIMESTAMP')",
        "sa.func.txid_current()", "sa.text('pg_current_xact_id()')", "sa.text('my_function()')",
        "sa.text(DEFAULT)", "sa.text('random')", "sa.true()", "'0'"}) {
    EXPECT_EQ(upgrade_told(add_column(std::string("sa.Text(), server_default=") + value)), Told{})
        << value;
  }
  EXPECT_EQ(upgrade_told("op.alter_column('user', 'c', server_default=sa.func.random())"), Told{});
  EXPECT_EQ(upgrade_told(add_column("sa.Text(), server_default=sa.func.random()"), mysql), Told{});
}

TEST(ServerDefaultRewrite, BeforePostgresql11) {
  const Dialect ten{Dialect::Kind::postgresql, 1000};
  const Told found{"server-default-rewrite: column \"c\" of table \"user\""};
  for (const char* const value : {"'0'", "sa.text('0')", "sa.func.now()", "sa.false()"}) {
    const std::string upgrade = add_column(std::string("sa.Text(), server_default=") + value);
    EXPECT_EQ(upgrade_told(upgrade, ten), found) << value;
    EXPECT_EQ(upgrade_told(upgrade), Told{}) << value;
    EXPECT_EQ(upgrade_told(upgrade, Dialect{Dialect::Kind::postgresql, 0}), Told{}) << value;
  }
  EXPECT_EQ(upgrade_told(add_column("sa.Text(), server_default=sa.text('NULL')"), ten), Told{});
  EXPECT_EQ(upgrade_told(add_column("sa.Text(), server_default=None"), ten), Told{});
  EXPECT_EQ(upgrade_told(add_column("sa.Text(), server_default=VALUE"), ten), Told{});
  EXPECT_EQ(
      upgrade_told(add_column("sa.Text(), server_default='0'"), Dialect{Dialect::Kind::mysql, 507}),
      Told{});
}

TEST(ColumnTypeChange, RewritesTheTable) {
  const Told found{"column-type-change: column \"c\" of table \"user\""};
  for (const auto& [from, to] :
       {std::pair{"sa.Integer()", "sa.BigInteger()"}, std::pair{"sa.INTEGER", "sa.BIGINT"},
        std::pair{"sa.String(length=50)", "sa.String(length=20)"},
        std::pair{"sa.String()", "sa.String(20)"}, std::pair{"sa.Text()", "sa.Integer()"},
        std::pair{"sa.Numeric(10, 2)", "sa.Numeric(12, 3)"},
        std::pair{"sa.Numeric(10, 2)", "sa.Numeric(8, 2)"}}) {
    for (const Dialect& dialect : {postgresql, mysql, mariadb, sqlite}) {
      EXPECT_EQ(upgrade_told(change_type(from, to), dialect), found) << from << " to " << to;
    }
  }
  EXPECT_EQ(upgrade_told("op.alter_column('user', 'c', type_=sa.BigInteger())"), found);
  EXPECT_EQ(upgrade_told(change_type("sa.CHAR(3)", "sa.Text()")), found);
  EXPECT_EQ(
      upgrade_told(change_type("postgresql.JSON()", "postgresql.JSONB(astext_type=sa.Text())")),
      found);
  EXPECT_EQ(upgrade_told(change_type("sa.String(9)", "sa.Enum('a', 'b', name='letter')")), found);
  EXPECT_EQ(upgrade_told(change_type("sa.String(9)", "sa.Text()"), mysql), found);
}

TEST(ColumnTypeChange, NotWhereTheRowsStayAsTheyAre) {
  for (const auto& [from, to] :
       {std::pair{"sa.String(50)", "sa.String(51)"}, std::pair{"sa.String(50)", "sa.String()"},
        std::pair{"sa.VARCHAR(length=50)", "sa.Text()"}, std::pair{"sa.Text()", "sa.String()"},
        std::pair{"sa.Numeric(10, 2)", "sa.Numeric(12, 2)"},
        std::pair{"sa.Numeric(10, 2)", "sa.Numeric()"}, std::pair{"sa.INTEGER()", "sa.Integer()"},
        std::pair{"sa.Enum('a', name='x')", "sa.Enum('a', 'b', name='x')"}}) {
    EXPECT_EQ(upgrade_told(change_type(from, to)), Told{}) << from << " to " << to;
  }
  EXPECT_EQ(upgrade_told(change_type("sa.String(50)", "sa.String(60)"), mysql), Told{});
}

TEST(ColumnTypeChange, TypesOfMysqlAndMariadb) {
  const Told found{"column-type-change: column \"c\" of table \"user\""};
  for (const Dialect& dialect : {mysql, mariadb}) {
    for (const auto& [from, to] :
         {std::pair{"sa.Float()", "sa.Double()"}, std::pair{"sa.DOUBLE_PRECISION", "sa.FLOAT"},
          std::pair{"sa.DateTime()", "sa.TIMESTAMP()"},
          std::pair{"sa.TIMESTAMP(timezone=True)", "sa.DateTime(timezone=True)"},
          std::pair{"sa.CHAR()", "sa.CHAR(2)"}, std::pair{"sa.Numeric()", "sa.Numeric(12)"}}) {
      EXPECT_EQ(upgrade_told(change_type(from, to), dialect), found) << from << " to " << to;
    }
    for (const auto& [from, to] :
         {std::pair{"sa.Double()", "sa.DOUBLE_PRECISION()"}, std::pair{"sa.REAL", "sa.Double"},
          std::pair{"sa.Double()", "sa.REAL()"}, std::pair{"sa.REAL()", "sa.Float()"},
          std::pair{"sa.DateTime()", "sa.DateTime(timezone=True)"},
          std::pair{"sa.TIMESTAMP", "sa.TIMESTAMP(timezone=True)"},
          std::pair{"sa.CHAR", "sa.CHAR(1)"}, std::pair{"sa.Numeric(10)", "sa.Numeric()"}}) {
      EXPECT_EQ(upgrade_told(change_type(from, to), dialect), Told{}) << from << " to " << to;
    }
  }
}

TEST(ColumnTypeChange, TheSameNamesOnPostgresql) {
  EXPECT_EQ(upgrade_told(change_type("sa.REAL()", "sa.Double()")),
            Told{"column-type-change: column \"c\" of table \"user\""});
  for (const auto& [from, to] :
       {std::pair{"sa.Float()", "sa.Double()"}, std::pair{"sa.DateTime()", "sa.TIMESTAMP()"},
        std::pair{"sa.CHAR()", "sa.CHAR(length=1)"}}) {
    EXPECT_EQ(upgrade_told(change_type(from, to)), Told{}) << from << " to " << to;
  }
}

TEST(ColumnTypeChange, NotWhereMariadbLetsOthersWrite) {
  const std::string upgrade = change_type("sa.Integer()", "sa.BigInteger()");
  for (const int version : {1102, 1104, 0}) {
    EXPECT_EQ(upgrade_told(upgrade, Dialect{Dialect::Kind::mariadb, version}), Told{}) << version;
  }
  const Told found{"column-type-change: column \"c\" of table \"user\""};
  EXPECT_EQ(upgrade_told(upgrade, Dialect{Dialect::Kind::mariadb, 1101}), found);
  EXPECT_EQ(upgrade_told(upgrade, Dialect{Dialect::Kind::mysql, 0}), found);
}

TEST(ColumnTypeChange, WhereTheOldTypeIsNotGiven) {
  const auto to = [](const char* type) {
    return "with op.batch_alter_table('user') as b:\n    b.alter_column('c', type_=" +
           std::string(type) + ")";
  };
  const Told found{"column-type-change: column \"c\" of table \"user\""};
  for (const char* const type :
       {"sa.SmallInteger()", "sa.Integer", "sa.BigInteger()", "sa.Date()", "sa.JSON()"}) {
    for (const Dialect& dialect : {postgresql, mysql, mariadb, sqlite}) {
      EXPECT_EQ(upgrade_told(to(type), dialect), found) << type;
    }
  }
  EXPECT_EQ(upgrade_told(to("sa.Boolean()")), found);
  EXPECT_EQ(upgrade_told(to("sa.Uuid()")), found);
  // Each of them may be a mere widening.
  for (const char* const type : {"sa.Text()", "sa.String(50)", "sa.Numeric(12, 2)",
                                 "sa.DateTime(timezone=True)", "sa.Enum('a', name='x')"}) {
    for (const Dialect& dialect : {postgresql, mysql, mariadb, sqlite}) {
      EXPECT_EQ(upgrade_told(to(type), dialect), Told{}) << type;
    }
  }
  EXPECT_EQ(upgrade_told(to("sa.Boolean()"), mysql), Told{});
}

TEST(ColumnTypeChange, NotWhereSomethingIsUnknown) {
  for (const auto& [from, to] :
       {std::pair{"sa.Text()", "GUID()"}, std::pair{"GUID()", "sa.Text()"},
        std::pair{"sa.String(SIZE)", "sa.String(20)"},
        std::pair{"sa.String(50)", "sa.String(SIZE)"},
        std::pair{"sa.DateTime()", "sa.DateTime(timezone=True)"},
        std::pair{"sa.Integer()", "sa.BigInteger().with_variant(sa.Integer(), 'sqlite')"}}) {
    EXPECT_EQ(upgrade_told(change_type(from, to)), Told{}) << from << " to " << to;
  }
  EXPECT_EQ(upgrade_told("op.alter_column('user', 'c', type_=sa.Text())"), Told{});
  EXPECT_EQ(upgrade_told("op.alter_column('user', 'c', existing_type=sa.Text())"), Told{});
}

TEST(ColumnTypeChange, ZonesOfTimeBeforePostgresql12) {
  const std::string upgrade = change_type("sa.DateTime()", "postgresql.TIMESTAMP(timezone=True)");
  EXPECT_EQ(upgrade_told(upgrade, Dialect{Dialect::Kind::postgresql, 1100}),
            Told{"column-type-change: column \"c\" of table \"user\""});
  EXPECT_EQ(upgrade_told(upgrade), Told{});
}

}  // namespace
}  // namespace alembic_native::lint
