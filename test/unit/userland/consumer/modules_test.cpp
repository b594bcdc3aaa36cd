// SPDX-License-Identifier: MIT
// Which kernel modules are loaded, and in which order: dependencies from made-up module files, and
// what of the catalog a description needs.
#include "consumer/modules.hpp"

#include <fcntl.h>
#include <gelf.h>
#include <gmock/gmock.h>
#include <libelf.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "consumer/module_file.hpp"
#include "consumer/probes.hpp"
#include "fake_channel.hpp"

namespace dt::consumer {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// An ELF file with a section .modinfo of these entries.
void make_module(const std::string& path, const std::vector<std::string>& entries) {
  std::string info;
  for (const std::string& entry : entries) {
    info += entry + '\0';
  }
  std::string names = std::string("\0.modinfo\0.shstrtab\0", 20);
  elf_version(EV_CURRENT);
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  Elf* elf = elf_begin(fd, ELF_C_WRITE, nullptr);
  gelf_newehdr(elf, ELFCLASS64);
  GElf_Ehdr header;
  gelf_getehdr(elf, &header);
  header.e_ident[EI_DATA] = ELFDATA2LSB;
  header.e_type = ET_REL;
  header.e_machine = EM_X86_64;
  header.e_version = EV_CURRENT;
  size_t index = 0;
  for (std::string* bytes : {&info, &names}) {
    Elf_Scn* section = elf_newscn(elf);
    Elf_Data* data = elf_newdata(section);
    data->d_buf = bytes->data();
    data->d_size = bytes->size();
    data->d_align = 1;
    GElf_Shdr shdr;
    gelf_getshdr(section, &shdr);
    shdr.sh_name = bytes == &info ? 1 : 10;
    shdr.sh_type = bytes == &info ? SHT_PROGBITS : SHT_STRTAB;
    gelf_update_shdr(section, &shdr);
    index = elf_ndxscn(section);
  }
  header.e_shstrndx = static_cast<GElf_Half>(index);
  gelf_update_ehdr(elf, &header);
  elf_update(elf, ELF_C_WRITE);
  elf_end(elf);
  ::close(fd);
}

class ModulesTest : public testing::Test {
 protected:
  void SetUp() override {
    dir_ = std::filesystem::temp_directory_path() / ("dt-modules-" + std::to_string(getpid()));
    std::filesystem::create_directories(dir_);
    ::setenv("DTRACE_MODULE_DIR", dir_.c_str(), 1);
  }
  void TearDown() override {
    ::unsetenv("DTRACE_MODULE_DIR");
    std::filesystem::remove_all(dir_);
  }
  std::string path(const std::string& module) const { return (dir_ / (module + ".ko")).string(); }

  void make(const std::string& module, const std::string& depends) {
    make_module(path(module), {"license=GPL", "depends=" + depends, "name=" + module,
                               "vermagic=6.1.0-1-amd64 SMP preempt mod_unload "});
  }

  std::filesystem::path dir_;
};

TEST_F(ModulesTest, FileSaysWhatItNeeds) {
  make("dt_test_fbt", "dt_test_patch,dt_test");
  auto file = read_module_file(path("dt_test_fbt"));
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_EQ(file->name, "dt_test_fbt");
  EXPECT_EQ(file->release, "6.1.0-1-amd64");
  EXPECT_THAT(file->depends, ElementsAre("dt_test_patch", "dt_test"));
  make("dt_test", "");
  EXPECT_THAT(read_module_file(path("dt_test"))->depends, ElementsAre());
}

TEST_F(ModulesTest, FilesThatAreNoModules) {
  EXPECT_THAT(read_module_file(path("dt_test")).error().message, HasSubstr("cannot read"));
  std::ofstream(path("dt_test")) << "not a module";
  EXPECT_THAT(read_module_file(path("dt_test")).error().message, HasSubstr("not a kernel module"));
  ModuleLoader loader("/nonexistent");
  EXPECT_FALSE(loader.plan("dt_test"));
}

TEST_F(ModulesTest, SourceAndSignature) {
  make_module(path("dt_test"), {"srcversion=0123ABC", "name=dt_test"});
  EXPECT_EQ(read_module_file(path("dt_test"))->source, "0123ABC");
  EXPECT_FALSE(read_module_file(path("dt_test"))->is_signed);
  std::ofstream(path("dt_test"), std::ios::app) << "~Module signature appended~\n";
  EXPECT_TRUE(read_module_file(path("dt_test"))->is_signed);
}

TEST_F(ModulesTest, AModuleMayBeAFile) {
  make("dt_test", "");
  make("dt-test-mine", "dt_test");
  const std::string file = path("dt-test-mine");
  ModuleLoader loader("/nonexistent");
  EXPECT_EQ(ModuleLoader::module_name(file), "dt_test_mine");
  EXPECT_EQ(ModuleLoader::module_name("dt_test"), "dt_test");
  EXPECT_EQ(loader.find_file(file), file);
  EXPECT_THAT(*loader.plan(file), ElementsAre("dt_test", file));
  EXPECT_EQ(loader.find_file("/nonexistent/dt_test.ko"), "");
  EXPECT_THAT(loader.load("/nonexistent/dt_test.ko").error().message, HasSubstr("cannot read"));
}

TEST_F(ModulesTest, WhatAModuleNeedsComesFirst) {
  make("dt_test", "");
  make("dt_test_patch", "dt_test");
  make("dt_test_fbt", "dt_test_patch,dt_test");
  make("dt_test_instr", "dt_test,dt_test_patch");
  ModuleLoader loader("/nonexistent");
  auto fbt = loader.plan("dt_test_fbt");
  ASSERT_TRUE(fbt);
  EXPECT_THAT(*fbt, ElementsAre("dt_test", "dt_test_patch", "dt_test_fbt"));
  EXPECT_THAT(*loader.plan("dt_test_instr"),
              ElementsAre("dt_test", "dt_test_patch", "dt_test_instr"));
  // No file here: left to modprobe, which knows about the rest.
  make("dt_test_net", "dt_test,dt_no_such_module");
  EXPECT_THAT(*loader.plan("dt_test_net"),
              ElementsAre("dt_test", "dt_no_such_module", "dt_test_net"));
}

TEST_F(ModulesTest, WhatIsMissingIsNamed) {
  make("dt_test_fbt", "dt_test_patch");
  ModuleLoader loader("/nonexistent");
  auto loaded = loader.load("dt_test_fbt");
  ASSERT_FALSE(loaded);
  EXPECT_THAT(loaded.error().message, HasSubstr("module dt_test_fbt needs module dt_test_patch: no "
                                                "module dt_test_patch for kernel"));
}

TEST_F(ModulesTest, CirclesAreRefused) {
  make("dt_test_a", "dt_test_b");
  make("dt_test_b", "dt_test_a");
  ModuleLoader loader("/nonexistent");
  auto order = loader.plan("dt_test_a");
  ASSERT_FALSE(order);
  EXPECT_THAT(order.error().message, HasSubstr("needs itself"));
}

// Loads nothing, remembers what it was asked for.
class Remembering : public ModuleLoader {
 public:
  Remembering() : ModuleLoader("/nonexistent") {}
  Result<void> load(const std::string& module) override {
    loaded.push_back(module);
    return {};
  }
  std::vector<std::string> loaded;
};

std::vector<ProviderEntry> catalog() {
  return {{"fbt", "dtrace_fbt", {"entry", "return"}, "", false},
          {"instr", "dtrace_instr", {}, "", true},
          {"profile", "dtrace_profile", {"profile-*", "tick-*"}, "", false},
          {"syscall", "dtrace_syscall", {"entry", "return"}, "", false}};
}

std::vector<std::string> loaded_for(const lang::ProbePattern& pattern) {
  FakeChannel channel(1);
  Remembering loader;
  DeviceProbeSource probes(channel, &loader, catalog);
  (void)probes.match(pattern, 1).has_value();
  return loader.loaded;
}

TEST(Catalog, ADescriptionLoadsWhatItCanMatch) {
  EXPECT_THAT(loaded_for({"fbt", "", "vfs_read", "entry", 0}), ElementsAre("dtrace_fbt"));
  EXPECT_THAT(loaded_for({"syscall", "", "", "entry", 0}), ElementsAre("dtrace_syscall"));
  EXPECT_THAT(loaded_for({"instr", "", "", "", 0}), ElementsAre("dtrace_instr"));
  EXPECT_THAT(loaded_for({"", "", "", "entry", 0}), ElementsAre("dtrace_fbt", "dtrace_syscall"));
  EXPECT_THAT(loaded_for({"*", "vmlinux", "vfs_read", "entry", 0}),
              ElementsAre("dtrace_fbt", "dtrace_instr", "dtrace_syscall"));
  EXPECT_THAT(loaded_for({"", "", "", "tick-1s", 0}), ElementsAre("dtrace_profile"));
  EXPECT_THAT(loaded_for({"", "", "vfs_read", "j*", 0}), ElementsAre("dtrace_instr"));
  EXPECT_THAT(loaded_for({"", "", "", "END", 0}), ElementsAre());
}

// Loads nothing, and says why.
class Failing : public ModuleLoader {
 public:
  Failing() : ModuleLoader("/nonexistent") {}
  Result<void> load(const std::string&) override { return Error{"no such module", ENOENT}; }
};

TEST(Catalog, AFailureIsToldHoweverOftenItIsAsked) {
  FakeChannel channel(1);
  Failing loader;
  DeviceProbeSource probes(channel, &loader, catalog);
  for (int i = 0; i < 2; i++) {
    const auto found = probes.match({"fbt", "", "vfs_read", "entry", 0}, 1);
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().message, "no such module");
  }
  EXPECT_TRUE(probes.match({"", "", "vfs_read", "entry", 0}, 1)) << "not asked for by name";
}

TEST(Catalog, AListOfAllProbesLeavesOutWhatNeedsAFunction) {
  FakeChannel channel(1);
  Remembering loader;
  DeviceProbeSource probes(channel, &loader, catalog);
  probes.load_all();
  EXPECT_THAT(loader.loaded, ElementsAre("dtrace_fbt", "dtrace_profile", "dtrace_syscall"));
}

}  // namespace
}  // namespace dt::consumer
