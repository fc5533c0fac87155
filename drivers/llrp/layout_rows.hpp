// The LLRP wire layouts as text, one row a message or parameter: the form people review.
// layout.hpp compiles the rows once; nothing else reads them.
//
// Sources: EPCglobal LLRP 1.0.1 and 1.1, chapter 17 (field layouts), read through the
// machine-readable definition of the LLRP Toolkit (llrp-1x0-def.xml), against which a test checks
// every row; the additions of 1.1 against the dissector of Wireshark and the tables of the EdgeX
// LLRP service.
//
// Notation. A layout is a list of parts, separated by " | ", in wire order.
//   u8 Name, u16, u32, u64, u96    unsigned number of so many bits, big-endian
//   s8 Name, s16                   signed number
//   u1 Name, u2 Name               bits, most significant first, packed with what follows
//   r7                             reserved bits: sent as 0, ignored when received
//   u1v u8v u16v u32v Name         u16 count, then that many bits (padded to bytes) or numbers
//   utf8v Name                     u16 byte count, then UTF-8
//   bytesToEnd Name                all that is left
//   Name:Enumeration               the field's values are named in that enumeration
//   Parameter                      exactly one sub-parameter or choice of that name
//   Parameter? Parameter* Parameter+   none or one; any number; one or more
//   !part                          not in the toolkit's 1.0.1 definition: 1.1, or left out there
// Field parts always stand before sub-parameters.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace tally::llrp {

/// One message or parameter.
struct LayoutRow {
    std::uint16_t type;
    std::string_view name;
    std::string_view layout;
};

/// One choice ("any of these parameters") or enumeration ("<number> <name>").
struct NamedRow {
    std::string_view name;
    std::string_view members;
};

std::span<const LayoutRow> message_rows();
std::span<const LayoutRow> type_value_rows();
std::span<const LayoutRow> core_rows();
std::span<const LayoutRow> c1g2_rows();
std::span<const NamedRow> choice_rows();
std::span<const NamedRow> enumeration_rows();

}  // namespace tally::llrp
