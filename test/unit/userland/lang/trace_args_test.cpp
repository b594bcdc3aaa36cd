// SPDX-License-Identifier: MIT
// trace(args) and clauses without a body: which expressions are recorded for which probes, in
// clauses that share no probe; and that one expression that fails costs nothing but itself.
#include "lang/trace_args.hpp"

#include <gtest/gtest.h>

#include <map>

#include "tools/fake_probes.hpp"
#include "unit/userland/lang/codegen/run_d.hpp"

namespace dt::test {
namespace {

using lang::CaptureAnswer;

// Plugins as tables: the expressions for each function.
class Captures final : public lang::CaptureSource {
 public:
  bool decodes(const std::string& provider) override { return provider == "syscall"; }
  bool works(const std::string&) override { return !is_broken; }
  CaptureAnswer captures(const lang::ProbeInfo& probe, const lang::ArgumentTypes* types) override {
    nr_asked++;
    if (is_broken) {
      return {CaptureAnswer::Kind::Broken, {}};
    }
    if (types == nullptr) {
      return {CaptureAnswer::Kind::Expressions, "arg0"};
    }
    const auto found = by_function.find(probe.func);
    if (found == by_function.end()) {
      return {CaptureAnswer::Kind::Pass, {}};
    }
    return {CaptureAnswer::Kind::Expressions, found->second};
  }
  std::string_view d_library(const std::string&) override { return d_library_text; }
  void report(const std::string& provider, const std::string& expression,
              const std::string& message) override {
    reports += provider + ": " + expression + ": " + message + "\n";
  }

  std::map<std::string, std::string> by_function;
  std::string d_library_text;
  std::string reports;
  bool is_broken = false;
  int nr_asked = 0;
};

class TraceArgsTest : public testing::Test {
 protected:
  void compile(const std::string& text) {
    input_ = {};
    types_ = std::make_unique<lang::types::TypeTable>();
    // A clause without body and predicate is possible with -n only.
    const bool is_bare = text.find_first_of("{#/") == std::string::npos;
    input_.texts.push_back({"t.d", text, is_bare ? 'n' : '\0'});
    input_.probes = &probes_;
    input_.types = types_.get();
    input_.options.decode = decodes_;
    input_.options.is_quiet = is_quiet_;
    input_.options.destructive = true;
    input_.captures = &captures_;
    output_ = lang::compile(input_);
    errors_.clear();
    for (const auto& d : output_->diagnostics.all()) {
      errors_ += lang::render(d, output_->sources);
    }
  }
  // "read: arg0,arg1; write,close: arg2" - probes and what their clause records; "-" = the line
  // only.
  std::string shape(const std::string& text) {
    compile(text);
    if (!errors_.empty()) {
      return errors_;
    }
    std::string out;
    const auto& program = output_->program;
    for (size_t i = 0; i < program.clauses.size(); i++) {
      std::string probes;
      for (const auto& bind : program.binds) {
        if (static_cast<size_t>(bind.clause) == i) {
          probes += (probes.empty() ? "" : ",") + std::string(bind.is_later ? "later " : "") +
                    bind.pattern.func + (bind.pattern.id != 0 ? "" : "*");
        }
      }
      std::string values = "-";
      for (const auto& action : program.clauses[i].actions) {
        if (action.origin) {
          values = action.origin->is_raw ? "raw " : "";
          for (const std::string& one : action.origin->texts) {
            values += one + (&one == &action.origin->texts.back() ? "" : ",");
          }
        }
      }
      out += (out.empty() ? "" : "; ") + probes + ": " + values;
    }
    return out;
  }

  FakeProbes probes_;
  Captures captures_;
  bool decodes_ = true, is_quiet_ = false;
  std::unique_ptr<lang::types::TypeTable> types_;
  lang::CompileInput input_;
  std::unique_ptr<lang::CompileOutput> output_;
  std::string errors_;
};

TEST_F(TraceArgsTest, AClauseWithoutABodyRecordsWhatIsAskedFor) {
  captures_.by_function = {{"read", "arg0\narg2"}};
  EXPECT_EQ(shape("syscall::read:entry"), "read*: arg0,arg2");
  EXPECT_EQ(shape("syscall::read:entry /arg0 == 1/"), "read*: arg0,arg2");
  EXPECT_TRUE(output_->program.clauses[0].actions.back().origin->is_default);
}

TEST_F(TraceArgsTest, ProbesThatRecordTheSameShareAClause) {
  captures_.by_function = {{"stat", "arg0"}, {"fstat", "arg1"}, {"lstat", "arg0"}};
  EXPECT_EQ(shape("syscall::*stat:entry"), "later *stat*,stat,lstat: arg0; fstat: arg1");
  EXPECT_EQ(shape("syscall::stat:entry, syscall::lstat:entry"), "stat*,lstat*: arg0");
  EXPECT_EQ(shape("syscall::stat:entry, syscall::fstat:entry { trace(args); }"),
            "stat*: arg0; fstat*: arg1");
}

TEST_F(TraceArgsTest, OthersKeepWhatTheyAre) {
  captures_.by_function = {{"read", "arg0"}};
  EXPECT_EQ(shape("BEGIN"), "*: -");
  EXPECT_EQ(shape("syscall::close:entry"), "close*: -");  // the plugin has nothing to say
  EXPECT_EQ(shape("syscall::read:entry, BEGIN"), "read*: arg0; *: -");
  EXPECT_EQ(shape("syscall::read:entry { }"), "read*: -");
  EXPECT_EQ(shape("syscall::read:entry { trace(arg0); }"), "read*: -");
  const int before = captures_.nr_asked;
  decodes_ = false;
  EXPECT_EQ(shape("syscall::read:entry"), "read*: -");
  decodes_ = true;
  is_quiet_ = true;
  EXPECT_EQ(shape("syscall::read:entry"), "read*: -");
  is_quiet_ = false;
  EXPECT_EQ(shape("#pragma D option quiet\nsyscall::read:entry /1/"), "read*: -");
  EXPECT_EQ(shape("#pragma D option decode=off\nsyscall::read:entry /1/"), "read*: -");
  EXPECT_EQ(captures_.nr_asked, before);  // nobody was asked for nothing
}

TEST_F(TraceArgsTest, WithoutAPluginTheUntypedArgumentsAreRecorded) {
  EXPECT_EQ(shape("syscall::close:entry { trace(args); }"),
            "close*: raw arg0,arg1,arg2,arg3,arg4,arg5");
  EXPECT_EQ(shape("BEGIN { trace(args); }"), "*: raw arg0,arg1,arg2,arg3,arg4,arg5");
  captures_.is_broken = true;
  EXPECT_EQ(shape("syscall::close:entry"), "close*: raw arg0,arg1,arg2,arg3,arg4,arg5");
}

TEST_F(TraceArgsTest, TheRestOfTheClauseIsInEveryCopy) {
  captures_.by_function = {{"read", "arg0"}, {"write", "arg1"}};
  EXPECT_EQ(shape("syscall::read:entry, syscall::write:entry /pid > 1/"
                  "{ this->x = 1; if (arg0) { trace(args); @[probefunc] = count(); }"
                  "  else { self->y = this->x; printf(\"%d\", self->y); } }"),
            "read*: arg0; write*: arg1");
  EXPECT_EQ(output_->program.aggs.size(), 1u);
  EXPECT_EQ(output_->program.vars.size(), 1u);
  for (const auto& clause : output_->program.clauses) {
    EXPECT_EQ(clause.actions.size(), output_->program.clauses[0].actions.size());
  }
}

TEST_F(TraceArgsTest, MistakesInCopiesAreSaidOnce) {
  captures_.by_function = {{"read", "arg0"}, {"write", "arg1"}};
  compile("syscall::read:entry, syscall::write:entry { trace(args); nonsense(); }");
  EXPECT_EQ(output_->diagnostics.nr_errors(), 1u) << errors_;
}

TEST_F(TraceArgsTest, ExpressionsWithoutMeaningAreReportedAndLeftOut) {
  captures_.by_function = {
      {"read",
       "arg0\nnonsense(1)\nundefined\nself->z = 1\n@a\ntrace(1)\n1 +\nbasename(\"/a/b\")\n"
       "exit(1)\narg1, arg2"}};
  EXPECT_EQ(shape("syscall::read:entry").substr(0, 7), "read*: ");
  const auto& action = output_->program.clauses[0].actions.back();
  ASSERT_EQ(action.args.size(), 10u);
  std::string kinds;
  for (const auto& field : action.args) {
    kinds += field.kind == lang::object::FieldKind::Missing ? '-' : '+';
  }
  EXPECT_EQ(kinds, "+------+-+");
  EXPECT_NE(captures_.reports.find("syscall: nonsense(1): function nonsense() is not defined"),
            std::string::npos)
      << captures_.reports;
  EXPECT_NE(captures_.reports.find("syscall: 1 +: "), std::string::npos);
  // The program's own mistake of the same kind is still one.
  compile("syscall::read:entry /1/\nBEGIN { trace(undefined); }");
  EXPECT_NE(errors_.find("D_IDENT_UNDEF"), std::string::npos) << errors_;
}

TEST_F(TraceArgsTest, LibrariesOfPluginsHoldWhatTheirExpressionsUse) {
  captures_.by_function = {{"read", "SEVEN + arg0\n((pair_t *)alloca(8))->b"}};
  captures_.d_library_text =
      "typedef struct pair { int a; int b; } pair_t;\ninline int SEVEN = 7;\n";
  EXPECT_EQ(shape("syscall::read:entry"), "read*: SEVEN + arg0,((pair_t *)alloca(8))->b");
  EXPECT_EQ(captures_.reports, "");
}

// A fault takes its own value and nothing else: neither the record nor what comes after it.
TEST_F(TraceArgsTest, AnExpressionThatFaultsCostsOnlyItself) {
  captures_.by_function = {{"read", "5\n*(int *)16\nbasename(\"/a/b\")\n1 / (arg0 - arg0)\narg0"}};
  compile("syscall::read:entry { trace(args); printf(\"after\"); }");
  ASSERT_EQ(errors_, "");
  refinterp::Surroundings around;
  around.args[0] = 77;
  refinterp::Interp interp(run_d_detail::request_of(output_->program, 257));
  const refinterp::Outcome outcome = interp.fire(around);
  ASSERT_EQ(outcome.records.size(), 1u);
  ASSERT_EQ(outcome.records[0].flags & DTRACE_REC_ERROR, 0u);
  const auto& action = output_->program.clauses[0].actions[0];
  std::string values;
  for (const auto& field : action.args) {
    const bool has_fault =
        field.fault != lang::object::kNoFault && outcome.records[0].payload[field.fault] != 0;
    values +=
        (values.empty() ? "" : " ") +
        (has_fault ? "fault" : run_d_detail::field_text(field, outcome.records[0].payload.data()));
  }
  EXPECT_EQ(values, "5 fault \"b\" fault 77");
  EXPECT_EQ(action.args[0].fault, lang::object::kNoFault);
  EXPECT_EQ(action.args[4].fault, lang::object::kNoFault);
}

TEST_F(TraceArgsTest, AFaultBeforeItIsStillAFault) {
  captures_.by_function = {{"read", "*(int *)16"}};
  compile("syscall::read:entry { this->x = *(int *)8; trace(args); }");
  ASSERT_EQ(errors_, "");
  refinterp::Interp interp(run_d_detail::request_of(output_->program, 257));
  const refinterp::Outcome outcome = interp.fire({});
  ASSERT_EQ(outcome.records.size(), 1u);
  EXPECT_NE(outcome.records[0].flags & DTRACE_REC_ERROR, 0u);
  EXPECT_EQ(outcome.records[0].fault.value, 8u);
}

TEST_F(TraceArgsTest, ArgsAloneIsNoValue) {
  for (const char* text : {"BEGIN { x = args; }", "BEGIN { printf(\"%d\", args); }",
                           "BEGIN { trace(args, 1); }", "BEGIN /args/ { trace(1); }"}) {
    compile(text);
    EXPECT_NE(errors_, "") << text;
  }
  compile("BEGIN { x = args; }");
  EXPECT_NE(errors_.find("trace(args)"), std::string::npos) << errors_;
}

}  // namespace
}  // namespace dt::test
