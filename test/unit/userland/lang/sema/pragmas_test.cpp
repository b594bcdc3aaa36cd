// SPDX-License-Identifier: MIT
// #pragma D lines and stability attributes.
#include <gtest/gtest.h>

#include "check_d.hpp"
#include "lang/sema/stability.hpp"

namespace dt::test {
namespace {

std::string pragma(const std::string& line) { return tags_of("#pragma D " + line + "\nBEGIN {}"); }

TEST(Pragmas, Options) {
  EXPECT_EQ(pragma("option quiet"), "OK");
  EXPECT_EQ(pragma("option strsize=1k"), "OK");
  auto checked = check_d("#pragma D option strsize=1k\n#pragma D option quiet\nBEGIN {}");
  EXPECT_EQ(checked->output->options.strsize, 1024u);
  ASSERT_EQ(checked->output->program.options.size(), 2u);
  EXPECT_EQ(checked->output->program.options[0].first, "strsize");
  EXPECT_EQ(checked->output->program.options[0].second, "1k");
}

TEST(Pragmas, OptionsAreRefusedByTheirOwner) {
  Checked it;
  it.input.texts.push_back({"t.d", "#pragma D option colour=red\nBEGIN {}", 0});
  it.input.types = &it.types;
  it.input.options.set_option = [](const std::string& name, const std::string& value,
                                   std::string* message) {
    EXPECT_EQ(name + "=" + value, "colour=red");
    *message = "no such option";
    return false;
  };
  it.output = lang::compile(it.input);
  EXPECT_EQ(it.tags(), "D_PRAGMA_OPTSET");
}

TEST(Pragmas, Others) {
  EXPECT_EQ(pragma("error \"stop here\""), "D_PRAGERR");
  EXPECT_EQ(pragma("binding \"1.0\" x"), "OK");
  EXPECT_EQ(pragma("binding x"), "D_PRAGMA_MALFORM");
  EXPECT_EQ(pragma("depends_on library net.d"), "D_PRAGMA_DEPEND");
  EXPECT_EQ(pragma("depends_on nothing"), "D_PRAGMA_MALFORM");
  EXPECT_EQ(pragma("colour red"), "D_PRAGMA_INVAL");
  EXPECT_EQ(pragma("attributes Stable/Stable/Common"), "D_PRAGMA_MALFORM");
  EXPECT_EQ(pragma("attributes Solid/Stable/Common pid"), "D_PRAGMA_INVAL");
  EXPECT_EQ(pragma("attributes Stable/Stable/Common pid"), "OK");
  EXPECT_EQ(pragma("attributes Stable/Stable/Common strlen"), "D_PRAGMA_UNUSED");
}

TEST(Pragmas, MinimumStability) {
  const std::string amin = "#pragma D option amin=Evolving/Evolving/Common\n";
  EXPECT_EQ(tags_in("trace(pid);", amin), "OK");
  EXPECT_EQ(tags_in("trace(`max_pfn);", amin), "D_ATTR_MIN");
}

TEST(Stability, Attributes) {
  using namespace lang::sema;
  auto a = parse_attributes("Stable/evolving/ISA");
  ASSERT_TRUE(a);
  EXPECT_EQ(to_string(*a), "Stable/Evolving/ISA");
  EXPECT_FALSE(parse_attributes("Stable/Stable"));
  EXPECT_FALSE(parse_attributes("Stable/Stable/Common/Common"));
  EXPECT_TRUE(is_weaker(*a, Attributes{}));
  EXPECT_FALSE(is_weaker(Attributes{}, *a));
  EXPECT_EQ(to_string(weakest(*a, *parse_attributes("Private/Stable/Common"))),
            "Private/Evolving/ISA");
}

}  // namespace
}  // namespace dt::test
