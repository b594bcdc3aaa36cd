// SPDX-License-Identifier: MIT
// Every way in which a run can end, with every form of output: what was recorded is shown, or it is
// counted, said on standard error, marked in the output, and costs the exit status.
#include "cli/ending.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>
#include <utility>

#include "cli/outputs.hpp"
#include "consumer/fake_channel.hpp"
#include "output/sink.hpp"

namespace dt::cli {
namespace {

using consumer::FakeChannel;
using lang::object::ActionKind;
using session::OutputFormat;
using ::testing::HasSubstr;

constexpr uint64_t kNrRecords = 6;  // on two CPUs, and one of END
constexpr uint64_t kNrElements = 3;

// A core in which some request fails.
class Core : public FakeChannel {
 public:
  Core() : FakeChannel(2) {
    add_probe("syscall", "vmlinux", "read", "entry");
    add_probe("dtrace", "", "", "END");
    for (uint32_t i = 0; i < kNrRecords - 1; i++) {
      add(i % 2, DTRACE_BUF_PRINCIPAL, record(1, 0, 10 + i, value(i)), 100);
    }
    add_at_end(0, record(2, 0, 200, value(99)));
    for (uint32_t i = 0; i < kNrElements; i++) {
      add(i % 2, DTRACE_BUF_AGG, delta(i), 100);
    }
    next_status.is_exiting = 1;
  }
  static std::string value(int64_t number) {
    return std::string(reinterpret_cast<const char*>(&number), sizeof(number));
  }
  static std::string delta(int64_t key) {
    dtrace_aggrec header{};
    header.size = sizeof(header) + 16;
    return std::string(reinterpret_cast<const char*>(&header), sizeof(header)) + value(key) +
           value(1);
  }

  Result<dtrace_switch> switch_buffer(uint32_t cpu, uint32_t kind) override {
    if (kind == failing_kind && cpu == 1) {
      return Error{"cannot take a trace buffer: Input/output error", EIO};
    }
    return FakeChannel::switch_buffer(cpu, kind);
  }
  Result<dtrace_status> status() override {
    if (is_status_failing) {
      return Error{"cannot get the status of tracing: Input/output error", EIO};
    }
    return FakeChannel::status();
  }
  Result<uint32_t> stop() override {
    auto cpu = FakeChannel::stop();
    if (is_stop_failing) {
      return Error{"could not stop tracing: Input/output error", EIO};
    }
    return cpu;
  }

  uint32_t failing_kind = UINT32_MAX;
  bool is_status_failing = false;
  bool is_stop_failing = false;
};

// printf("r%d\n", x) and @a[x] = count().
lang::object::Program program() {
  lang::object::Program program;
  program.shapes.resize(2);
  lang::object::Field number;
  number.size = 8;
  program.shapes[1].size = 8;
  program.shapes[1].comps = {number};
  lang::object::Aggregation agg;
  agg.name = "a";
  agg.func = DTRACE_AGG_COUNT;
  agg.data_size = 8;
  agg.shape = 1;
  program.aggs = {agg};
  program.clauses.resize(1);
  lang::object::Action print;
  print.kind = ActionKind::Printf;
  print.name = "printf";
  print.format = "r%d\n";
  print.args = {number};
  program.clauses[0].actions = {print};
  program.clauses[0].rec_size = 8;
  return program;
}

// An output for whose records there is no memory.
class Forgetful final : public OutputHandler {
 public:
  using OutputHandler::OutputHandler;
  void set_table(consumer::AggregationTable&) override {}
  void begin_record(const consumer::TraceRecord&) override { throw std::bad_alloc(); }
  void action(const consumer::TraceRecord&, size_t) override {}
  void end_record(const consumer::TraceRecord&) override {}
  void on_fault(const consumer::Fault&) override {}
  void on_drop(const consumer::Drop&) override {}
  void finish(const Ending&) override {
    show_elements(kNrElements, [] { throw std::bad_alloc(); });
  }
};

struct TestRun {
  Core core;
  consumer::Options options;
  std::vector<std::string> files;  // of the outputs
  bool is_forgetful = false;
  std::function<void(consumer::Tracer&)> before_run = [](consumer::Tracer&) {};

  int status = -1;
  std::string words;  // on standard error

  TestRun() {
    options.quiet = true;
    options.switchrate_ns = options.statusrate_ns = 1'000'000;
  }
  ~TestRun() {
    for (const std::string& file : files) {
      if (file.rfind("/dev/", 0) != 0) {
        ::unlink(file.c_str());
      }
    }
  }
  void run(const std::vector<OutputFormat>& formats) {
    testing::internal::CaptureStderr();
    const lang::object::Program what = program();
    consumer::KernelSymbols kernel("/dev/null");
    ConsumerSymbolizer symbolizer(kernel, core, options);
    Outputs outputs;
    std::vector<session::OutputSpec> specs;
    for (size_t i = 0; i < formats.size(); i++) {
      session::OutputSpec spec;
      spec.format = formats[i];
      spec.file = files[i];
      specs.push_back(spec);
    }
    ASSERT_TRUE(outputs.open(specs));
    if (after_open) {
      after_open();
    }
    OutputFan fan(what, options, symbolizer);
    outputs.add_to(&fan, what, options, symbolizer, true);
    output::Sink nowhere(-1);
    if (is_forgetful) {
      fan.add(std::make_unique<Forgetful>(nowhere));
    }
    consumer::Tracer tracer(core, what, options, fan);
    fan.set_table(tracer.aggregations());
    ASSERT_TRUE(tracer.enable());
    ASSERT_TRUE(tracer.go());
    before_run(tracer);
    sigset_t mask;
    sigemptyset(&mask);
    const Result<void> traced = tracer.run({}, mask);
    status = report_ending(fan, tracer, traced, {});
    words = testing::internal::GetCapturedStderr();
  }
  std::function<void()> after_open;
};

// What arrived in a file.
struct Arrived {
  uint64_t nr_records = 0;
  uint64_t nr_elements = 0;
  bool has_end = false;
  bool is_complete = false;
};

Arrived read_output(const std::string& path, OutputFormat format) {
  Arrived arrived;
  std::ifstream file(path);
  std::string line;
  while (std::getline(file, line)) {
    if (format == OutputFormat::JsonLines) {
      const auto object = nlohmann::json::parse(line);
      const std::string type = object.at("type");
      arrived.nr_records += type == "record" ? 1 : 0;
      if (type == "aggregation") {
        arrived.nr_elements += object.at("elements").size();
      } else if (type == "end") {
        arrived.has_end = true;
        arrived.is_complete = object.at("is_complete");
      }
    } else if (format == OutputFormat::Csv) {
      arrived.nr_records += line.rfind("record,", 0) == 0 ? 1 : 0;
      arrived.nr_elements += line.rfind("aggregation,", 0) == 0 ? 1 : 0;
      if (line.rfind("end,", 0) == 0) {
        arrived.has_end = true;
        arrived.is_complete = line.rfind("end,,,complete,", 0) == 0;
      }
    } else {
      arrived.nr_records += line.find('r') == 0 ? 1 : 0;
      arrived.nr_elements += line.find_first_of("0123456789") != std::string::npos &&
                             line.find('r') == std::string::npos;
    }
  }
  return arrived;
}

struct End {
  const char* name;
  std::function<void(TestRun&)> prepare;
  uint64_t nr_records;  // that arrive
  uint64_t nr_elements;
  int status;
  const char* word;  // on standard error
};

const std::vector<End>& ends() {
  static const std::vector<End> kEnds = {
      {"exit(3)", [](TestRun& run) { run.core.next_status.exit_status = 3; }, kNrRecords,
       kNrElements, 3, ""},
      {"a buffer that is full",
       [](TestRun& run) {
         run.core.next_status.is_exiting = 0;
         run.core.next_status.is_filled = 1;
       },
       kNrRecords, kNrElements, 0, ""},
      {"a duration",
       [](TestRun& run) {
         run.core.next_status.is_exiting = 0;
         run.before_run = [](consumer::Tracer& tracer) { tracer.stop_at(1); };
       },
       kNrRecords, kNrElements, 0, ""},
      {"an interrupt",
       [](TestRun& run) { run.before_run = [](consumer::Tracer& tracer) { tracer.interrupt(); }; },
       kNrRecords, kNrElements, 0, ""},
      {"an interrupt while somebody waits for the prompt",
       [](TestRun& run) {
         run.before_run = [](consumer::Tracer& tracer) {
           tracer.limit_drain(0);
           tracer.interrupt();
         };
       },
       1, kNrElements, 1, "5 records left in the buffers by the interrupt"},
      {"a core that gives the consumer up",
       [](TestRun& run) { run.core.next_status.is_killed = 1; }, kNrRecords - 1, kNrElements, 1,
       "processing aborted"},
      {"a core that tells no status", [](TestRun& run) { run.core.is_status_failing = true; },
       kNrRecords, kNrElements, 1, "cannot get the status of tracing: Input/output error"},
      {"a core that does not stop", [](TestRun& run) { run.core.is_stop_failing = true; },
       kNrRecords, kNrElements, 1, "could not stop tracing: Input/output error"},
      {"a core that does not stop when interrupted",
       [](TestRun& run) {
         run.core.is_stop_failing = true;
         run.before_run = [](consumer::Tracer& tracer) { tracer.interrupt(); };
       },
       kNrRecords, kNrElements, 1, "could not stop tracing: Input/output error"},
      {"one CPU's records cannot be read",
       [](TestRun& run) { run.core.failing_kind = DTRACE_BUF_PRINCIPAL; }, 4, kNrElements, 1,
       "cannot take a trace buffer: Input/output error"},
      {"one CPU's aggregations cannot be read",
       [](TestRun& run) { run.core.failing_kind = DTRACE_BUF_AGG; }, kNrRecords, 2, 1,
       "cannot take a trace buffer: Input/output error"},
      {"a record of no clause",
       [](TestRun& run) { run.core.add(0, DTRACE_BUF_PRINCIPAL, Core::record(1, 7, 50, ""), 100); },
       kNrRecords, kNrElements, 1, "1 record in the buffers that cannot be read"},
  };
  return kEnds;
}

std::string scratch_file(const char* name) {
  const std::string path = testing::TempDir() + "ending." + std::to_string(::getpid()) + "." + name;
  ::unlink(path.c_str());
  return path;
}

constexpr OutputFormat kFormats[] = {OutputFormat::Text, OutputFormat::JsonLines,
                                     OutputFormat::Csv};

void expect_end(const End& end, const TestRun& run, const std::string& path, OutputFormat format) {
  const Arrived arrived = read_output(path, format);
  EXPECT_EQ(arrived.nr_records, end.nr_records);
  EXPECT_EQ(arrived.nr_elements, end.nr_elements);
  EXPECT_EQ(run.status, end.status);
  EXPECT_EQ(run.words.empty(), *end.word == '\0') << run.words;
  EXPECT_THAT(run.words, HasSubstr(end.word));
  if (format != OutputFormat::Text) {
    EXPECT_TRUE(arrived.has_end);
    EXPECT_EQ(arrived.is_complete, *end.word == '\0');
  }
}

TEST(Ending, ShowsOrCountsEverythingInEveryForm) {
  for (const End& end : ends()) {
    for (const OutputFormat format : kFormats) {
      SCOPED_TRACE(std::string(end.name) + ", format " + std::to_string(static_cast<int>(format)));
      TestRun run;
      run.files = {scratch_file("one")};
      end.prepare(run);
      run.run({format});
      expect_end(end, run, run.files[0], format);
    }
  }
}

TEST(Ending, ShowsOrCountsEverythingInSeveralOutputs) {
  for (const End& end : ends()) {
    SCOPED_TRACE(end.name);
    TestRun run;
    run.files = {scratch_file("json"), scratch_file("text"), scratch_file("csv")};
    end.prepare(run);
    run.run({OutputFormat::JsonLines, OutputFormat::Text, OutputFormat::Csv});
    expect_end(end, run, run.files[0], OutputFormat::JsonLines);
    expect_end(end, run, run.files[1], OutputFormat::Text);
    expect_end(end, run, run.files[2], OutputFormat::Csv);
  }
}

TEST(Ending, CountsWhatAFullDiskDidNotTake) {
  for (const OutputFormat format : kFormats) {
    TestRun run;
    run.files = {"/dev/full"};
    run.run({format});
    EXPECT_EQ(run.status, 1);
    EXPECT_THAT(run.words,
                HasSubstr("could not write /dev/full: No space left on device; 6 records and 3 "
                          "aggregation elements not shown"));
  }
}

TEST(Ending, AFullDiskDoesNotCostTheOtherOutputs) {
  TestRun run;
  run.files = {"/dev/full", scratch_file("whole")};
  run.run({OutputFormat::Text, OutputFormat::JsonLines});
  const Arrived arrived = read_output(run.files[1], OutputFormat::JsonLines);
  EXPECT_EQ(arrived.nr_records, kNrRecords);
  EXPECT_EQ(arrived.nr_elements, kNrElements);
  EXPECT_TRUE(arrived.is_complete);
  EXPECT_EQ(run.status, 1);
  EXPECT_THAT(run.words, HasSubstr("could not write /dev/full: No space left on device; nothing "
                                   "more goes there"));
  EXPECT_THAT(run.words, HasSubstr("/dev/full: 6 records and 3 aggregation elements not shown"));
}

// Both ends of a pipe with a name.
struct Pipe {
  std::string path = scratch_file("pipe");
  int reader = -1;
  Pipe() {
    EXPECT_EQ(::mkfifo(path.c_str(), 0600), 0);
    reader = ::open(path.c_str(), O_RDONLY | O_NONBLOCK);
  }
  ~Pipe() {
    ::close(reader);
    ::unlink(path.c_str());
  }
};

TEST(Ending, CountsWhatAReaderThatHasGoneDidNotTake) {
  ::signal(SIGPIPE, SIG_IGN);
  for (const OutputFormat format : kFormats) {
    Pipe pipe;
    TestRun run;
    run.files = {pipe.path};
    run.after_open = [&] { ::close(std::exchange(pipe.reader, -1)); };
    run.run({format});
    EXPECT_EQ(run.status, 1);
    EXPECT_THAT(run.words,
                HasSubstr("Broken pipe; 6 records and 3 aggregation elements not shown"));
  }
}

TEST(Ending, CountsWhatThereIsNoMemoryFor) {
  TestRun run;
  run.files = {scratch_file("other")};
  run.is_forgetful = true;
  run.run({OutputFormat::Csv});
  EXPECT_EQ(run.status, 1);
  EXPECT_THAT(run.words, HasSubstr("6 records and 0 aggregation values lost: out of memory"));
  EXPECT_THAT(run.words, HasSubstr("3 aggregation elements not shown"));
  EXPECT_FALSE(read_output(run.files[0], OutputFormat::Csv).is_complete);
}

// Giving up is for the whole process.
TEST(Ending, CountsWhatNobodyReads) {
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    Pipe pipe;
    const std::string filling(64 * 1024, 'x');
    TestRun run;
    run.files = {pipe.path, scratch_file("beside")};
    run.after_open = [&] {
      const int fd = ::open(pipe.path.c_str(), O_WRONLY | O_NONBLOCK);
      (void)!::write(fd, filling.data(), filling.size());
      ::close(fd);
      // As the second interrupt does it.
      struct sigaction action {};
      action.sa_handler = [](int) {};
      ::sigaction(SIGALRM, &action, nullptr);
      const itimerval timer{{0, 50'000}, {0, 50'000}};
      ::setitimer(ITIMER_REAL, &timer, nullptr);
      output::Sink::give_up();
    };
    run.run({OutputFormat::Text, OutputFormat::JsonLines});
    const Arrived arrived = read_output(run.files[1], OutputFormat::JsonLines);
    EXPECT_TRUE(arrived.is_complete && arrived.nr_elements == kNrElements);
    EXPECT_EQ(run.status, 1);
    EXPECT_THAT(run.words, HasSubstr("given up, nobody reads it"));
    EXPECT_THAT(run.words, HasSubstr("6 records and 3 aggregation elements not shown"));
    ::_exit(HasFailure() ? 1 : 0);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
}

}  // namespace
}  // namespace dt::cli
