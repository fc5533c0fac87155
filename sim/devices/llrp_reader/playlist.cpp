#include "sim/devices/llrp_reader/playlist.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>

#include "sim/devices/llrp_reader/decode.hpp"

namespace tally::sim::llrp {
namespace {

namespace fs = std::filesystem;

/// Messages of a reader, as captured payload files name them.
struct NamedMessage {
    std::string_view name;
    Msg type;
};
constexpr NamedMessage kNames[] = {
    {"ROAccessReport", Msg::ro_access_report},
    {"ReaderEventNotification", Msg::reader_event_notification},
    {"KeepAlive", Msg::keepalive},
    {"GetReaderCapabilitiesResponse", Msg::get_reader_capabilities_response},
    {"GetReaderConfigResponse", Msg::get_reader_config_response},
    {"GetROSpecsResponse", Msg::get_rospecs_response},
    {"GetAccessSpecsResponse", Msg::get_accessspecs_response},
    {"CloseConnectionResponse", Msg::close_connection_response},
    {"ErrorMessage", Msg::error_message},
};

Result<Bytes> read_bytes(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        return fail(ErrorKind::refused, path.string() + " cannot be read");
    }
    return Bytes(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
}

Result<void> add_payload(Playlist& list, const fs::path& path) {
    const std::string name = path.stem().string();
    const std::string kind = name.substr(0, name.find('-'));
    for (const NamedMessage& row : kNames) {
        if (row.name == kind) {
            TALLY_TRY_ASSIGN(Bytes body, read_bytes(path));
            list.frames.push_back({row.type, kVersion101, 0, std::move(body)});
            return {};
        }
    }
    return fail(ErrorKind::malformed, path.string() +
                                          ": a payload file is named after its message, e.g. "
                                          "ROAccessReport-001.bytes; '" +
                                          kind + "' is no message of a reader");
}

Result<void> add_frames(Playlist& list, const fs::path& path) {
    TALLY_TRY_ASSIGN(const Bytes bytes, read_bytes(path));
    MessageCutter cutter;
    cutter.push(bytes);
    std::size_t used = 0;
    while (std::optional<Message> message = cutter.next()) {
        used += kHeaderBytes + message->body.size();
        list.frames.push_back(
            {message->type, message->version, message->id, std::move(message->body)});
    }
    if (used != bytes.size()) {
        return fail(ErrorKind::malformed,
                    path.string() + ": no whole LLRP frame at byte " + std::to_string(used));
    }
    return {};
}

/// Keeps what a reader sends unasked; the capabilities answer requests.
void sort_out(Playlist& list) {
    constexpr std::size_t kStatusBytes = 8;
    for (PlayedFrame& frame : list.frames) {
        if (frame.type == Msg::get_reader_capabilities_response &&
            frame.body.size() > kStatusBytes) {
            list.capabilities = Bytes(frame.body.begin() + kStatusBytes, frame.body.end());
        }
    }
    std::erase_if(list.frames, [](const PlayedFrame& frame) {
        return frame.type != Msg::ro_access_report && frame.type != Msg::reader_event_notification;
    });
}

}  // namespace

void Playlist::advance() {
    if (++at < frames.size()) {
        return;
    }
    at = 0;
    if (rounds != 0 && --rounds == 0) {
        frames.clear();
    }
}

Result<Playlist> load_playlist(const fs::path& path, Playlist::Mode mode) {
    std::error_code error;
    std::vector<fs::path> files;
    if (fs::is_directory(path, error)) {
        for (const auto& entry : fs::recursive_directory_iterator(path, error)) {
            const fs::path extension = entry.path().extension();
            if (extension == ".bytes" || extension == ".bin" || extension == ".llrp") {
                files.push_back(entry.path());
            }
        }
        std::sort(files.begin(), files.end());
    } else {
        files.push_back(path);
    }
    Playlist list;
    list.mode = mode;
    for (const fs::path& file : files) {
        TALLY_TRY(file.extension() == ".bytes" ? add_payload(list, file) : add_frames(list, file));
    }
    if (mode == Playlist::Mode::session) {
        sort_out(list);
    }
    if (list.frames.empty()) {
        return fail(ErrorKind::malformed, path.string() +
                                              " holds no frame to play; give a folder "
                                              "with *.bytes or *.bin, or one such file");
    }
    return list;
}

}  // namespace tally::sim::llrp
