// SPDX-License-Identifier: MIT
// Tokens: every kind, their values, macro variables, control lines, and each lexical mistake.
#include "lang/lexer.hpp"

#include <gtest/gtest.h>

#include "lang/literal.hpp"

namespace dt::lang {
namespace {

struct Lexed {
  std::vector<Token> tokens;
  std::vector<PragmaLine> pragmas;
  std::vector<Diagnostic> errors;
};

Lexed lex(const std::string& text, const MacroValues& values = {}) {
  SourceManager sources;
  Diagnostics diagnostics;
  MacroTable macros(values);
  Lexer lexer(sources, sources.add("t.d", text), macros, diagnostics);
  Lexed out;
  do {
    out.tokens.push_back(lexer.next());
  } while (out.tokens.back().kind != Tok::End);
  out.tokens.pop_back();
  out.pragmas = lexer.take_pragmas();
  out.errors = diagnostics.all();
  return out;
}

// The texts of the tokens; names and strings as they are.
std::string words(const std::string& text, const MacroValues& values = {}) {
  std::string out;
  for (const Token& token : lex(text, values).tokens) {
    out += out.empty() ? "" : " ";
    switch (token.kind) {
      case Tok::Int:
        out += (token.is_negative ? "-" : "") + std::to_string(token.value) +
               (token.is_unsigned ? "u" : "") +
               std::string(static_cast<size_t>(token.nr_long), 'l');
        break;
      case Tok::Ident:
      case Tok::Float:
        out += token.text;
        break;
      case Tok::Agg:
        out += "@" + token.text;
        break;
      case Tok::String:
        out += "\"" + token.text + "\"";
        break;
      default:
        out += token_text(token.kind);
        break;
    }
  }
  return out;
}

// The tag and offset of the only mistake.
void expect_error(const std::string& text, Tag tag, uint32_t offset,
                  const MacroValues& values = {}) {
  const Lexed out = lex(text, values);
  ASSERT_EQ(out.errors.size(), 1u) << text;
  EXPECT_EQ(tag_name(out.errors[0].tag), tag_name(tag)) << text;
  EXPECT_EQ(out.errors[0].range.begin.offset, offset) << text;
}

TEST(Lexer, Punctuation) {
  EXPECT_EQ(words("<<= >>= ... -> ++ -- << >> <= >= == != && || ^^"),
            "<<= >>= ... -> ++ -- << >> <= >= == != && || ^^");
  EXPECT_EQ(words("*= /= %= += -= &= ^= |= ( ) [ ] { } ; , : ? . = + - * / % & | ^ ~ ! < >"),
            "*= /= %= += -= &= ^= |= ( ) [ ] { } ; , : ? . = + - * / % & | ^ ~ ! < >");
  EXPECT_EQ(words("a+++b"), "a ++ + b");
  EXPECT_EQ(words("a^^b^c"), "a ^^ b ^ c");
}

TEST(Lexer, WordsAndKeywords) {
  EXPECT_EQ(words("self selfish vmlinux`jiffies `x _a9"), "self selfish vmlinux`jiffies `x _a9");
  EXPECT_EQ(lex("sizeof").tokens[0].kind, Tok::KwSizeof);
  EXPECT_EQ(lex("goto").tokens[0].kind, Tok::KwGoto);
  EXPECT_TRUE(is_reserved(Tok::KwGoto));
  EXPECT_FALSE(is_reserved(Tok::KwSizeof));
}

TEST(Lexer, Integers) {
  EXPECT_EQ(words("0 42 0x1F 017 42u 42UL 42ull 0b101"), "0 42 31 15 42u 42ul 42ull 5");
  EXPECT_EQ(words("18446744073709551615"), "18446744073709551615");
  EXPECT_TRUE(lex("42").tokens[0].is_decimal);
  EXPECT_TRUE(lex("0").tokens[0].is_decimal);
  EXPECT_FALSE(lex("017").tokens[0].is_decimal);
  EXPECT_FALSE(lex("0xff").tokens[0].is_decimal);
  EXPECT_EQ(words("10ms"), "10 ms");
}

TEST(Lexer, BadIntegers) {
  expect_error("x 0128", Tag::D_INT_DIGIT, 2);
  expect_error("0x12345678123456781", Tag::D_INT_OFLOW, 0);
  expect_error("18446744073709551616", Tag::D_INT_OFLOW, 0);
}

TEST(Lexer, Floats) {
  EXPECT_EQ(words("1.5 .5 1e10 2.5e-3 1.f"), "1.5 .5 1e10 2.5e-3 1.f");
  EXPECT_EQ(words("0x1e5"), "485");
}

TEST(Lexer, Characters) {
  EXPECT_EQ(words("'a' '\\n' '\\0' '\\x4E' '\\\"'"), "97 10 0 78 34");
  EXPECT_EQ(words("'ab' 'abcd'"), "24930 1633837924");
  // Only the escapes that D knows are escapes.
  EXPECT_EQ(words("'\\c' '\\''"), "23651 23591");
  EXPECT_EQ(words("'\\0103'"), "2099");
  EXPECT_TRUE(lex("'a'").tokens[0].is_char);
  expect_error("''", Tag::D_CHR_NULL, 0);
  expect_error("'123456789'", Tag::D_CHR_OFLOW, 0);
  expect_error("x = 'a\n;", Tag::D_CHR_NL, 4);
}

TEST(Lexer, Strings) {
  EXPECT_EQ(words(R"("a\tb" "\101\x42" "q\"q")"), "\"a\tb\" \"AB\" \"q\"q\"");
  EXPECT_EQ(words("\"two\\\nlines\""), "\"twolines\"");
  expect_error("x = \"abc\n;", Tag::D_STR_NL, 4);
  expect_error("\"abc", Tag::D_SYNTAX, 0);
}

TEST(Lexer, Comments) {
  EXPECT_EQ(words("a /* b \n * c */ d // e\nf"), "a d f");
  expect_error("a /* b", Tag::D_SYNTAX, 2);
}

TEST(Lexer, Aggregations) { EXPECT_EQ(words("@ @a1 @[x]"), "@ @a1 @ [ x ]"); }

TEST(Lexer, MacroArguments) {
  const MacroValues values{{"s.d", "12", "foo", "/bin/ls", "-5", "0x10", "12ab", "", "int"},
                           {{"pid", "77"}, {"target", "5"}}};
  EXPECT_EQ(words("$1 $2 $3 $4 $5", values), "12 foo \"/bin/ls\" -5 16");
  EXPECT_EQ(words("$6 $7 $8", values), "\"12ab\" \"\" int");
  EXPECT_EQ(words("$$1 $$2 $$4", values), "\"12\" \"foo\" \"-5\"");
  EXPECT_EQ(words("$0 $pid $target $$pid", values), "\"s.d\" 77 5 \"77\"");
  EXPECT_TRUE(lex("$1", values).tokens[0].is_macro);
  // Without -c and -p.
  EXPECT_EQ(words("$target $$target"), "0 \"0\"");
}

TEST(Lexer, BadMacros) {
  expect_error("x $1", Tag::D_MACRO_UNDEF, 2);
  expect_error("$nosuch", Tag::D_MACRO_UNDEF, 0);
  expect_error("$999999999999", Tag::D_MACRO_UNDEF, 0);
  expect_error("$-1", Tag::D_SYNTAX, 0);
  expect_error("$1", Tag::D_MACRO_OFLOW, 0, {{"s.d", "99999999999999999999"}, {}});
}

TEST(Lexer, DefaultArguments) {
  MacroValues values;
  values.default_args = true;
  EXPECT_EQ(words("$1 $$1", values), "0 \"\"");
  EXPECT_EQ(words("#pragma D option defaultargs\n$1 $$1"), "0 \"\"");
  EXPECT_EQ(lex("#pragma D option defaultargs\n$1").errors.size(), 0u);
}

TEST(Lexer, UnusedArguments) {
  const MacroValues values{{"s.d", "a", "b"}, {}};
  SourceManager sources;
  Diagnostics diagnostics;
  MacroTable macros(values);
  Lexer lexer(sources, sources.add("t.d", "$2"), macros, diagnostics);
  (void)lexer.next();
  EXPECT_EQ(macros.unused_args(), std::vector<size_t>{1});
}

TEST(Lexer, ControlLines) {
  const Lexed out =
      lex("#!/usr/sbin/dtrace -s\n#pragma D option bufsize=16m quiet\n  #ident \"x\"\na");
  ASSERT_EQ(out.pragmas.size(), 1u);
  EXPECT_EQ(out.pragmas[0].words,
            (std::vector<std::string>{"D", "option", "bufsize=16m", "quiet"}));
  EXPECT_EQ(out.errors.size(), 0u);
  EXPECT_EQ(out.tokens.size(), 1u);
  EXPECT_EQ(lex("#pragma D binding \\\n \"1 0\" x\n").pragmas[0].words,
            (std::vector<std::string>{"D", "binding", "1 0", "x"}));
}

TEST(Lexer, BadControlLines) {
  expect_error("#define X 1\n", Tag::D_PRAGCTL_INVAL, 0);
  expect_error("#error no good\n", Tag::D_PRAGERR, 0);
  expect_error("#line x\n", Tag::D_PRAGCTL_INVAL, 0);
  expect_error("a\n#pragma", Tag::D_PRAGMA_MALFORM, 2);
  expect_error("a #b", Tag::D_SYNTAX, 2);
}

TEST(Lexer, LineMarkers) {
  SourceManager sources;
  Diagnostics diagnostics;
  MacroTable macros(MacroValues{});
  const FileId file = sources.add("out.i", "# 1 \"x.d\" 1\na\n#line 40\nb");
  Lexer lexer(sources, file, macros, diagnostics);
  const Token a = lexer.next();
  const Token b = lexer.next();
  EXPECT_EQ(sources.place(a.range.begin).file, "x.d");
  EXPECT_EQ(sources.place(a.range.begin).line, 1u);
  EXPECT_EQ(sources.place(b.range.begin).line, 40u);
  EXPECT_EQ(sources.place(b.range.begin).file, "x.d");
}

TEST(Lexer, BytesThatAreNoText) {
  expect_error("a \x01", Tag::D_SYNTAX, 2);
  expect_error(std::string("a \0", 3), Tag::D_SYNTAX, 2);
  expect_error("\\", Tag::D_SYNTAX, 0);
}

TEST(Lexer, ProbeWords) {
  const MacroValues values{{"s.d", "read"}, {{"target", "9"}}};
  SourceManager sources;
  Diagnostics diagnostics;
  MacroTable macros(values);
  const std::string text = "pid$target:a.out:$1:entry/x/";
  Lexer lexer(sources, sources.add("t.d", text), macros, diagnostics);
  const uint32_t end = lexer.probe_word_end(0);
  EXPECT_EQ(end, text.find('/'));
  EXPECT_EQ(lexer.take_probe_word(end), "pid9:a.out:read:entry");
  EXPECT_EQ(lexer.offset(), end);
}

TEST(Literal, Escapes) {
  EXPECT_EQ(resolve_escapes("\\a\\b\\f\\n\\r\\t\\v\\\\"), "\a\b\f\n\r\t\v\\");
  EXPECT_EQ(resolve_escapes("\\q\\"), "\\q\\");
  EXPECT_EQ(resolve_escapes("\\xg"), "\\xg");
}

}  // namespace
}  // namespace dt::lang
