#include "lint/script_report.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "lint_script.h"

namespace alembic_native::lint {
namespace {

ScriptReport report_on(const std::string& source) {
  return judge_script(source, postgresql, false);
}

TEST(EmptyFunctions, AreTold) {
  for (const char* const nothing : {"pass", "\"\"\"Later.\"\"\"", "return", "return None", "...",
                                    "\"\"\"Later.\"\"\"\npass  # to be written", "pass; pass"}) {
    EXPECT_EQ(told(script(nothing, "pass")), Told{"empty-upgrade"}) << nothing;
    EXPECT_EQ(downgrade_told(nothing), Told{"empty-downgrade"}) << nothing;
  }
  EXPECT_EQ(told("def upgrade(): pass\ndef downgrade(): pass\n"), Told{"empty-upgrade"});
}

TEST(EmptyFunctions, NearMisses) {
  EXPECT_EQ(downgrade_told("raise NotImplementedError"), Told{});
  EXPECT_EQ(downgrade_told("helper()"), Told{});
  EXPECT_EQ(told("from alembic import op\ndef upgrade():\n    op.execute('SELECT 1')\n"), Told{});
  EXPECT_EQ(told("revision = 'a'\n"), Told{});
  EXPECT_EQ(told(script("pass", "pass"), postgresql, true), Told{});
}

TEST(MergeWithOperations, IsToldOnce) {
  EXPECT_EQ(told(script("op.execute('SELECT 1')\nop.execute('SELECT 2')"), postgresql, true),
            Told{"merge-with-operations"});
  EXPECT_EQ(told(script("pass", "op.execute('SELECT 1')"), postgresql, true),
            Told{"merge-with-operations"});
  EXPECT_EQ(told(script("print('merged')", "pass"), postgresql, true), Told{});
}

TEST(Findings, HaveTheirPlaces) {
  const ScriptReport report = report_on(
      "from alembic import op\r\ndef upgrade():\r\n    x = 'ä\xF0\x9F\x98\x80'; "
      "op.drop_table('a')\r\n"
      "    op.drop_table(\r\n        'b',\r\n    )\r\n");
  ASSERT_EQ(report.findings.size(), 2U);
  EXPECT_EQ(report.findings[0].line, 3);
  EXPECT_EQ(report.findings[0].column, 15);
  EXPECT_EQ(report.findings[1].line, 4);
  EXPECT_EQ(report.findings[1].column, 5);
}

TEST(Fingerprints, AreFreeOfCommentsDocstringsAndLayout) {
  const ScriptReport plain = report_on(script("op.drop_table('a')", "pass"));
  const ScriptReport other = report_on(
      script("\"\"\"Why.\"\"\"\n# how\nop.drop_table(  # why\n    'a')\n", "pass\n\n# end"));
  EXPECT_EQ(plain.upgrade.size(), 16U);
  EXPECT_EQ(plain.upgrade, other.upgrade);
  EXPECT_EQ(plain.downgrade, other.downgrade);
  EXPECT_NE(plain.upgrade, report_on(script("op.drop_table('b')")).upgrade);
  EXPECT_EQ(report_on("x = 1\n").upgrade, "");
}

TEST(SqlTexts, AreThoseOfTheUpgradeThatAreWhole) {
  const ScriptReport report = report_on(script(
      "op.execute('SELECT 1')\nop.execute(sa.text(\n    '''\nSELECT\\t2''').bindparams(a=1))\n"
      "op.execute(f'SELECT {x}')\nop.execute(SQL)\nop.execute('SELECT' ' 3')",
      "op.execute('SELECT 4')"));
  ASSERT_EQ(report.sql.size(), 3U);
  EXPECT_EQ(report.sql[0].text, "SELECT 1");
  EXPECT_EQ(report.sql[0].line, 7);
  EXPECT_EQ(report.sql[0].column, 16);
  EXPECT_EQ(report.sql[1].text, "\n    SELECT\t2");
  EXPECT_EQ(report.sql[1].line, 9);
  EXPECT_EQ(report.sql[1].column, 9);
  EXPECT_EQ(report.sql[2].text, "SELECT 3");
}

struct Ignored {
  int line, column, applies_to;
  std::vector<std::string> rules;
  std::string reason;

  bool operator==(const Ignored& other) const {
    return line == other.line && column == other.column && applies_to == other.applies_to &&
           rules == other.rules && reason == other.reason;
  }
};

std::vector<Ignored> ignored(const std::string& source) {
  std::vector<Ignored> result;
  for (const Ignore& ignore : report_on(source).ignores) {
    result.push_back({ignore.line, ignore.column, ignore.applies_to, ignore.rules, ignore.reason});
  }
  return result;
}

TEST(Ignores, OnTheLineOrAbove) {
  EXPECT_EQ(ignored("x = 1  # lint: ignore[drop-table] nobody uses it\n"),
            (std::vector<Ignored>{{1, 8, 1, {"drop-table"}, "nobody uses it"}}));
  EXPECT_EQ(ignored("\n    # lint: ignore[a, b]\nx = 1\n"),
            (std::vector<Ignored>{{2, 5, 3, {"a", "b"}, ""}}));
  EXPECT_EQ(ignored("# lint: ignore[a] why\n# more\n# lint: ignore[b]\nx = 1\n"),
            (std::vector<Ignored>{{1, 1, 4, {"a"}, "why"}, {3, 1, 4, {"b"}, ""}}));
  EXPECT_EQ(ignored("x = 'ä'  # noqa # lint:ignore[a]#end\n"),
            (std::vector<Ignored>{{1, 17, 1, {"a"}, ""}}));
  EXPECT_EQ(ignored("x = f(  # lint: ignore[a]\n)\n"),
            (std::vector<Ignored>{{1, 9, 1, {"a"}, ""}}));
}

TEST(Ignores, WithoutARule) {
  EXPECT_EQ(ignored("x = 1  # lint: ignore\n"), (std::vector<Ignored>{{1, 8, 1, {}, ""}}));
  EXPECT_EQ(ignored("x = 1  # lint: ignore[]\n"), (std::vector<Ignored>{{1, 8, 1, {}, ""}}));
  EXPECT_EQ(ignored("x = 1  # lint: ignore[a\n"), (std::vector<Ignored>{{1, 8, 1, {"a"}, ""}}));
}

TEST(Ignores, AreCommentsOnly) {
  EXPECT_EQ(ignored("'''\n# lint: ignore[a]\n'''\nx = '# lint: ignore[b]'\n# lint: ignored[a]\n"
                    "# pylint: ignore[a]\n#lint ignore[a]\n"),
            std::vector<Ignored>{});
}

TEST(ConflictMarkers, AtTheStartOfALine) {
  EXPECT_EQ(report_on("a = 1\n<<<<<<< HEAD\nb\n=======\n>>>>>>> other\n").conflict_line, 2);
  EXPECT_EQ(report_on("'''\r\n>>>>>>> other\r\n'''\r\n").conflict_line, 2);
  EXPECT_EQ(report_on(std::string("\0\r<<<<<<<\r", 11)).conflict_line, 2);
  EXPECT_EQ(
      report_on("'''\nTitle\n=======\n <<<<<<< HEAD\n<<<<<<<<\n<<<<<<<HEAD\n'''\n").conflict_line,
      0);
}

TEST(UnreadableSources, SayWhy) {
  for (const std::string& source :
       {std::string("x = (\n"), std::string("\0\0", 2), std::string("\xFF\xFE"),
        std::string("x = 'a\n"), std::string("# -*- coding: latin-1 -*-\n"),
        std::string("def f():\n  a\n b\n"), "x = " + std::string(10'000, '(')}) {
    const ScriptReport report = report_on(source);
    EXPECT_NE(report.unreadable, "");
    EXPECT_TRUE(report.findings.empty());
  }
  EXPECT_EQ(report_on("x = 1\n").unreadable, "");
}

std::string repeated(const std::string& part, std::size_t count) {
  std::string result;
  result.reserve(part.size() * count);
  for (std::size_t index = 0; index < count; ++index) result += part;
  return result;
}

TEST(DeepAndLongExpressions, AreRead) {
  constexpr std::size_t many = 10'000;
  const std::string found = "op.drop_table('a')";
  const std::vector<std::string> deep_and_long = {
      "x = " + repeated("not ", many) + "y",
      "x = " + repeated("-", many) + "1",
      "x = " + repeated("lambda: ", many) + "y",
      "x = " + repeated("1 + ", many) + "1",
      "x = y" + repeated(".f()", many),
      "x = y" + repeated(".f", many),
      "x = y" + repeated("[0]", many),
      "x = " + repeated("f(", 190) + repeated(")", 190),
      "x = " + repeated("[", 190) + repeated("]", 190),
      "x = " + repeated("op.f(", 190) + "'a'" + repeated(")", 190),
      "x = " + repeated("a if b else ", many) + "c",
      "x = " + repeated("'a' ", many),
      repeated("x = ", many) + "1",
      repeated("x = lambda a=", many) + "1",
      "for x in y" + repeated(" for x", many) + ": pass",
      "f(" + repeated("*", many) + "x)",
      repeated("with ", many) + "x: pass",
      "with " + repeated("a as ", many) + "x: pass",
      "with ;",
      "with a=1: pass"};
  for (const std::string& before : deep_and_long) {
    std::string body = before;
    body.append("\n").append(found);
    const Told all = upgrade_told(body);
    EXPECT_EQ(all, Told{"drop-table: table \"a\""}) << before.substr(0, 40);
  }
}

TEST(LongSqlTexts, AreGivenAndNotLookedInto) {
  const std::string rest = "op.create_index('ix', 'user', ['a'])";
  const ScriptReport report = report_on(
      script("op.execute('UPDATE user SET a = 1;" + std::string(1'000'000, ';') + "')\n" + rest));
  EXPECT_EQ(report.sql.size(), 1U);
  EXPECT_TRUE(report.findings.empty());
}

TEST(LongSources, AreRefusedByTheirTokens) {
  const std::string part = "op.drop_table('a')\n    ";
  EXPECT_EQ(report_on(script(repeated(part, 20'000) + "pass")).findings.size(), 20'000U);
  EXPECT_EQ(report_on(script(repeated(part, 300'000) + "pass")).unreadable,
            "the file has more than two million tokens");
  EXPECT_EQ(report_on(script("x = '" + std::string(5'000'000, 'a') + "'")).unreadable, "");
}

TEST(Layout, OfEveryKind) {
  const Told found{"drop-table: table \"a\""};
  const std::string plain =
      "from alembic import op\n\ndef upgrade():\n\tif x:\n\t\top.drop_table('a')\n\x0c\tpass\n";
  std::string windows;
  std::string old_mac;
  for (const char c : plain) {
    windows += c == '\n' ? "\r\n" : std::string(1, c);
    old_mac += c == '\n' ? '\r' : c;
  }
  for (const std::string& source :
       {plain, windows, old_mac, "\xEF\xBB\xBF" + plain,
        std::string("import alembic\ndef upgrade(): alembic.op.drop_table('a')"),
        std::string(
            "from alembic import op as o\ndef upgrade() -> None:\n  x = 1; o.drop_table('a')"),
        std::string("from alembic.op import drop_table\ndef upgrade():\n  drop_table('a')"),
        std::string(
            "import alembic.op as o\ndef upgrade():\n  (o.drop_table)\n  o.drop_table('a')"),
        std::string("def upgrade():\n  from alembic import (op as o, context,)\n"
                    "  o \\\n  .drop_table('a')")}) {
    EXPECT_EQ(told(source), found) << source;
  }
}

TEST(Names, ThatAreBoundInAnotherWayAreUnknown) {
  for (const char* const source :
       {"def upgrade(op):\n  op.drop_table('a')\n",
        "from alembic import op\ndef upgrade():\n  op = other\n  op.drop_table('a')\n",
        "from alembic import op\nop = other\ndef upgrade():\n  op.drop_table('a')\n",
        "from alembic import op\ndef upgrade():\n  for op in other:\n    op.drop_table('a')\n",
        "from alembic import op\ndef upgrade():\n  [op.drop_table('a') for op in other]\n",
        "from alembic import op\ndef upgrade():\n  with other as op:\n    op.drop_table('a')\n",
        "from alembic import op\nfrom other import op\ndef upgrade():\n  op.drop_table('a')\n",
        "from other import op\ndef upgrade():\n  op.drop_table('a')\n",
        "from alembic import op\ndef upgrade():\n  f = lambda op: op.drop_table('a')\n",
        "from alembic import op\ndef upgrade():\n  def f(a, *op): op.drop_table('a')\n"}) {
    EXPECT_EQ(told(source), Told{}) << source;
  }
  EXPECT_EQ(told("from alembic import op\ndef upgrade():\n  with op.batch_alter_table('t') as b:\n"
                 "    pass\n  with other as b:\n    b.drop_column('a')\n"),
            Told{});
}

TEST(LastFunctionOfAName, Counts) {
  EXPECT_EQ(told("from alembic import op\ndef upgrade():\n  op.drop_table('a')\n"
                 "def upgrade():\n  op.drop_table('b')\n"),
            Told{"drop-table: table \"b\""});
}

// As Alembic's template for several databases writes it.
std::string of_databases(const std::string& dispatch, const std::string& first,
                         const std::string& second = "pass") {
  return "import sqlalchemy as sa\nfrom alembic import op\n\n"
         "def upgrade(name):\n    " +
         dispatch + "\n\ndef upgrade_shop():\n    " + first + "\n\ndef upgrade_stock():\n    " +
         second + "\n";
}

TEST(SeveralDatabases, EachFunctionIsJudged) {
  for (const char* const dispatch :
       {"globals()['upgrade_%s' % name]()", "globals()[f'upgrade_{name}']()",
        "eval('upgrade_%s' % name)()"}) {
    EXPECT_EQ(told(of_databases(dispatch, "op.drop_table('user')", "op.drop_table('item')")),
              (Told{"drop-table: table \"user\"", "drop-table: table \"item\""}));
  }
  EXPECT_EQ(told("from alembic import op\n"
                 "def downgrade_shop():\n    op.execute('DROP INDEX CONCURRENTLY ix')\n"
                 "def downgrade(name):\n    globals()['downgrade_' + name]()\n"),
            Told{"concurrently-in-transaction: index \"ix\""});
}

TEST(SeveralDatabases, WhatIsMadeInOneIsOlderInAnother) {
  EXPECT_EQ(told(of_databases("globals()['upgrade_%s' % name]()", "op.create_table('user')",
                              "op.drop_table('user')")),
            Told{"drop-table: table \"user\""});
}

TEST(SeveralDatabases, ArePartOfTheReport) {
  const std::string dispatch = "globals()['upgrade_%s' % name]()";
  const auto report = [&](const std::string& first, bool is_merge = false) {
    return judge_script(of_databases(dispatch, first), postgresql, is_merge);
  };
  ASSERT_EQ(report("op.execute('SELECT 1')").sql.size(), 1U);
  EXPECT_EQ(report("op.execute('SELECT 1')").sql[0].text, "SELECT 1");
  EXPECT_NE(report("op.execute('SELECT 1')").upgrade, report("op.execute('SELECT 2')").upgrade);
  ASSERT_EQ(report("op.execute('SELECT 1')", true).findings.size(), 1U);
  EXPECT_EQ(report("op.execute('SELECT 1')", true).findings[0].rule, "merge-with-operations");
}

TEST(SeveralDatabases, NotMoreThanAnybodyHas) {
  std::string many = of_databases("globals()['upgrade_%s' % name]()", "op.drop_table('user')");
  for (int database = 0; database < 127; ++database) {
    many += "\ndef upgrade_" + std::to_string(database) + "():\n    pass\n";
  }
  EXPECT_EQ(told(many), Told{});
}

TEST(SeveralDatabases, NotAFunctionThatUpgradeMayCallItself) {
  EXPECT_EQ(told(of_databases("upgrade_shop()", "op.drop_table('user')")), Told{});
  // Its table may be made before what upgrade() does.
  EXPECT_EQ(told(of_databases("upgrade_shop()\n    op.drop_column('user', 'a')",
                              "op.create_table('user')")),
            Told{});
}

}  // namespace
}  // namespace alembic_native::lint
