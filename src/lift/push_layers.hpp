// The layers of a push: packed and sent side by side.
#pragma once

#include "lift/image_records.hpp"
#include "lift/layer_store.hpp"
#include "lift/packed_layers.hpp"
#include "lift/push_source.hpp"
#include "registry/registry.hpp"
#include "report/push.hpp"
#include "report/talk.hpp"

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace envlift::lift {

class PushLayers {
public:
  PushLayers(const ImageToPush& image, const registry::Place& place,
             std::shared_ptr<registry::Authorization> authorization, report::Talk& talk);

  // Of every layer of the image, lowest first, what it is in the repository now. Of several errors the first.
  Result<std::vector<report::PushedLayer>> run();
  // Puts a blob there where it is not.
  Result<registry::Delivery> deliver(registry::Repository& repository, const registry::Blob& blob);
  unsigned long long sent_bytes() const { return sent_bytes_; }

private:
  // Which blobs the manifest that was pushed last has there, if it still is.
  Result<> look_at_last_push();
  void work();
  Result<report::PushedLayer> push(registry::Repository& repository, std::size_t index);
  Result<report::PushedLayer> push_packed(registry::Repository& repository, const std::string& diff_id);
  // What the layer is packed; packs it where that is not known.
  Result<image::BlobName> packed(const std::string& diff_id);
  // Packs the layer unless its packed bytes are here.
  Result<image::BlobName> bring(const std::string& diff_id);
  void on_bytes(unsigned long long bytes);

  const ImageToPush& image_;
  registry::Place place_;
  std::shared_ptr<registry::Authorization> authorization_;
  report::Talk& talk_;
  LayerStore store_;
  PackedLayers packed_;
  ImageRecords records_;
  std::set<std::string> there_;   // digests
  std::vector<std::size_t> order_;   // of the layers, each diffID once
  std::vector<std::optional<report::PushedLayer>> done_;
  std::atomic<std::size_t> next_ = 0;
  std::atomic<unsigned long long> sent_bytes_ = 0;
  std::mutex mutex_;   // of what follows
  std::optional<Error> error_;
  bool is_fetched_ = false;
  std::chrono::steady_clock::time_point last_told_;
};

}   // namespace envlift::lift
