// SPDX-License-Identifier: MIT
// What is shown of trace(args) without a plugin, and C values on one line.
#include "output/decoded_args.hpp"

#include <gtest/gtest.h>

#include <cstring>

#include "output/type_line.hpp"

namespace dt::output {
namespace {

using lang::object::Action;
using lang::object::Field;
using lang::object::FieldKind;
using lang::object::ShownType;
using Kind = ShownType::Kind;

class RawArgsTest : public testing::Test {
 protected:
  RawArgsTest() {
    action_.kind = lang::object::ActionKind::Args;
    payload_.resize(256);
    record_.payload = payload_;
  }
  template <typename T>
  Field& add(const std::string& text, FieldKind kind, const T& value, size_t size = sizeof(T)) {
    Field field;
    field.kind = kind;
    field.offset = next_;
    field.size = static_cast<uint32_t>(size);
    std::memcpy(payload_.data() + next_, &value, std::min(size, sizeof(T)));
    next_ += 32;
    action_.args.push_back(field);
    origin_->texts.push_back(text);
    action_.origin = origin_;
    return action_.args.back();
  }

  Action action_;
  std::shared_ptr<lang::object::ArgsOrigin> origin_ = std::make_shared<lang::object::ArgsOrigin>();
  std::vector<std::byte> payload_;
  consumer::TraceRecord record_;
  uint32_t next_ = 8;  // bytes 0 and on are marks of faults
};

TEST_F(RawArgsTest, EveryKindHasAForm) {
  add("arg0", FieldKind::Int, int64_t{-100}).is_signed = true;
  add("arg1", FieldKind::Int, uint64_t{0xffff888004a70000});
  add("copyinstr(arg2)", FieldKind::String, "a\"b\n");
  add("x", FieldKind::Bytes, uint16_t{0x0201});
  EXPECT_EQ(args_text(nullptr, action_, record_),
            "arg0=-100 arg1=0xffff888004a70000 copyinstr(arg2)=\"a\\\"b\\n\" x=0102");
  EXPECT_EQ(args_json(nullptr, action_, record_),
            "{\"arg0\":-100,\"arg1\":18446612682148085760,\"copyinstr(arg2)\":\"a\\\"b\\n\","
            "\"x\":\"0102\"}");
}

TEST_F(RawArgsTest, WhatWasNotRecordedIsAQuestionMark) {
  add("a", FieldKind::Int, int64_t{1}).fault = 0;
  add("b", FieldKind::Int, int64_t{2}).fault = 1;
  add("c", FieldKind::Missing, int64_t{3});
  payload_[1] = std::byte{1};
  EXPECT_EQ(raw_args_text(action_, record_), "a=1 b=? c=?");
  EXPECT_EQ(raw_args_json(action_, record_), "{\"a\":1,\"b\":null,\"c\":null}");
}

std::shared_ptr<ShownType> type_of(Kind kind, uint64_t size, bool is_signed = false) {
  auto type = std::make_shared<ShownType>();
  type->kind = kind;
  type->size = size;
  type->is_signed = is_signed;
  return type;
}

TEST(TypeLine, ShowsMembersThatAreNotZero) {
  auto number = type_of(Kind::Int, 4, true);
  auto pointer = type_of(Kind::Pointer, 8);
  auto letter = type_of(Kind::Int, 1, true);
  letter->is_char = true;
  auto name = type_of(Kind::Array, 8);
  name->target = letter;
  name->nr_elems = 8;
  auto list = type_of(Kind::Array, 12);
  list->target = number;
  list->nr_elems = 3;
  ShownType type;
  type.kind = Kind::Struct;
  type.size = 48;
  type.members = {{"n", number, 0, 0},     {"zero", number, 32, 0}, {"p", pointer, 64, 0},
                  {"name", name, 128, 0},  {"list", list, 192, 0},  {"low", number, 288, 3},
                  {"high", number, 291, 5}};
  std::vector<std::byte> bytes(48);
  const int32_t n = -7;
  const uint64_t p = 0x1000;
  const int32_t values[] = {1, 2, 0};
  std::memcpy(bytes.data(), &n, 4);
  std::memcpy(bytes.data() + 8, &p, 8);
  std::memcpy(bytes.data() + 16, "eth0", 4);
  std::memcpy(bytes.data() + 24, values, sizeof(values));
  bytes[36] = std::byte{0b01010011};
  EXPECT_EQ(type_line(type, bytes, 1000),
            "{ .n = -7, .p = 0x1000, .name = \"eth0\", .list = [ 1, 2 ], .low = 3, .high = 10 }");
  EXPECT_EQ(type_line(type, bytes, 10), "{ .n = -7, ... }");
  EXPECT_EQ(type_line(type, std::span(bytes).first(4), 1000), "{ .n = -7 }");
  EXPECT_EQ(type_line(type, {}, 1000), "{}");
}

TEST(TypeLine, NamesEnumeratorsAndTruth) {
  ShownType state = *type_of(Kind::Enum, 4);
  state.enumerators = {{"OPEN", 1}, {"CLOSED", 7}};
  const uint32_t values[] = {7, 3};
  const auto bytes = std::as_bytes(std::span(values));
  EXPECT_EQ(type_line(state, bytes, 100), "CLOSED");
  EXPECT_EQ(type_line(state, bytes.subspan(4), 100), "3");
  ShownType truth = *type_of(Kind::Int, 1);
  truth.is_bool = true;
  EXPECT_EQ(type_line(truth, bytes, 100), "true");
}

}  // namespace
}  // namespace dt::output
