// From a serial number to a tag on a unit (docs/commissioning.md): serials are reserved and given
// out, labels ordered, printed, seen, and only then bound. What is not certain is said, not
// guessed: a label whose printer was lost, or that nobody saw, waits for a person.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "firmware/domain/printer/printer.hpp"
#include "firmware/domain/read.hpp"
#include "firmware/domain/tag/serials.hpp"
#include "firmware/ports/clock.hpp"
#include "firmware/ports/scheduler.hpp"
#include "firmware/services/inventory/inventory.hpp"

namespace tally {

/// A label printer, as the config says.
struct PrinterSetup {
    DeviceId id;
    enum class Tags : std::uint8_t { encodes, none } tags = Tags::encodes;
    DeviceId verify_reader;            ///< sees fresh tags; empty: a person scans them
    std::uint16_t verify_antenna = 0;  ///< 0: any
    Duration verify_limit = std::chrono::seconds(30);
};

struct PrintWish {
    std::string sku, lot;
    std::uint64_t units = 1;
    DeviceId printer;      ///< empty: the only one there is
    std::string replaces;  ///< the unit whose tag it takes the place of; may be empty
};

struct BindWish {
    std::string item;      ///< text form of the EPC
    std::string sku, lot;  ///< empty where a label of this box says them
    std::string tid;       ///< hex of the chip's own number; may be empty
    std::string code;      ///< as it was scanned
};

/// Single-threaded; the ledger must have started before start(). All that it knows is in the
/// journal; over a crash a tag's label that was at the printer is `unsure`, all others stay what
/// they were. Labels of places and parcels are plain, no tag is on them: one that was at the
/// printer then is printed again.
class Commissioning final : public PrinterFeed {
 public:
    static constexpr std::uint64_t kUnitsMax = 200;  ///< of one order

    struct Hands {
        std::function<void(const DeviceId& printer, const PrintJob& job,
                           std::function<void(PrintOutcome)> reply)>
            print;
        /// True if the bridge holds this edge's event and the ledgers agree.
        std::function<bool(Seq seq)> confirmed;
    };

    Commissioning(std::vector<PrinterSetup> printers, Inventory& inventory, Ledger& ledger,
                  Clock& clock, Scheduler& scheduler);

    /// Set before start().
    void on_hands(Hands hands) { hands_ = std::move(hands); }

    void start();
    void stop() { timer_.cancel(); }

    void on_printer(const DeviceId& printer, const PrinterStatus& status) override;
    /// What a reader sees; cheap where it verifies nothing.
    void on_reads(const DeviceId& reader, std::span<const TagRead> reads);

    /// Gives out serials and orders labels; answers their items. conflict for a SKU that is not
    /// known or has no GTIN of an own prefix; refused where this edge gives out no serials; offline
    /// while the bridge has not confirmed the reservation; exhausted above what is reserved.
    Result<std::vector<std::string>> print(const PrintWish& wish, const Actor& actor);
    /// A person has the tag in hand: it is bound. Of a label of this box SKU and lot are known.
    Result<Seq> bind(const BindWish& wish, const Actor& actor);
    /// The unit carries another, fresh tag from now on; the old one is an alarm when seen.
    Result<Seq> replace(const std::string& old_item, const std::string& new_item,
                        const std::string& reason, const Actor& actor);
    /// A tag is no longer in use. refused while its unit stands somewhere: replace it then.
    Result<Seq> retire(const std::string& item, const std::string& reason, const Actor& actor);
    /// A label is given up; its serial is lost and its tag an alarm when seen.
    Result<Seq> discard(const std::string& item, const std::string& reason, const Actor& actor);
    /// Orders the label of a place: its name as text, QR code and barcode.
    Result<Seq> label_place(const PlaceId& place, const DeviceId& printer, const Actor& actor);

    /// From now on serials are reserved ahead, as by a box with printers; where this edge gives
    /// none out, nothing.
    void keep_ready();
    /// A number that no other box and no other life of this one gives out: for a parcel (SSCC).
    /// Errors as print().
    Result<std::uint64_t> take_serial();
    /// Whether so many labels can be ordered from it, as label_parcel() would say: conflict for one
    /// that is not known, exhausted where too many wait.
    [[nodiscard]] Result<void> check_printer(const DeviceId& printer, std::size_t labels);
    /// Orders the label of a parcel, its code as text, QR code and barcode, in the actor's cause.
    /// It is kept over a crash until it is printed; whether it came out its packer sees, and orders
    /// it again.
    Result<Seq> label_parcel(const std::string& code, const DeviceId& printer, const Actor& actor);

    /// Labels of places that may have been printed or not, until one is ordered again.
    [[nodiscard]] std::vector<std::string> unsure_places() const;

    /// An order for a label without a tag; `key` is its row.
    struct PlainLabel {
        enum class Of : std::uint8_t { place, parcel } of = Of::place;
        std::string key, text;
    };
    struct Printer {
        PrinterSetup setup;
        PrinterStatus status;
        std::string busy;               ///< item at the printer, or what is plain; empty: none
        MonoTime again_at;              ///< not before, after it took nothing
        std::vector<PlainLabel> plain;  ///< to be printed
        std::uint64_t printed = 0;
    };
    [[nodiscard]] const std::vector<Printer>& printers() const { return printers_; }
    /// Serials that can be given out now.
    [[nodiscard]] std::uint64_t serials_left() const;

 private:
    [[nodiscard]] Error no_serial() const;
    /// A reservation of this life of the box.
    struct Block {
        SerialBlock block;
        Seq seq;
        bool confirmed = false;
        std::uint64_t used = 0;
    };

    void look();
    void keep_serials();
    void load_places();
    void load_parcels();
    static Result<void> check_room(const Printer& printer, std::size_t labels);
    Result<Seq> order_plain(const PlainLabel& wanted, Printer& printer, const Actor& actor);
    void work_at(Printer& printer);
    void send_plain(Printer& printer);
    void send(Printer& printer, const Label& label);
    void printed(const DeviceId& printer, const std::string& item, const PrintOutcome& outcome);
    void look_at_limits();
    void seen(const Printer& printer, const Label& label, std::uint16_t antenna);
    Result<Seq> finish(const Label& label, const Actor& actor, const std::string& evidence);
    Result<Seq> step(const std::string& item, TagAct act, const std::string& text,
                     const Actor& actor, Ledger::Effect effect = {});
    Result<std::string> next_item(const ItemRecord& sku, unsigned company_digits);
    [[nodiscard]] Result<unsigned> company_digits(const ItemRecord& sku) const;
    [[nodiscard]] Result<Printer*> printer_of(const DeviceId& wanted);
    [[nodiscard]] Printer* find(const DeviceId& printer);
    [[nodiscard]] PrintJob job_of(const Label& label) const;

    Inventory& inventory_;
    Ledger& ledger_;
    Clock& clock_;
    std::vector<Printer> printers_;
    std::vector<Block> blocks_;
    bool has_given_ = false;                      ///< a serial, in this life
    bool is_used_up_ = false;                     ///< no block is left of this epoch
    std::map<std::string, MonoTime> printed_at_;  ///< of labels waiting to be seen
    Hands hands_;
    Timer timer_;
};

}  // namespace tally
