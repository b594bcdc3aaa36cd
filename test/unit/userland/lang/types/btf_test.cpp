// SPDX-License-Identifier: MIT
// Kernel types: BTF made up with libbpf (an image and a module on top of it), and the running
// kernel's if it has one.
#include "lang/types/btf.hpp"

#include <bpf/btf.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace dt::lang::types {
namespace {

class BtfTest : public testing::Test {
 protected:
  void SetUp() override {
    dir_ = std::filesystem::temp_directory_path() / ("dt-btf-" + std::to_string(getpid()));
    std::filesystem::create_directories(dir_);
    struct btf* b = btf__new_empty();
    int int_id = btf__add_int(b, "int", 4, BTF_INT_SIGNED);
    int ulong_id = btf__add_int(b, "long unsigned int", 8, 0);
    int char_id = btf__add_int(b, "char", 1, BTF_INT_SIGNED);
    int name_array = btf__add_array(b, int_id, char_id, 16);
    int anon = btf__add_union(b, "", 8);
    btf__add_field(b, "raw", ulong_id, 0, 0);
    btf__add_field(b, "low", int_id, 0, 0);
    int node = btf__add_struct(b, "node", 40);
    btf__add_field(b, "next", node + 1, 0, 0);
    btf__add_field(b, "", anon, 64, 0);
    btf__add_field(b, "flag", int_id, 128, 3);
    btf__add_field(b, "name", name_array, 160, 0);
    btf__add_ptr(b, node);  // node + 1
    int hidden = btf__add_fwd(b, "hidden", BTF_FWD_STRUCT);
    int typedef_id = btf__add_typedef(b, "node_t", node);
    int hidden_pointer = btf__add_ptr(b, hidden);
    int proto = btf__add_func_proto(b, int_id);
    btf__add_func_param(b, "n", node + 1);
    btf__add_func_param(b, "h", hidden_pointer);
    btf__add_func(b, "walk", BTF_FUNC_STATIC, proto);
    btf__add_enum(b, "mode", 4);
    btf__add_enum_value(b, "MODE_OFF", 0);
    btf__add_enum_value(b, "MODE_ON", -3);
    (void)typedef_id;
    write(b, "vmlinux");

    struct btf* m = btf__new_empty_split(b);
    int own = btf__add_struct(m, "hidden", 16);
    btf__add_field(m, "n", node, 0, 0);
    btf__add_typedef(m, "own_t", own);
    int lone = btf__add_struct(m, "lone", 4);
    (void)lone;
    write(m, "fancy");
    btf__free(m);
    btf__free(b);
  }
  void TearDown() override { std::filesystem::remove_all(dir_); }

  void write(const struct btf* b, const char* name) {
    uint32_t size = 0;
    const void* raw = btf__raw_data(b, &size);
    std::ofstream(dir_ / name, std::ios::binary).write(static_cast<const char*>(raw), size);
  }

  std::filesystem::path dir_;
};

TEST_F(BtfTest, StructsOnDemand) {
  Btf btf(dir_.string());
  TypeTable table;
  table.set_btf(&btf);
  EXPECT_TRUE(btf.is_available());
  EXPECT_TRUE(table.is_type_name("uint64_t"));
  EXPECT_NE(table.find_by_text("pid_t *"), nullptr);
  EXPECT_FALSE(btf.is_open());  // no kernel type was asked for

  const Type* node = table.find_tag(TypeKind::Struct, "node");
  ASSERT_NE(node, nullptr);
  EXPECT_EQ(node->size, 40u);
  auto low = find_member(node, "low");
  ASSERT_TRUE(low);
  EXPECT_EQ(low->bit_offset, 64u);
  EXPECT_EQ(low->member->type, table.int_t());
  auto flag = find_member(node, "flag");
  EXPECT_EQ(flag->member->bit_size, 3u);
  EXPECT_EQ(flag->bit_offset, 128u);
  EXPECT_TRUE(is_char_array(find_member(node, "name")->member->type));
  EXPECT_EQ(resolve(find_member(node, "next")->member->type->target), node);
  EXPECT_EQ(resolve(node)->align, 8u);
  EXPECT_TRUE(same_type(table.find_by_text("node_t *"), table.find_by_text("struct node *")));
}

TEST_F(BtfTest, Functions) {
  Btf btf(dir_.string());
  TypeTable table;
  table.set_btf(&btf);
  const Type* walk = btf.function(table, "", "walk");
  ASSERT_NE(walk, nullptr);
  EXPECT_EQ(to_string(walk), "int (struct node *, struct hidden *)");
  EXPECT_EQ(walk->params[0].name, "n");
  EXPECT_EQ(btf.function(table, "", "node"), nullptr);
  EXPECT_EQ(btf.function(table, "", "no_such_function"), nullptr);
}

TEST_F(BtfTest, Enumerators) {
  Btf btf(dir_.string());
  TypeTable table;
  table.set_btf(&btf);
  const Type* mode = nullptr;
  EXPECT_EQ(table.find_enumerator("MODE_ON", &mode), -3);
  EXPECT_EQ(resolve(mode)->enumerators.size(), 2u);
  EXPECT_FALSE(table.find_enumerator("MODE_NONE"));
  EXPECT_FALSE(table.find_enumerator("walk"));
}

TEST_F(BtfTest, ModulesHaveTheirOwnTypes) {
  Btf btf(dir_.string());
  TypeTable table;
  table.set_btf(&btf);
  const Type* hidden = table.find_by_text("fancy`struct hidden");
  ASSERT_NE(hidden, nullptr);
  EXPECT_EQ(resolve(hidden)->size, 16u);
  EXPECT_EQ(resolve(resolve(hidden)->members[0].type),
            resolve(table.find_tag(TypeKind::Struct, "node")));
  EXPECT_EQ(table.find_by_text("own_t"), nullptr);
  EXPECT_NE(table.find_by_text("fancy`own_t"), nullptr);
  EXPECT_NE(table.find_by_text("fancy`node_t"), nullptr);
  EXPECT_EQ(table.find_by_text("nomodule`own_t"), nullptr);
  EXPECT_NE(table.find_by_text("struct lone *"), nullptr);
}

TEST_F(BtfTest, WithoutBtfNothingIsFoundAndTheReasonIsKept) {
  Btf btf((dir_ / "none").string());
  TypeTable table;
  table.set_btf(&btf);
  EXPECT_FALSE(btf.is_available());
  EXPECT_EQ(table.find_tag(TypeKind::Struct, "task_struct"), nullptr);
  EXPECT_NE(btf.problem().find("cannot read"), std::string::npos);
}

TEST_F(BtfTest, DamagedBtfIsRefused) {
  std::ofstream(dir_ / "vmlinux", std::ios::binary) << "not type information";
  Btf btf(dir_.string());
  TypeTable table;
  table.set_btf(&btf);
  EXPECT_EQ(table.find_tag(TypeKind::Struct, "node"), nullptr);
  EXPECT_FALSE(btf.problem().empty());
}

TEST(BtfLiveTest, RunningKernel) {
  Btf btf;
  if (!btf.is_available()) {
    GTEST_SKIP() << "this kernel has no BTF";
  }
  TypeTable table;
  table.set_btf(&btf);
  const Type* task = table.find_tag(TypeKind::Struct, "task_struct");
  ASSERT_NE(task, nullptr);
  EXPECT_TRUE(find_member(task, "pid"));
  EXPECT_TRUE(is_char_array(find_member(task, "comm")->member->type));
  auto parent = find_member(task, "real_parent");
  ASSERT_TRUE(parent);
  EXPECT_EQ(resolve(parent->member->type->target), resolve(task));
  // sk_buff's headers are inside anonymous members in some kernels.
  EXPECT_TRUE(find_member(table.find_tag(TypeKind::Struct, "sk_buff"), "network_header"));
  const Type* open = btf.function(table, "", "vfs_open");
  ASSERT_NE(open, nullptr);
  EXPECT_EQ(to_string(open), "int (struct path *, struct file *)");
}

}  // namespace
}  // namespace dt::lang::types
