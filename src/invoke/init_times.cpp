#include "invoke/init_times.hpp"

#include "base/text.hpp"
#include "invoke/emulator_log.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdlib>
#include <iterator>
#include <string>

namespace envlift::invoke {

namespace {

constexpr double k_ms_per_s = 1000;

// "12" at that place of a time; -1 where no digits stand.
int number_at(std::string_view time, std::size_t at, std::size_t length)
{
  int number = -1;
  const std::string_view digits = time.substr(std::min(at, time.size()), length);
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return error == std::errc{} && end == digits.data() + digits.size() ? number : -1;
}

// Milliseconds since 1970 of "2026-11-21T18:53:02.996377740Z"; nothing for what is no such time.
std::optional<double> time_of(std::string_view time)
{
  constexpr std::size_t k_whole_seconds = 19;
  const std::array<int, 6> parts = {number_at(time, 0, 4),  number_at(time, 5, 2),  number_at(time, 8, 2),
                                    number_at(time, 11, 2), number_at(time, 14, 2), number_at(time, 17, 2)};
  if (time.size() < k_whole_seconds || std::ranges::any_of(parts, [](int part) { return part < 0; })) {
    return std::nullopt;
  }
  using namespace std::chrono;
  const sys_days day = year(parts[0]) / parts[1] / parts[2];
  const auto whole = day.time_since_epoch() + hours(parts[3]) + minutes(parts[4]) + seconds(parts[5]);
  const std::string fraction = "0" + std::string(time.substr(k_whole_seconds));
  return duration<double, std::milli>(whole).count() + std::strtod(fraction.c_str(), nullptr) * k_ms_per_s;
}

bool is_of_client(std::string_view module)
{
  constexpr std::array k_packages = {"awslambdaric", "runtime_client", "snapshot_restore_py"};
  const std::string_view package = module.substr(0, module.find('.'));
  return std::ranges::any_of(k_packages, [&](std::string_view one) { return package == one; });
}

double cumulative_ms(const std::vector<suite::Import>& imports)
{
  double sum = 0;
  for (const suite::Import& import : imports) {
    sum += import.cumulative_ms;
  }
  return sum;
}

// The init's outermost imports so far, and when lines of its log came.
class Reader {
public:
  void take(double time, std::string_view line)
  {
    if (ended_) {
      return;
    }
    if (line.find(k_init_begins) != std::string_view::npos) {
      begin_ = time;
    }
    else if (line.find(k_init_ends) != std::string_view::npos) {
      ended_ = time;
    }
    else if (suite::ImportLine import; suite::read_import_line(line, import)) {
      take_import(time, import);
    }
  }

  // `measured_ms`: the emulator's own figure; 0 = none.
  std::optional<suite::InitProfile> result(double measured_ms)
  {
    if (!begin_ || !ended_ || !has_imports_) {
      return std::nullopt;
    }
    profile_.imports = tree_.take();
    profile_.imports_ms = cumulative_ms(profile_.imports);
    profile_.profiled_ms = measured_ms > 0 ? measured_ms : *ended_ - *begin_;
    split();
    return std::move(profile_);
  }

private:
  // A busy engine notes the times of several lines at once, and late. What Python and the emulator measured themselves
  // bounds them: no part is shorter than its imports, and all are as long as the init.
  void split()
  {
    const double others = std::max(0.0, profile_.profiled_ms - profile_.imports_ms);
    const double client_imports = cumulative_ms(profile_.client);
    const double at_site = site_.value_or(*begin_) - *begin_;
    const double at_client = client_.value_or(*begin_ + at_site) - *begin_;
    profile_.interpreter_ms =
        std::min(std::max(at_site, interpreter_imports_ms_), std::max(0.0, others - client_imports));
    profile_.client_ms = std::min(std::max(at_client - profile_.interpreter_ms, client_imports),
                                  others - profile_.interpreter_ms);
    profile_.module_ms = others - profile_.interpreter_ms - profile_.client_ms;
  }

  void take_import(double time, const suite::ImportLine& line)
  {
    has_imports_ = true;
    profile_.left_out += tree_.add(line) ? 0 : 1;
    if (line.depth > 0) {
      return;
    }
    if (line.name == "site" && !site_) {
      site_ = time;
      interpreter_imports_ms_ = cumulative_ms(tree_.take());
    }
    else if (is_of_client(line.name)) {
      client_ = time;
      std::ranges::move(tree_.take(), std::back_inserter(profile_.client));
    }
  }

  suite::InitProfile profile_;
  suite::ImportTree tree_;
  bool has_imports_ = false;
  double interpreter_imports_ms_ = 0;
  std::optional<double> begin_;
  std::optional<double> site_;
  std::optional<double> client_;
  std::optional<double> ended_;
};

}   // namespace

std::optional<suite::InitProfile> init_times(std::string_view timed_log)
{
  Reader reader;
  for (const std::string_view line : text::lines(timed_log)) {
    const std::size_t space = line.find(' ');
    if (const auto time = time_of(line.substr(0, space)); time && space != std::string_view::npos) {
      reader.take(*time, line.substr(space + 1));
    }
  }
  return reader.result(init_duration(timed_log));
}

}   // namespace envlift::invoke
