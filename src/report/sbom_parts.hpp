// What both forms of a bill of materials say in the same words.
#pragma once

#include "report/sbom.hpp"

#include <string>
#include <string_view>

namespace envlift::report {

std::string spdx(const audit::Inventory& inventory, const SbomSubject& subject);
std::string cyclonedx(const audit::Inventory& inventory, const SbomSubject& subject);

// Package URLs (https://github.com/package-url/purl-spec): "pkg:conda/numpy@2.1.0?build=…&channel=conda-forge&subdir=linux-64",
// "pkg:pypi/numpy@2.1.0", "pkg:deb/debian/zlib1g@1.2.13", "pkg:oci/NAME@sha256%3A…?arch=amd64&repository_url=HOST/NAME".
std::string purl(const audit::Component& component, const audit::Inventory& inventory);
// "" for an image that was not pushed.
std::string purl(const SbomSubject& subject, const audit::Inventory& inventory);

// A UUID (RFC 9562, version 8) of the text.
std::string uuid_of(std::string_view text);
// The document's time in whole seconds: "2026-11-21T14:05:09Z".
std::string time_of(const audit::Inventory& inventory, const SbomSubject& subject);
// What the base image is called.
std::string base_name(const audit::Inventory& inventory);

}   // namespace envlift::report
