// SPDX-License-Identifier: MIT
// A small kernel for tests of args[]: a folder of BTF files made up with libbpf (an image and a
// module), and the fbt probes of its functions. The folder lives as long as the object.
#pragma once

#include <bpf/btf.h>
#include <fnmatch.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "dtrace/uapi.h"
#include "lang/probe_source.hpp"

namespace dt::test {

class MadeBtf {
 public:
  MadeBtf() {
    static std::atomic<int> nr_made{0};
    dir_ = std::filesystem::temp_directory_path() /
           ("dt-made-btf-" + std::to_string(getpid()) + "-" + std::to_string(nr_made++));
    std::filesystem::create_directories(dir_);
    struct btf* b = btf__new_empty();
    image(b);
    write(b, "vmlinux");
    struct btf* m = btf__new_empty_split(b);
    module(m);
    write(m, "fancy");
    btf__free(m);
    btf__free(b);
  }
  ~MadeBtf() { std::filesystem::remove_all(dir_); }
  MadeBtf(const MadeBtf&) = delete;
  MadeBtf& operator=(const MadeBtf&) = delete;

  std::string dir() const { return dir_.string(); }

 private:
  struct Param {
    const char* name;
    int type;
  };

  static void function(struct btf* b, const char* name, int result,
                       const std::vector<Param>& params) {
    int proto = btf__add_func_proto(b, result);
    for (const Param& param : params) {
      btf__add_func_param(b, param.name, param.type);
    }
    btf__add_func(b, name, BTF_FUNC_STATIC, proto);
  }

  void image(struct btf* b) {
    int int_id = btf__add_int(b, "int", 4, BTF_INT_SIGNED);
    long_ = btf__add_int(b, "long int", 8, BTF_INT_SIGNED);
    int ulong_id = btf__add_int(b, "long unsigned int", 8, 0);
    int char_id = btf__add_int(b, "char", 1, BTF_INT_SIGNED);
    int short_id = btf__add_int(b, "short int", 2, BTF_INT_SIGNED);
    int ushort_id = btf__add_int(b, "short unsigned int", 2, 0);
    int bool_id = btf__add_int(b, "_Bool", 1, BTF_INT_BOOL);
    int wide_id = btf__add_int(b, "__int128", 16, BTF_INT_SIGNED);
    int double_id = btf__add_float(b, "double", 8);
    int text = btf__add_array(b, int_id, char_id, 16);
    int longs = btf__add_array(b, int_id, long_, 4);

    int choice = btf__add_union(b, "", 8);
    btf__add_field(b, "whole", ulong_id, 0, 0);
    btf__add_field(b, "low", int_id, 0, 0);
    int file = btf__add_struct(b, "file", 48);
    btf__add_field(b, "name", text, 0, 0);
    btf__add_field(b, "", choice, 128, 0);
    btf__add_field(b, "readable", int_id, 192, 1);
    btf__add_field(b, "mode", int_id, 193, 3);
    btf__add_field(b, "next", file + 1, 256, 0);
    btf__add_field(b, "count", int_id, 320, 0);
    int file_pointer = btf__add_ptr(b, file);  // file + 1
    int path = btf__add_struct(b, "path", 8);
    btf__add_field(b, "id", long_, 0, 0);
    int path_pointer = btf__add_ptr(b, path);
    int char_pointer = btf__add_ptr(b, char_id);

    int uid = btf__add_struct(b, "uid", 4);
    btf__add_field(b, "val", int_id, 0, 0);
    int pair = btf__add_struct(b, "pair", 16);
    btf__add_field(b, "a", long_, 0, 0);
    btf__add_field(b, "b", long_, 64, 0);
    int large = btf__add_struct(b, "large", 32);
    btf__add_field(b, "word", longs, 0, 0);
    int empty = btf__add_struct(b, "empty", 0);
    int level = btf__add_enum(b, "level", 1);  // packed
    btf__add_enum_value(b, "LEVEL_LOW", 0);
    btf__add_enum_value(b, "LEVEL_HIGH", 200);

    function(b, "vfs_read", long_,
             {{"file", file_pointer}, {"buf", char_pointer}, {"count", ulong_id}});
    function(b, "vfs_write", long_,
             {{"file", file_pointer}, {"buf", char_pointer}, {"count", ulong_id}});
    function(b, "vfs_open", int_id, {{"path", path_pointer}, {"file", file_pointer}});
    function(b, "narrow", short_id,
             {{"b", bool_id},
              {"c", char_id},
              {"s", short_id},
              {"u", ushort_id},
              {"i", int_id},
              {"l", level}});
    function(b, "nothing", 0, {});
    function(b, "many", 0,
             {{"a", long_},
              {"b", long_},
              {"c", long_},
              {"d", long_},
              {"e", long_},
              {"f", long_},
              {"g", short_id},
              {"h", pair},
              {"i", char_id}});
    function(b, "eight", int_id,
             {{"a", long_},
              {"b", long_},
              {"c", long_},
              {"d", long_},
              {"e", long_},
              {"f", long_},
              {"g", short_id},
              {"h", long_}});
    function(b, "by_value", uid,
             {{"uid", uid}, {"none", empty}, {"pair", pair}, {"large", large}, {"last", int_id}});
    function(b, "get_pair", pair, {{"n", int_id}});
    function(b, "get_large", large, {{"n", int_id}});
    function(b, "say", int_id, {{"format", char_pointer}, {"", 0}});
    function(b, "average", double_id, {{"d", double_id}, {"n", int_id}});
    function(b, "wide", wide_id, {{"w", wide_id}, {"n", int_id}});
    function(b, "twice", int_id, {{"n", int_id}});
    function(b, "twice", int_id, {{"file", file_pointer}});
    function(b, "same", int_id, {{"n", int_id}});
    function(b, "same", int_id, {{"n", int_id}});
  }

  void module(struct btf* m) {
    int own = btf__add_struct(m, "own", 8);
    btf__add_field(m, "id", long_, 0, 0);
    int own_pointer = btf__add_ptr(m, own);
    function(m, "fancy_open", 0, {{"own", own_pointer}});
    function(m, "vfs_open", 0, {{"own", own_pointer}});  // the image has one too
  }

  void write(const struct btf* b, const char* name) {
    uint32_t size = 0;
    const void* raw = btf__raw_data(b, &size);
    std::ofstream(dir_ / name, std::ios::binary).write(static_cast<const char*>(raw), size);
  }

  std::filesystem::path dir_;
  int long_ = 0;
};

// Entry and return of the functions above, of some that BTF does not describe, and as many more
// with the prototype of vfs_read as wanted ("copy_0" has no BTF either).
class FbtProbes : public lang::ProbeSource {
 public:
  FbtProbes() {
    for (const char* name :
         {"vfs_read", "vfs_write", "vfs_open", "narrow", "nothing", "many", "eight", "by_value",
          "get_pair", "get_large", "say", "average", "wide", "twice", "same", "unknown"}) {
      add("vmlinux", name);
    }
    add("fancy", "fancy_open");
    add("fancy", "vfs_open");
    add("plain", "plain_open");
    add("vmlinux", "clone.isra.0", false);
  }

  void add(const char* mod, const std::string& func, bool has_types = true) {
    auto id = static_cast<uint32_t>(probes_.size() + 1);
    probes_.push_back({id, has_types ? DTRACE_PROBE_ARGS_BTF : 0, "fbt", mod, func, "entry"});
    probes_.push_back(
        {id + 1, has_types ? DTRACE_PROBE_RETURN_BTF : 0, "fbt", mod, func, "return"});
  }

  Result<std::vector<lang::ProbeInfo>> match(const lang::ProbePattern& pattern,
                                             size_t limit) override {
    auto fits = [](const std::string& glob, const std::string& text) {
      return glob.empty() || fnmatch(glob.c_str(), text.c_str(), 0) == 0;
    };
    std::vector<lang::ProbeInfo> out;
    for (const lang::ProbeInfo& probe : probes_) {
      if (out.size() < limit && fits(pattern.prov, probe.prov) && fits(pattern.mod, probe.mod) &&
          fits(pattern.func, probe.func) && fits(pattern.name, probe.name)) {
        out.push_back(probe);
      }
    }
    return out;
  }
  Result<std::vector<lang::ProbeArg>> args(const lang::ProbeInfo&) override {
    return std::vector<lang::ProbeArg>{};
  }
  Suggestion suggest(const lang::ProbePattern&) override { return {}; }

 private:
  std::vector<lang::ProbeInfo> probes_;
};

}  // namespace dt::test
