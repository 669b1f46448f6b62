// The version store used by several threads at once, against the server of DATABASE_URL.
#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <functional>
#include <optional>
#include <pqxx/pqxx>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "error.h"
#include "graph/revision_graph.h"
#include "graph/topological_order.h"
#include "graph/upgrade_path.h"
#include "postgres/connection_string.h"
#include "postgres/postgres_version_store.h"

namespace alembic_native::postgres {
namespace {

constexpr int thread_count = 8;

std::string database_url() {
  const char* const url = std::getenv("DATABASE_URL");
  if (url == nullptr) {
    throw std::runtime_error(
        "DATABASE_URL is not set. Run: python -m tests.servers postgres --plain -- THIS_PROGRAM");
  }
  return url;
}

ConnectionTarget target() { return parse(database_url()); }

PostgresStoreOptions table(const std::string& name) {
  PostgresStoreOptions options;
  options.name = {name, std::nullopt};
  return options;
}

// Runs a statement on a connection of its own.
void execute(const std::string& sql) {
  pqxx::connection connection(database_url());
  pqxx::work transaction(connection);
  transaction.exec(sql);
  transaction.commit();
}

void create_table(const std::string& name) {
  execute("CREATE TABLE " + name + " (version_num VARCHAR(32) NOT NULL PRIMARY KEY)");
}

std::string revision(int number) { return "r" + std::to_string(number); }

void in_threads(const std::function<void(int)>& work) {
  std::vector<std::thread> threads;
  for (int number = 0; number < thread_count; ++number) threads.emplace_back(work, number);
  for (std::thread& thread : threads) thread.join();
}

TEST(ParallelUse, OneStoreServesEveryThread) {
  create_table("shared");
  execute("INSERT INTO shared VALUES ('a')");
  PostgresVersionStore store(target(), table("shared"));
  in_threads([&store](int) {
    for (int step = 0; step < 5; ++step) {
      EXPECT_TRUE(store.table_exists());
      EXPECT_FALSE(store.current_heads().empty());
      EXPECT_FALSE(store.scan_schemas("").empty());
      EXPECT_FALSE(store.describe().empty());
    }
  });
  EXPECT_EQ(store.current_heads(), std::vector<std::string>{"a"});
}

TEST(ParallelUse, EveryThreadHasAStoreOfItsOwn) {
  create_table("own");
  in_threads([](int) {
    EXPECT_TRUE(PostgresVersionStore(target(), table("own")).current_heads().empty());
  });
}

// What `status` does in several threads, while a migration moves the table on.
TEST(ParallelUse, OneHistoryAgainstATableThatMoves) {
  constexpr int last = 40;
  std::vector<RevisionRecord> records(last + 1);
  for (int number = 0; number <= last; ++number) {
    RevisionRecord& record = records[static_cast<std::size_t>(number)];
    record.id = revision(number);
    if (number > 0) record.down_revisions = {revision(number - 1)};
  }
  const auto graph = RevisionGraph::build(std::move(records));
  create_table("moving");
  execute("INSERT INTO moving VALUES ('" + revision(0) + "')");
  in_threads([&graph](int number) {
    if (number == 0) {
      for (int step = 1; step <= last; ++step) {
        execute("UPDATE moving SET version_num = '" + revision(step) + "'");
      }
      return;
    }
    PostgresVersionStore store(target(), table("moving"));
    std::size_t pending = 0;
    std::size_t before = last;
    do {
      Warnings warnings;
      const std::vector<std::string> heads = store.current_heads();
      const RevisionRange range =
          collect_upgrade(*graph, Identifier::single("heads"), Identifier::several(heads),
                          {false, true, true}, warnings);
      pending = range.revisions.size();
      EXPECT_EQ(topological_order(*graph, range.revisions, range.heads).size(), pending);
      EXPECT_LE(pending, before);
      before = pending;
    } while (pending > 0);
  });
}

TEST(ParallelUse, ClosedUnderTheHandsOfOthers) {
  PostgresVersionStore store(target(), table("closed"));
  in_threads([&store](int number) {
    if (number == 0) {
      store.close();
      return;
    }
    try {
      for (int attempt = 0; attempt < 20; ++attempt) store.current_heads();
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::store_closed);
    }
  });
  EXPECT_THROW(store.current_heads(), Error);
}

TEST(ParallelUse, InterruptedInTheMiddleOfAStatement) {
  create_table("held");
  pqxx::connection holder(database_url());
  pqxx::work transaction(holder);
  transaction.exec("LOCK TABLE held");
  in_threads([](int) {
    PostgresStoreOptions options = table("held");
    const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(200);
    options.interrupted = [end] { return std::chrono::steady_clock::now() > end; };
    PostgresVersionStore store(target(), options);
    try {
      store.current_heads();
      ADD_FAILURE() << "the table was read under another's lock";
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::interrupted);
    }
  });
}

// Bug: the session stayed in use by the statement that was left behind, and by the next call.
TEST(ParallelUse, AQuestionThatThrowsClosesTheStore) {
  create_table("asked");
  pqxx::connection holder(database_url());
  pqxx::work transaction(holder);
  transaction.exec("LOCK TABLE asked");
  bool is_open = false;
  PostgresStoreOptions options = table("asked");
  options.interrupted = [&is_open]() -> bool {
    if (is_open) throw std::runtime_error("no answer");
    return false;
  };
  PostgresVersionStore store(target(), options);
  is_open = true;
  EXPECT_THROW(store.current_heads(), std::runtime_error);
  try {
    store.current_heads();
    ADD_FAILURE() << "the session was used again";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::store_closed);
  }
}

}  // namespace
}  // namespace alembic_native::postgres
