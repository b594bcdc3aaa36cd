// SPDX-License-Identifier: MIT
// Everything of the reference interpreter that is not text: dispatch, variables, aggregations,
// speculations, built-ins.
#include <algorithm>
#include <bit>
#include <cstring>
#include <iterator>

#include "interp.hpp"

namespace dt::refinterp {
namespace {

constexpr uint32_t kLoad = 0, kStore = 1, kRef = 2, kFree = 3;

int64_t read_word(const std::vector<uint8_t>& data, size_t index) {
  int64_t value;
  std::memcpy(&value, data.data() + 8 * index, 8);
  return value;
}

void write_word(std::vector<uint8_t>& data, size_t index, uint64_t value) {
  std::memcpy(data.data() + 8 * index, &value, 8);
}

__int128 power(__int128 base, int64_t exponent) {
  __int128 result = 1;
  while (exponent--)
    result *= base;
  return result;
}

__int128 absolute(int64_t value) { return value < 0 ? -static_cast<__int128>(value) : value; }

size_t quantize_bucket(int64_t value) {
  if (!value)
    return DTRACE_QUANTIZE_ZERO;
  int i = 1;
  while (i < 63 && absolute(value) >= power(2, i))
    i++;
  return value > 0 ? DTRACE_QUANTIZE_ZERO + i : DTRACE_QUANTIZE_ZERO - i;
}

size_t lquantize_bucket(const dtrace_agg& agg, int64_t value) {
  const __int128 base = agg.param[0], limit = agg.param[1], step = agg.param[2];
  if (value < base)
    return 0;
  if (value >= limit)
    return static_cast<size_t>((limit - base) / step) + 1;
  return static_cast<size_t>((value - base) / step) + 1;
}

size_t llquantize_bucket(const dtrace_agg& agg, int64_t value) {
  const __int128 factor = agg.param[0], steps = agg.param[3];
  const int64_t low = agg.param[1], high = agg.param[2];
  const __int128 per_power = steps - steps / factor;
  const __int128 side = (high - low + 1) * per_power + 1;
  const __int128 size = absolute(value);
  if (size < power(factor, low))
    return static_cast<size_t>(side);
  __int128 i = side - 1;
  for (int64_t m = low; m <= high; m++) {
    if (size >= power(factor, m + 1))
      continue;
    const __int128 width = std::max<__int128>(1, power(factor, m + 1) / steps);
    i = (m - low) * per_power + std::min((size - power(factor, m)) / width, per_power - 1);
    break;
  }
  return static_cast<size_t>(value > 0 ? side + 1 + i : side - 1 - i);
}

}  // namespace

uint64_t Interp::dispatch(int32_t subr, const uint64_t a[5]) {
  const auto dividend = static_cast<__int128>(static_cast<int64_t>(a[0]));
  const auto divisor = static_cast<__int128>(static_cast<int64_t>(a[1]));
  bool is_known = true;
  uint64_t result;

  switch (subr) {
    case DTRACE_SUBR_SDIV:
      if (!a[1])
        raise(DTRACE_FLT_DIVZERO, 0);
      return static_cast<uint64_t>(dividend / divisor);
    case DTRACE_SUBR_SMOD:
      if (!a[1])
        raise(DTRACE_FLT_DIVZERO, 0);
      return static_cast<uint64_t>(dividend % divisor);
    case DTRACE_SUBR_UDIV:
      if (!a[1])
        raise(DTRACE_FLT_DIVZERO, 0);
      return a[0] / a[1];
    case DTRACE_SUBR_UMOD:
      if (!a[1])
        raise(DTRACE_FLT_DIVZERO, 0);
      return a[0] % a[1];
    case DTRACE_SUBR_BADINDEX:
      raise(DTRACE_FLT_BADINDEX, a[0]);
    case DTRACE_SUBR_LOAD:
      return load(a[0], a[1]);
    case DTRACE_SUBR_STORE:
      store(a[0], a[1], a[2]);
      return a[1];
    case DTRACE_SUBR_COPY: {
      if (!a[2])
        return 0;
      check_writable(a[1], a[2]);
      check_readable(a[0], a[2]);
      std::memmove(reinterpret_cast<void*>(a[1]), reinterpret_cast<const void*>(a[0]), a[2]);
      return 0;
    }
    case DTRACE_SUBR_FETCH:
      check_readable(a[2], a[1]);
      std::memmove(reinterpret_cast<void*>(a[0]), reinterpret_cast<const void*>(a[2]), a[1]);
      return a[0];
    case DTRACE_SUBR_ALLOCA:
      return allocate_scratch(a[0]);
    case DTRACE_SUBR_BUILTIN:
      return builtin(a[0]);
    case DTRACE_SUBR_BUILTIN_IDX:
      if (a[0] == DTRACE_BUILTIN_UREGS)
        return a[1] < std::size(surroundings_.regs) ? surroundings_.regs[a[1]] : 0;
      return a[1] < DTRACE_DIF_NR_ARGS ? surroundings_.args[a[1]] : 0;
    case DTRACE_SUBR_AGG:
      aggregate(a);
      return 0;
    case DTRACE_SUBR_EXIT:
      if (!outcome_.has_exit)
        outcome_.exit_status = static_cast<int32_t>(a[0]);
      outcome_.has_exit = true;
      return 0;
    default:
      break;
  }
  result = text_subr(subr, a, is_known);
  if (is_known)
    return result;
  is_known = true;
  result = search_subr(subr, a, is_known);
  if (is_known)
    return result;
  is_known = true;
  result = variable_subr(subr, a, is_known);
  if (is_known)
    return result;
  is_known = true;
  result = speculation_subr(subr, a, is_known);
  if (is_known)
    return result;
  std::fprintf(stderr, "refinterp: subroutine %d is not modelled\n", subr);
  std::abort();
}

uint64_t Interp::builtin(uint64_t which) {
  const auto address = [](const std::string& s) { return reinterpret_cast<uint64_t>(s.c_str()); };
  switch (which) {
    case DTRACE_BUILTIN_PID:
      return surroundings_.pid;
    case DTRACE_BUILTIN_TID:
      return surroundings_.tid;
    case DTRACE_BUILTIN_UID:
      return surroundings_.uid;
    case DTRACE_BUILTIN_GID:
      return surroundings_.gid;
    case DTRACE_BUILTIN_EXECNAME:
      return address(surroundings_.execname);
    case DTRACE_BUILTIN_PROBEPROV:
      return address(surroundings_.prov);
    case DTRACE_BUILTIN_PROBEMOD:
      return address(surroundings_.mod);
    case DTRACE_BUILTIN_PROBEFUNC:
      return address(surroundings_.func);
    case DTRACE_BUILTIN_PROBENAME:
      return address(surroundings_.name);
    case DTRACE_BUILTIN_IPL:
      return DTRACE_IPL_TASK;
    case DTRACE_BUILTIN_ERRNO:
      return 0;
    default:
      std::fprintf(stderr, "refinterp: built-in %llu is not modelled\n",
                   static_cast<unsigned long long>(which));
      std::abort();
  }
}

// The key as it is kept: after a string's NUL everything is zero.
Interp::Bytes Interp::key_bytes(uint64_t address, uint32_t shape) const {
  const Shape& s = request_.shapes[shape];
  const auto* from = reinterpret_cast<const uint8_t*>(address);
  Bytes key(from, from + s.size);
  for (const dtrace_key_comp& comp : s.comps) {
    if (comp.kind != DTRACE_KEY_STRING)
      continue;
    auto* begin = key.data() + comp.offset;
    auto* end = begin + comp.size;
    std::fill(std::find(begin, end, 0), end, 0);
  }
  return key;
}

uint64_t Interp::element(uint32_t op, uint32_t var, const Bytes& key, uint64_t argument) {
  const ElementKey id{var, key};
  const auto found = elements_.find(id);
  const auto forget = [&] {
    if (found == elements_.end())
      return;
    if (found->second.ref)
      kept_.push_back(found->second.ref);
    elements_.erase(found);
  };
  switch (op) {
    case kLoad:
      return found == elements_.end() ? 0 : found->second.scalar;
    case kStore:
      if (argument)
        elements_[id].scalar = argument;
      else
        forget();
      return argument;
    case kRef: {
      if (found == elements_.end() && !argument)
        return 0;
      Element& element = elements_[id];
      if (!element.ref) {
        element.ref = std::make_shared<Bytes>((request_.vars[var].size + 7) & ~7u);
        add_region(element.ref->data(), element.ref->size(), true);
      }
      return reinterpret_cast<uint64_t>(element.ref->data());
    }
    default:
      forget();
      return 0;
  }
}

uint64_t Interp::variable_subr(int32_t subr, const uint64_t a[5], bool& is_known) {
  const auto var = static_cast<uint32_t>(a[0]);
  switch (subr) {
    case DTRACE_SUBR_GVAR_LD:
      return globals_[var];
    case DTRACE_SUBR_GVAR_ST:
      return globals_[var] = a[1];
    case DTRACE_SUBR_GVAR_REF:
      return reinterpret_cast<uint64_t>(global_refs_[var]->data());
    default:
      break;
  }
  if (subr >= DTRACE_SUBR_TVAR_LD && subr <= DTRACE_SUBR_TVAR_FREE)
    return element(subr - DTRACE_SUBR_TVAR_LD, var, {}, a[1]);
  if (subr >= DTRACE_SUBR_AVAR_LD && subr <= DTRACE_SUBR_AVAR_FREE)
    return element(subr - DTRACE_SUBR_AVAR_LD, var, key_bytes(a[1], static_cast<uint32_t>(a[2])),
                   a[3]);
  // There is one thread, and variables of threads have indices of their own: the same table will
  // do.
  if (subr >= DTRACE_SUBR_TAVAR_LD && subr <= DTRACE_SUBR_TAVAR_FREE)
    return element(subr - DTRACE_SUBR_TAVAR_LD, var, key_bytes(a[1], static_cast<uint32_t>(a[2])),
                   a[3]);
  is_known = false;
  return 0;
}

void Interp::aggregate(const uint64_t a[5]) {
  const auto index = static_cast<uint32_t>(a[0]);
  const auto shape = static_cast<uint32_t>(a[2]);
  const dtrace_agg& agg = request_.aggs[index];
  const auto value = static_cast<int64_t>(a[3]);
  const auto id = std::make_tuple(index, shape, key_bytes(a[1], shape));
  const bool is_new = !aggs_.contains(id);
  Bytes& data = aggs_[id];
  data.resize(agg.data_size);
  const auto add = [&](size_t word, uint64_t what) {
    write_word(data, word, static_cast<uint64_t>(read_word(data, word)) + what);
  };

  switch (agg.func) {
    case DTRACE_AGG_COUNT:
      add(0, 1);
      break;
    case DTRACE_AGG_SUM:
      add(0, value);
      break;
    case DTRACE_AGG_MIN:
      write_word(data, 0, is_new ? value : std::min(value, read_word(data, 0)));
      break;
    case DTRACE_AGG_MAX:
      write_word(data, 0, is_new ? value : std::max(value, read_word(data, 0)));
      break;
    case DTRACE_AGG_AVG:
      add(0, 1);
      add(1, value);
      break;
    case DTRACE_AGG_STDDEV: {
      unsigned __int128 squares;
      std::memcpy(&squares, data.data() + 16, 16);
      squares += static_cast<unsigned __int128>(absolute(value)) * absolute(value);
      std::memcpy(data.data() + 16, &squares, 16);
      add(0, 1);
      add(1, value);
      break;
    }
    case DTRACE_AGG_QUANTIZE:
      add(quantize_bucket(value), a[4]);
      break;
    case DTRACE_AGG_LQUANTIZE:
      add(lquantize_bucket(agg, value), a[4]);
      break;
    default:
      add(llquantize_bucket(agg, value), a[4]);
      break;
  }
}

// One CPU: a commit is complete at once.
uint64_t Interp::speculation_subr(int32_t subr, const uint64_t a[5], bool& is_known) {
  Speculation* spec = a[0] && a[0] <= specs_.size() ? &specs_[a[0] - 1] : nullptr;
  switch (subr) {
    case DTRACE_SUBR_SPECULATION:
      for (size_t i = 0; i < specs_.size(); i++) {
        if (specs_[i].state != SpecState::kFree)
          continue;
        specs_[i].state = SpecState::kActive;
        return i + 1;
      }
      outcome_.spec_unavail++;
      return 0;
    case DTRACE_SUBR_SPECULATE:
      speculates_ = true;
      speculation_ = a[0];
      return 0;
    case DTRACE_SUBR_COMMIT:
    case DTRACE_SUBR_DISCARD:
      if (!spec || spec->state != SpecState::kActive)
        return 0;
      if (subr == DTRACE_SUBR_COMMIT)
        for (Record& record : spec->records)
          outcome_.records.push_back(std::move(record));
      *spec = Speculation{};
      return 0;
    default:
      is_known = false;
      return 0;
  }
}

}  // namespace dt::refinterp
