// SPDX-License-Identifier: MIT
// Disassembly. Absolute addresses in operands become symbols. See decode.hpp.
#include "decode.hpp"

#include <Zydis/Zydis.h>

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>

namespace dt::plugins::instr {

namespace {

constexpr size_t kMostBytes = 15;

// What the formatter's hook needs to know; one instruction is formatted at a time.
struct HookData {
  const dtrace_plugin_host* host;
};

ZyanStatus print_address(const ZydisFormatter* /*formatter*/, ZydisFormatterBuffer* buffer,
                         ZydisFormatterContext* context) {
  const auto* data = static_cast<const HookData*>(context->user_data);
  ZyanU64 address = 0;
  ZYAN_CHECK(ZydisCalcAbsoluteAddress(context->instruction, context->operand,
                                      context->runtime_address, &address));
  ZYAN_CHECK(ZydisFormatterBufferAppend(buffer, ZYDIS_TOKEN_SYMBOL));
  ZyanString* string = nullptr;
  ZYAN_CHECK(ZydisFormatterBufferGetString(buffer, &string));
  std::string text = symbol_of(data->host, address);
  if (text.empty()) {
    text = fmt::format("{:#x}", address);
  }
  ZyanStringView view;
  ZYAN_CHECK(ZyanStringViewInsideBufferEx(&view, text.data(), text.size()));
  return ZyanStringAppend(string, &view);
}

ZydisFormatter make_formatter(Syntax syntax) {
  ZydisFormatter formatter;
  ZydisFormatterInit(&formatter, syntax == Syntax::Intel ? ZYDIS_FORMATTER_STYLE_INTEL
                                                         : ZYDIS_FORMATTER_STYLE_ATT);
  ZydisFormatterSetProperty(&formatter, ZYDIS_FORMATTER_PROP_HEX_UPPERCASE, ZYAN_FALSE);
  ZydisFormatterSetProperty(&formatter, ZYDIS_FORMATTER_PROP_ADDR_PADDING_ABSOLUTE,
                            static_cast<ZyanUPointer>(ZYDIS_PADDING_DISABLED));
  ZydisFormatterSetProperty(&formatter, ZYDIS_FORMATTER_PROP_DISP_PADDING,
                            static_cast<ZyanUPointer>(ZYDIS_PADDING_DISABLED));
  ZydisFormatterSetProperty(&formatter, ZYDIS_FORMATTER_PROP_IMM_PADDING,
                            static_cast<ZyanUPointer>(ZYDIS_PADDING_DISABLED));
  const void* hook = reinterpret_cast<const void*>(&print_address);
  ZydisFormatterSetHook(&formatter, ZYDIS_FORMATTER_FUNC_PRINT_ADDRESS_ABS, &hook);
  return formatter;
}

// Zydis' names of conditions, and those of the provider's probes, disassemblers and the kernel.
struct Condition {
  std::string_view zydis;
  std::string_view usual;
};

constexpr Condition kConditions[] = {{"z", "e"},   {"nz", "ne"}, {"nb", "ae"},
                                     {"nbe", "a"}, {"nl", "ge"}, {"nle", "g"}};

std::string usual_mnemonic(const std::string& mnemonic) {
  for (std::string_view prefix : {"j", "set", "cmov"}) {
    if (!mnemonic.starts_with(prefix)) {
      continue;
    }
    for (const Condition& condition : kConditions) {
      if (std::string_view(mnemonic).substr(prefix.size()) == condition.zydis) {
        return std::string(prefix) + std::string(condition.usual);
      }
    }
  }
  return mnemonic;
}

}  // namespace

std::string symbol_of(const dtrace_plugin_host* host, uint64_t address) {
  std::array<char, 256> text;
  if (!host->kernel_symbol) {
    return "";
  }
  const size_t length = host->kernel_symbol(host, address, text.data(), text.size());
  return length < text.size() ? std::string(text.data(), length) : "";
}

std::optional<Instruction> decode(const dtrace_plugin_host* host, uint64_t address, Syntax syntax) {
  std::array<unsigned char, kMostBytes> code;
  const size_t size =
      host->kernel_text ? host->kernel_text(host, address, code.data(), code.size()) : 0;
  if (size == 0) {
    return std::nullopt;
  }
  ZydisDecoder decoder;
  ZydisDecoderInit(&decoder, ZYDIS_MACHINE_MODE_LONG_64, ZYDIS_STACK_WIDTH_64);
  ZydisDecodedInstruction instruction;
  std::array<ZydisDecodedOperand, ZYDIS_MAX_OPERAND_COUNT> operands;
  if (!ZYAN_SUCCESS(
          ZydisDecoderDecodeFull(&decoder, code.data(), size, &instruction, operands.data()))) {
    return std::nullopt;
  }
  Instruction out;
  HookData data{host};
  const ZydisFormatter formatter = make_formatter(syntax);
  std::array<char, 512> text;
  if (!ZYAN_SUCCESS(ZydisFormatterFormatInstruction(&formatter, &instruction, operands.data(),
                                                    instruction.operand_count_visible, text.data(),
                                                    text.size(), address, &data))) {
    return std::nullopt;
  }
  out.text = text.data();
  const std::string mnemonic = ZydisMnemonicGetString(instruction.mnemonic);
  out.mnemonic = usual_mnemonic(mnemonic);
  const size_t at = out.text.find(mnemonic);
  if (at != std::string::npos) {
    out.text.replace(at, mnemonic.size(), out.mnemonic);
  }
  switch (instruction.meta.category) {
    case ZYDIS_CATEGORY_COND_BR:
      out.is_conditional = true;
      out.is_branch = true;
      break;
    case ZYDIS_CATEGORY_UNCOND_BR:
    case ZYDIS_CATEGORY_CALL:
    case ZYDIS_CATEGORY_RET:
      out.is_branch = true;
      break;
    default:
      break;
  }
  for (size_t i = 0; i < instruction.operand_count_visible; i++) {
    out.has_memory = out.has_memory || operands[i].type == ZYDIS_OPERAND_TYPE_MEMORY;
  }
  return out;
}

}  // namespace dt::plugins::instr
