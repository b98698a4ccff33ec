#include "lift/report_image.hpp"

#include "audit/audit.hpp"
#include "audit/contents.hpp"
#include "audit/inventory.hpp"
#include "base/text.hpp"
#include "lift/build_context.hpp"
#include "render/render.hpp"

namespace envlift::lift {

Result<report::ImageReport> report_image(const ImageRequest& request, const Connect& connect,
                                         report::Talk& talk)
{
  talk.step_begins("reading the image");
  const auto facts = image_facts(reader_of(request, connect));
  if (!facts) {
    talk.step_ends("failed");
    return fail(facts.error());
  }
  report::ImageReport report{request.image, audit::contents(*facts), audit::audit(*facts, {request.handler}),
                             audit::inventory(*facts)};
  talk.step_ends(text::human_bytes(report.contents.bytes) + " in " +
                 text::counted(report.contents.layers.size(), "layer"));
  return report;
}

Result<std::string> report_page(const report::ImageReport& report, const Request& request)
{
  const std::string name = report::k_page_template;
  const std::string text = templates(request)(name).value_or("");
  return render::fill(name, text, report::contents_page(report), {});
}

}  // namespace envlift::lift
