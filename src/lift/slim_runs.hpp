// What `--slim trace` asks: the whole image with a tracer in it, and the slim image the same.
#pragma once

#include "diag/diag.hpp"
#include "lift/assembled_image.hpp"
#include "slim/slim.hpp"
#include "suite/repeated.hpp"

#include <string>
#include <utility>
#include <vector>

namespace envlift::lift {

// An image without a tag in the engine, for as long as it is asked; one that was there stays.
class UntaggedImage {
public:
  static Result<UntaggedImage> load(const EnvironmentBuild& work, const AssembledImage& assembled);
  UntaggedImage(const UntaggedImage&) = delete;
  UntaggedImage& operator=(const UntaggedImage&) = delete;
  UntaggedImage(UntaggedImage&& other) noexcept
      : engine_(other.engine_),
        id_(std::move(other.id_)),
        is_ours_(std::exchange(other.is_ours_, false))
  {}
  UntaggedImage& operator=(UntaggedImage&&) = delete;
  ~UntaggedImage();

  const std::string& id() const { return id_; }
  void stays() { is_ours_ = false; }

private:
  UntaggedImage(engine::Engine& engine, std::string id, bool is_ours)
      : engine_(engine),
        id_(std::move(id)),
        is_ours_(is_ours)
  {}

  engine::Engine& engine_;
  std::string id_;
  bool is_ours_;
};

// What the whole image opened and answered. The lists are parallel.
struct Traced {
  slim::Trace trace;
  std::vector<suite::Case> cases;
  std::vector<suite::Observation> observed;
  std::vector<suite::Answers> answers;
};

// The project's own cases and those of the request, without limits of time: a tracer takes some.
Result<std::vector<suite::Case>> cases_to_trace(const EnvironmentBuild& work);

// Asks the whole image twice, with other orders of Python's sets: what either opens is in the trace. EL0918 is among the
// findings where it does not do what a case expects, or the second time something else.
Result<Traced> trace_whole(const EnvironmentBuild& work, const AssembledImage& whole,
                           const slim::Place& place, const std::vector<suite::Case>& cases,
                           diag::Diagnostics& findings);

// Asks the slim image the same. EL0919 is among the findings where it does otherwise, with what is missing by its words.
Result<> ask_slim(const EnvironmentBuild& work, const std::string& image, const Traced& before,
                  const slim::Fates& fates, const slim::Place& place, diag::Diagnostics& findings);

}   // namespace envlift::lift
