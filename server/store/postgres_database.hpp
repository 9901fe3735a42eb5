#pragma once

#include <map>
#include <memory>
#include <string>

#include "server/store/sql_database.hpp"

struct pg_conn;
struct pg_result;

namespace smartkar::server {

class PostgresStatement;

// A connection to a PostgreSQL server. What a writing transaction does is sent at once and its results are read at its
// end (pipeline mode), so that it costs one round trip however much is written.
class PostgresDatabase : public SqlDatabase {
 public:
  PostgresDatabase();
  ~PostgresDatabase() override;

  // url: as in PostgresStore::open.
  void open(const std::string& url);

  void beginCall() override;
  void execute(const std::string& sql) override;
  void beginWrite() override;
  void claim(std::uint64_t batch) override;
  void beginReadWrite() override { execute("BEGIN"); }
  void beginRead() override;
  void beginMigration() override;
  int schemaVersion() override;
  void setSchemaVersion(int version) override;
  std::string dialect(std::string_view migration) const override;

 protected:
  SqlStatement* prepared(const char* sql) override;
  void commit() override;
  void rollback() override;

 private:
  friend class PostgresStatement;
  using Answer = std::unique_ptr<pg_result, void (*)(pg_result*)>;

  void connect();
  // Remembers the failure that the answer is, if it is one. False if so.
  bool check(const Answer& answer);
  void connectionFailed();
  void endPipeline();
  // Sends a statement without parameters into the pipeline.
  void send(const char* sql);

  const std::string writer_;  // this object's name among all that ever wrote
  std::string url_;
  pg_conn* connection_ = nullptr;
  bool lost_ = false;  // nothing more is to be had from the connection
  bool pipeline_ = false;
  bool claimed_before_ = false;  // the batch of this transaction is stored already
  std::uint64_t prepared_count_ = 0;
  std::map<const char*, std::unique_ptr<PostgresStatement>> statements_;
};

}  // namespace smartkar::server
