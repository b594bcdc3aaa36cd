// SPDX-License-Identifier: MIT
// Types without a kernel: built-in names, types as text, layout, equality, printing.
#include "lang/types/type.hpp"

#include <gtest/gtest.h>

namespace dt::lang::types {
namespace {

class TypeTest : public testing::Test {
 protected:
  std::string text(const char* c) {
    const Type* type = table.find_by_text(c);
    return type ? to_string(type) : "none";
  }
  uint64_t size(const char* c) {
    const Type* type = table.find_by_text(c);
    return type ? resolve(type)->size : ~0ull;
  }
  // struct tag { types... }, bit widths where nonzero.
  Type* make_struct(TypeKind kind, std::vector<std::pair<const char*, uint32_t>> types) {
    Type* sou = table.new_tag(kind, "");
    char name = 'a';
    for (auto [type, bits] : types) {
      sou->members.push_back({std::string(1, name++), table.find_by_text(type), 0, bits});
    }
    table.layout(sou);
    return sou;
  }

  TypeTable table;
};

TEST_F(TypeTest, BasicTypesInAnyOrderOfWords) {
  EXPECT_EQ(text("int"), "int");
  EXPECT_EQ(text("long unsigned int"), "unsigned long");
  EXPECT_EQ(text("unsigned"), "unsigned int");
  EXPECT_EQ(text("long long unsigned"), "unsigned long long");
  EXPECT_EQ(text("const volatile char"), "char");
  EXPECT_EQ(text("long double"), "long double");
  EXPECT_EQ(text("void *"), "void *");
  EXPECT_EQ(text("short long"), "none");
  EXPECT_EQ(text("unsigned float"), "none");
  EXPECT_EQ(text("int int"), "none");
  EXPECT_EQ(text("nosuchtype"), "none");
  EXPECT_EQ(text(""), "none");
}

TEST_F(TypeTest, BuiltInTypedefs) {
  EXPECT_EQ(size("uint8_t"), 1u);
  EXPECT_EQ(size("pid_t"), 4u);
  EXPECT_EQ(size("hrtime_t"), 8u);
  EXPECT_EQ(text("caddr_t"), "caddr_t");
  EXPECT_TRUE(is_char_pointer(table.find_by_text("caddr_t")));
  EXPECT_TRUE(table.is_type_name("size_t"));
  EXPECT_FALSE(table.is_type_name("size"));
  EXPECT_TRUE(resolve(table.int64())->is_signed);
  EXPECT_FALSE(resolve(table.uint64())->is_signed);
}

TEST_F(TypeTest, Declarators) {
  EXPECT_EQ(text("char **"), "char **");
  EXPECT_EQ(text("int [3]"), "int [3]");
  EXPECT_EQ(text("int [2][3]"), "int [2][3]");
  EXPECT_EQ(text("int (*)[3]"), "int (*)[3]");
  EXPECT_EQ(text("int *[3]"), "int *[3]");
  EXPECT_EQ(text("int (*)(void)"), "int (*)(void)");
  EXPECT_EQ(text("int (*)(char *p, ...)"), "int (*)(char *, ...)");
  EXPECT_EQ(text("char *(*[4])(int, unsigned long)"), "char *(*[4])(int, unsigned long)");
  EXPECT_EQ(text("int (*"), "none");
  EXPECT_EQ(text("int ]"), "none");
  EXPECT_EQ(size("int [2][3]"), 24u);
  EXPECT_EQ(text("string"), "string");
}

TEST_F(TypeTest, HostileTextIsRefused) {
  EXPECT_EQ(table.find_by_text("int " + std::string(100000, '(')), nullptr);
  EXPECT_EQ(table.find_by_text("int " + std::string(100000, '(') + "*"), nullptr);
}

TEST_F(TypeTest, Layout) {
  Type* plain = make_struct(TypeKind::Struct,
                            {{"char", 0}, {"int", 0}, {"char", 0}, {"long", 0}, {"short", 0}});
  EXPECT_EQ(plain->size, 32u);
  EXPECT_EQ(plain->align, 8u);
  EXPECT_EQ(plain->members[1].bit_offset, 32u);
  EXPECT_EQ(plain->members[3].bit_offset, 128u);

  Type* both = make_struct(TypeKind::Union, {{"char", 0}, {"long", 0}, {"int [3]", 0}});
  EXPECT_EQ(both->size, 16u);
  EXPECT_EQ(both->members[2].bit_offset, 0u);
}

TEST_F(TypeTest, BitFieldsFollowTheAbi) {
  // struct { int a:3; int b:30; char c:4; char d:5; short e; } of gcc on x86-64.
  Type* s = make_struct(TypeKind::Struct,
                        {{"int", 3}, {"int", 30}, {"char", 4}, {"char", 5}, {"short", 0}});
  EXPECT_EQ(s->members[0].bit_offset, 0u);
  EXPECT_EQ(s->members[1].bit_offset, 32u);
  EXPECT_EQ(s->members[2].bit_offset, 64u);
  EXPECT_EQ(s->members[3].bit_offset, 72u);
  EXPECT_EQ(s->members[4].bit_offset, 80u);
  EXPECT_EQ(s->size, 12u);
}

TEST_F(TypeTest, MembersOfAnonymousMembers) {
  Type* inner = make_struct(TypeKind::Union, {{"int", 0}, {"long", 0}});
  inner->members[0].name = "x";
  inner->members[1].name = "y";
  Type* outer = table.new_tag(TypeKind::Struct, "outer");
  outer->members.push_back({"first", table.int_t(), 0, 0});
  outer->members.push_back({"", inner, 0, 0});
  table.layout(outer);
  auto found = find_member(outer, "y");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->bit_offset, 64u);
  EXPECT_EQ(found->member->type, table.find_by_text("long"));
  EXPECT_FALSE(find_member(outer, "z"));
  EXPECT_FALSE(find_member(outer, ""));
}

TEST_F(TypeTest, ForwardIsFilledInPlace) {
  Type* forward = table.new_tag(TypeKind::Forward, "node");
  const Type* pointer = table.pointer_to(forward);
  EXPECT_FALSE(forward->is_complete);
  Type* node = table.new_tag(TypeKind::Struct, "node");
  EXPECT_EQ(node, forward);
  node->members.push_back({"next", pointer, 0, 0});
  table.layout(node);
  EXPECT_EQ(resolve(pointer->target)->size, 8u);
  EXPECT_EQ(table.find_tag(TypeKind::Struct, "node"), node);
  EXPECT_EQ(table.find_tag(TypeKind::Union, "node"), nullptr);
}

TEST_F(TypeTest, SameType) {
  auto same = [this](const char* a, const char* b) {
    return same_type(table.find_by_text(a), table.find_by_text(b));
  };
  EXPECT_TRUE(same("uint64_t", "unsigned long long"));
  EXPECT_TRUE(same("int *", "int32_t *"));
  EXPECT_FALSE(same("int", "unsigned int"));
  EXPECT_FALSE(same("int *", "long *"));
  EXPECT_TRUE(same("int (*)(char)", "int (*)(char)"));
  EXPECT_FALSE(same("int (*)(char)", "int (*)(char, int)"));
}

TEST_F(TypeTest, EnumeratorsOfTheProgram) {
  Type* colour = table.new_tag(TypeKind::Enum, "colour");
  colour->enumerators = {{"RED", 0}, {"GREEN", 7}};
  colour->is_complete = true;
  table.register_enumerators(colour);
  const Type* of = nullptr;
  EXPECT_EQ(table.find_enumerator("GREEN", &of), 7);
  EXPECT_EQ(of, colour);
  EXPECT_FALSE(table.find_enumerator("BLUE"));
}

}  // namespace
}  // namespace dt::lang::types
