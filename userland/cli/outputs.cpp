// SPDX-License-Identifier: MIT
#include "cli/outputs.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include "cli/csv_handler.hpp"
#include "cli/json_handler.hpp"
#include "cli/text_handler.hpp"

namespace dt::cli {

std::vector<session::OutputSpec> output_specs(const Arguments& arguments,
                                              const session::Session* session) {
  std::vector<session::OutputSpec> specs;
  if (session != nullptr) {
    specs = session->outputs;
  }
  auto standard = specs.begin();
  while (standard != specs.end() && !standard->file.empty()) {
    ++standard;
  }
  const bool is_changed = !arguments.output.empty() || arguments.is_json;
  if (standard == specs.end() && (specs.empty() || is_changed)) {
    standard = specs.insert(specs.begin(), session::OutputSpec{});
  }
  if (!is_changed) {
    return specs;
  }
  standard->file = arguments.output;
  if (arguments.is_json) {
    standard->format = session::OutputFormat::JsonLines;
    standard->columns.clear();
  }
  return specs;
}

Result<void> Outputs::open(std::vector<session::OutputSpec> specs) {
  const uint64_t now = consumer::now_ns();
  for (session::OutputSpec& spec : specs) {
    Output output;
    if (!spec.file.empty()) {
      output::RotationLimits limits;
      if (spec.rotation) {
        limits = {spec.rotation->size_bytes, spec.rotation->time_ns, spec.rotation->nr_kept};
      }
      auto file = output::OutputFile::open(spec.file, limits, now);
      if (!file) {
        return file.error();
      }
      output.file = std::move(*file);
    }
    output.sink = std::make_unique<output::Sink>(output.file ? output.file->fd() : STDOUT_FILENO);
    output.spec = std::move(spec);
    outputs_.push_back(std::move(output));
  }
  return {};
}

void Outputs::add_to(OutputFan* fan, const lang::object::Program& program,
                     consumer::Options& options, ConsumerSymbolizer& symbolizer, bool is_bare) {
  for (Output& output : outputs_) {
    std::unique_ptr<OutputHandler> handler;
    switch (output.spec.format) {
      case session::OutputFormat::Text:
        handler =
            std::make_unique<TextHandler>(program, options, symbolizer, *output.sink, is_bare);
        break;
      case session::OutputFormat::JsonLines:
        handler = std::make_unique<JsonHandler>(program, options, symbolizer, *output.sink);
        break;
      case session::OutputFormat::Csv:
        handler = std::make_unique<CsvHandler>(program, options, symbolizer, *output.sink,
                                               output.spec.columns,
                                               output.file && output.file->old_bytes() != 0);
        break;
    }
    fan->add(std::move(handler), output.file.get());
  }
}

bool Outputs::is_watched() const {
  for (const Output& output : outputs_) {
    struct stat status {};
    const int fd = output.file ? output.file->fd() : STDOUT_FILENO;
    if (::fstat(fd, &status) == 0 && S_ISREG(status.st_mode)) {
      return false;
    }
  }
  return true;
}

}  // namespace dt::cli
