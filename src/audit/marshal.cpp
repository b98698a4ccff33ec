#include "audit/marshal.hpp"

#include <cstddef>

namespace envlift::audit {

namespace {

constexpr std::uint16_t k_magic_of_3_8 =
    3400;    // the first that its development used; positional-only arguments
constexpr std::uint16_t k_magic_of_3_11 = 3450;   // fast locals in one list, tables of lines and exceptions
constexpr std::uint16_t k_magic_after_3_14 = 3650;
constexpr int k_deepest = 2000;   // marshal.c: MAX_MARSHAL_STACK_DEPTH
constexpr char k_reference_flag = '\x80';

// Passes over one object after the other.
class Walker {
public:
  Walker(std::string_view bytes, std::uint16_t magic) : rest_(bytes), magic_(magic) {}

  void object(int depth = 0)
  {
    const char type = static_cast<char>(take(1).empty() ? '\0' : last_ & ~k_reference_flag);
    if (!goes_on() || depth > k_deepest) {
      is_known_ = is_known_ && depth <= k_deepest;
      return;
    }
    switch (type) {
      case 'N':
      case 'F':
      case 'T':
      case 'S':
      case '.':
      case '0': break;
      case 'i':
      case 'r': take(4); break;
      case 'I':
      case 'g': take(8); break;
      case 'y': take(16); break;
      case 'f': take(byte()); break;
      case 'x':
        take(byte());
        take(byte());
        break;
      case 'l': take(2 * magnitude(number())); break;
      case 's':
      case 't':
      case 'u':
      case 'a':
      case 'A': take(number()); break;
      case 'z':
      case 'Z': take(byte()); break;
      case ')': objects(byte(), depth); break;
      case '(':
      case '[':
      case '<':
      case '>': objects(number(), depth); break;
      case '{': pairs(depth); break;
      case ':': objects(3, depth); break;   // a slice, since 3.14
      case 'c': code(depth); break;
      default: is_known_ = false; break;
    }
  }

  bool is_cut() const { return is_cut_ && is_known_; }

private:
  bool goes_on() const { return is_known_ && !is_cut_; }

  std::string_view take(std::uint64_t size)
  {
    if (!goes_on() || size > rest_.size()) {
      is_cut_ = true;
      return {};
    }
    const std::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    last_ = taken.empty() ? last_ : taken.back();
    return taken;
  }

  std::uint64_t byte()
  {
    const std::string_view one = take(1);
    return one.empty() ? 0 : static_cast<unsigned char>(one.front());
  }

  std::uint64_t number()
  {
    std::uint64_t value = 0;
    const std::string_view bytes = take(4);
    for (std::size_t i = bytes.size(); i-- > 0;) {
      value = value << 8U | static_cast<unsigned char>(bytes[i]);
    }
    return value;
  }

  // The count of digits of an int is negative for a negative one.
  static std::uint64_t magnitude(std::uint64_t count)
  {
    return count <= 0x7FFFFFFFU ? count : 0x100000000U - count;
  }

  void objects(std::uint64_t count, int depth)
  {
    for (std::uint64_t i = 0; i < count && goes_on(); ++i) {
      object(depth + 1);
    }
  }

  // Keys and values up to a null for a key.
  void pairs(int depth)
  {
    while (goes_on()) {
      if (!rest_.empty() && rest_.front() == '0') {
        take(1);
        return;
      }
      objects(2, depth);
    }
  }

  void code(int depth)
  {
    if (magic_ < k_magic_of_3_8 || magic_ >= k_magic_after_3_14) {
      is_known_ = false;
      return;
    }
    const bool is_new = magic_ >= k_magic_of_3_11;
    take(is_new ? 20 : 24);   // numbers of arguments, (locals,) size of stack, flags
    objects(8, depth);   // code … name, before 3.11; code … qualified name
    take(4);   // the first line
    objects(is_new ? 2 : 1, depth);   // the tables
  }

  std::string_view rest_;
  std::uint16_t magic_;
  char last_ = '\0';   // that was taken
  bool is_cut_ = false;
  bool is_known_ = true;
};

}   // namespace

bool is_cut_marshal(std::string_view bytes, std::uint16_t magic)
{
  Walker walker(bytes, magic);
  walker.object();
  return walker.is_cut();
}

}   // namespace envlift::audit
