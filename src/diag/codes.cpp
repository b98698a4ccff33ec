#include "diag/codes.hpp"

#include "diag/code_rows.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>

namespace envlift::diag {

const std::vector<CodeInfo>& all_codes()
{
  static const std::vector<CodeInfo> codes = [] {
    std::vector<CodeInfo> all;
    for (const auto& rows :
         {rows_of_text(), rows_of_conda(), rows_of_pip(), rows_of_environment(), rows_of_project(),
          rows_of_engine(), rows_of_audit(), rows_of_lock(), rows_of_aws(), rows_of_registry()}) {
      all.insert(all.end(), rows.begin(), rows.end());
    }
    return all;
  }();
  return codes;
}

const CodeInfo* find_code(std::string_view code)
{
  const auto& codes = all_codes();
  const auto row = std::ranges::find(codes, code, &CodeInfo::code);
  return row == codes.end() ? nullptr : &*row;
}

const CodeInfo& code_info(std::string_view code)
{
  const CodeInfo* row = find_code(code);
  if (row == nullptr) {
    throw std::logic_error("diagnostic code without a row: " + std::string(code));
  }
  return *row;
}

}  // namespace envlift::diag
