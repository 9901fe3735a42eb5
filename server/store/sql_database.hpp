#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.hpp"
#include "server/store/store.hpp"

namespace smartkar::server {

class SqlDatabase;

// A prepared statement of one kind of database. Parameters and columns count from 0.
class SqlStatement {
 public:
  virtual ~SqlStatement() = default;
  // text: must live until the query is done.
  virtual void bind(int parameter, std::string_view text) = 0;
  virtual void bind(int parameter, std::int64_t value) = 0;
  virtual void bind(int parameter, double value) = 0;
  virtual void bindNull(int parameter) = 0;
  // True if there is a row to read. False at the end, and on failure, which the database remembers.
  virtual bool step() = 0;
  // Forgets parameters and rows.
  virtual void reset() = 0;
  virtual bool isNull(int column) = 0;
  virtual std::string text(int column) = 0;
  virtual std::int64_t integer(int column) = 0;
  virtual double real(int column) = 0;
};

// One use of a prepared statement: bind in order, step, read the columns in order.
class SqlQuery {
 public:
  // statement: nullptr for a query that does nothing, because the call has failed before.
  SqlQuery(SqlDatabase& database, SqlStatement* statement) : database_(database), statement_(statement) {}
  ~SqlQuery() {
    if (statement_ != nullptr) statement_->reset();
  }
  SqlQuery(const SqlQuery&) = delete;
  SqlQuery& operator=(const SqlQuery&) = delete;

  // text: must live until the query is done.
  SqlQuery& bind(std::string_view text) { return bindWith(text); }
  SqlQuery& bind(std::int64_t value) { return bindWith(value); }
  SqlQuery& bind(double value) { return bindWith(value); }
  SqlQuery& bind(std::uint32_t value) { return bindWith(std::int64_t{value}); }
  // Only for what is one: a pointer would convert.
  template <std::same_as<bool> Bool>
  SqlQuery& bind(Bool value) {
    return bindWith(std::int64_t{value});
  }
  SqlQuery& bind(UnixTime time) { return bindWith(unixSeconds(time)); }
  template <class T>
  SqlQuery& bind(const std::optional<T>& value) {
    if (value) return bind(*value);
    if (statement_ != nullptr) statement_->bindNull(parameter_);
    ++parameter_;
    return *this;
  }

  // As SqlStatement::step.
  bool next();
  // Runs a statement that returns no rows.
  void run() { next(); }

  std::string text() { return statement_->text(column_++); }
  std::int64_t integer() { return statement_->integer(column_++); }
  double real() { return statement_->real(column_++); }
  std::uint32_t counter() { return static_cast<std::uint32_t>(integer()); }
  bool boolean() { return integer() != 0; }
  UnixTime time() { return unixTime(integer()); }
  std::optional<std::uint32_t> optionalCounter() {
    if (takeNull()) return std::nullopt;
    return counter();
  }
  std::optional<UnixTime> optionalTime() {
    if (takeNull()) return std::nullopt;
    return time();
  }
  std::optional<double> optionalReal() {
    if (takeNull()) return std::nullopt;
    return real();
  }

 private:
  template <class T>
  SqlQuery& bindWith(T value) {
    if (statement_ != nullptr) statement_->bind(parameter_, value);
    ++parameter_;
    return *this;
  }
  bool takeNull() {
    if (!statement_->isNull(column_)) return false;
    ++column_;
    return true;
  }

  SqlDatabase& database_;
  SqlStatement* statement_;
  int parameter_ = 0;
  int column_ = 0;
};

// One connection to a database that speaks SQL, with the differences between them. The first failure since beginCall()
// is remembered, and nothing more is done until the next.
class SqlDatabase {
 public:
  SqlDatabase() = default;
  virtual ~SqlDatabase() = default;
  SqlDatabase(const SqlDatabase&) = delete;
  SqlDatabase& operator=(const SqlDatabase&) = delete;

  // sql: a text that outlives this, with parameters $1, $2 … in the order of their first use; it is prepared once.
  SqlQuery query(const char* sql) { return {*this, failed() ? nullptr : prepared(sql)}; }
  // Runs statements without parameters.
  virtual void execute(const std::string& sql) = 0;

  // A transaction that writes; other writers wait. It fails as a whole: end() undoes it if anything in it failed.
  virtual void beginWrite() = 0;
  // After beginWrite(): of all transactions of this object with one number, one takes effect; the others change nothing
  // and succeed. For a database that may have committed without being able to say so. batch: from 1, never falling.
  virtual void claim(std::uint64_t) {}
  // As beginWrite(), but what it does can be read at once.
  virtual void beginReadWrite() = 0;
  // One view of the data for all that is read until end().
  virtual void beginRead() = 0;
  // A transaction that changes the schema: one at a time over all processes.
  virtual void beginMigration() = 0;
  void end() {
    if (!failed()) commit();
    if (failed()) rollback();
  }

  // The version of the schema in the database; 0 if it is empty.
  virtual int schemaVersion() = 0;
  virtual void setSchemaVersion(int version) = 0;
  // Text of a migration in this database's words.
  virtual std::string dialect(std::string_view migration) const { return std::string(migration); }

  // Ends what the last call left, and makes a lost connection anew.
  virtual void beginCall() { failure_.reset(); }
  bool failed() const { return failure_.has_value(); }
  void fail(StoreError error, std::string message) {
    if (!failure_) failure_ = StoreFailure{error, std::move(message)};
  }

  // The result of a call: the value, or the failure remembered.
  template <class T>
  StoreResult<T> result(T value) {
    if (failure_) return Failure{*failure_};
    return value;
  }
  StoreResult<void> result() {
    if (failure_) return Failure{*failure_};
    return {};
  }

 protected:
  // What failed need not have been done.
  void forgive() { failure_.reset(); }
  // nullptr after a failure.
  virtual SqlStatement* prepared(const char* sql) = 0;
  virtual void commit() = 0;
  virtual void rollback() = 0;

 private:
  std::optional<StoreFailure> failure_;
};

inline bool SqlQuery::next() {
  column_ = 0;
  return statement_ != nullptr && !database_.failed() && statement_->step();
}

}  // namespace smartkar::server
