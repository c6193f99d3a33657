// SPDX-License-Identifier: MIT
#include <qad/io/gguf_parts.hpp>

#include "support/golden.hpp"  // golden_directory
#include "support/scratch.hpp" // scratch_directory

#include <qad/io/gguf_model.hpp>  // gguf_model
#include <qad/io/gguf_writer.hpp> // gguf_writer

#include <doctest/doctest.h>

using namespace qad;

namespace {

/// Part `no` of `of` of a file, as gguf-split writes them: the first has the keys too.
void write_part(gguf_file const& whole, std::filesystem::path const& path, std::uint16_t no, std::uint16_t of) {
    gguf_values keys = no == 0 ? whole.values() : gguf_values();
    keys.emplace_back("split.no", no);
    keys.emplace_back("split.count", of);
    keys.emplace_back("split.tensors.count", static_cast<std::int32_t>(whole.tensors().size()));
    std::vector<gguf_declaration> declared;
    std::size_t const size = whole.tensors().size();
    auto const mine = whole.tensors().subspan(size * no / of, size * (no + 1u) / of - size * no / of);
    for (auto const& t : mine) { declared.push_back({t.name, t.type, t.dims}); }
    gguf_writer out(path, keys, declared);
    for (auto const& t : mine) { out.write(t.name, t.bytes); }
    out.commit();
}
std::string parts_message(std::filesystem::path const& path) {
    try {
        gguf_model const model(path);
    } catch (error const& e) { return e.what(); }
    return "";
}

} // namespace

TEST_CASE("a model in parts is the model in one file, opened by the first") {
    test::scratch_directory const room;
    auto const at = [&](int no) { return room.path() / text("m-0000", no, "-of-00003.gguf"); };
    gguf_file const whole(test::golden_directory() / "llama-rope3-hub.gguf");
    for (std::uint16_t no = 0; no < 3; ++no) { write_part(whole, at(no + 1), no, 3); }
    gguf_parts const all(at(1));
    CHECK(all.files().size() == 3);
    for (auto const& t : whole.tensors()) {
        CAPTURE(t.name);
        auto const bytes = all.at(t.name).data();
        CHECK(std::equal(bytes.begin(), bytes.end(), t.bytes.begin(), t.bytes.end()));
    }
    CHECK_THROWS_AS(all.at("absent.weight"), format_error);
    CHECK(gguf_model(at(1)).config().layers == 2);

    // Another part first, one that is missing, another one in its place, a name that leads nowhere.
    CHECK(parts_message(at(2)).find("is part 2 of 3; open the first") != std::string::npos);
    std::filesystem::remove(at(3));
    CHECK(parts_message(at(1)).find("m-00003-of-00003.gguf") != std::string::npos);
    write_part(whole, at(3), 1, 3);
    CHECK(parts_message(at(1)).find("is not part 3 of 3") != std::string::npos);
    write_part(whole, at(3), 2, 3);
    std::filesystem::rename(at(1), room.path() / "m.gguf");
    CHECK(parts_message(room.path() / "m.gguf").find("rename it") != std::string::npos);
}
