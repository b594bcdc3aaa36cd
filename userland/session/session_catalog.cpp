// SPDX-License-Identifier: MIT
#include "session/session_catalog.hpp"

#include <dirent.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <map>
#include <memory>

#include "session/problem.hpp"

namespace dt::session {

namespace {

constexpr std::string_view kEnding = ".yaml";

bool ends_with(const std::string& text, std::string_view ending) {
  return text.size() > ending.size() &&
         text.compare(text.size() - ending.size(), ending.size(), ending) == 0;
}

}  // namespace

std::vector<std::string> yaml_files(const std::string& folder) {
  std::vector<std::string> names;
  const std::unique_ptr<DIR, int (*)(DIR*)> dir(::opendir(folder.c_str()), ::closedir);
  while (dir) {
    const dirent* entry = ::readdir(dir.get());
    if (entry == nullptr) {
      break;
    }
    const std::string name = entry->d_name;
    if (ends_with(name, kEnding) && name[0] != '.') {
      names.push_back(name);
    }
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::vector<SessionFile> list_sessions(const std::vector<std::string>& folders) {
  std::map<std::string, std::string> found;
  for (const std::string& folder : folders) {
    for (const std::string& file : yaml_files(folder)) {
      found[file.substr(0, file.size() - kEnding.size())] = folder + "/" + file;
    }
  }
  std::vector<SessionFile> list;
  for (auto& [name, path] : found) {
    list.push_back(SessionFile{name, path});
  }
  return list;
}

Result<std::string> find_session(const std::string& what, const std::vector<std::string>& folders) {
  if (what.empty()) {
    return Error{"--session needs the name or the file of a session", EINVAL};
  }
  if (what.find('/') != std::string::npos || ends_with(what, ".yaml") || ends_with(what, ".yml")) {
    return what;
  }
  std::vector<std::string> known;
  for (const SessionFile& file : list_sessions(folders)) {
    if (file.name == what) {
      return file.path;
    }
    known.push_back(file.name);
  }
  const std::string hint = name_hint(what, known);
  std::string message = fmt::format("there is no session '{}'", what);
  if (hint.compare(0, 7, "did you") == 0) {
    message += "; " + hint;
  }
  message += ::access(what.c_str(), F_OK) == 0
                 ? fmt::format(" (for the file of that name write ./{})", what)
                 : " ('dtrace sessions' lists them)";
  return Error{message, ENOENT};
}

}  // namespace dt::session
