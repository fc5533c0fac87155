// What the client and the reader of these tests share: the foreign library, and frames cut by
// hand. llrpjs 1.0.1 takes one message per chunk of TCP, so whatever comes in is cut here first.
"use strict";
const llrpjs = require("llrpjs");

const HEADER_BYTES = 10;

/** Calls onFrame with each whole LLRP frame in a stream of chunks. */
function frameCutter(onFrame) {
  let pending = Buffer.alloc(0);
  return (chunk) => {
    pending = Buffer.concat([pending, chunk]);
    while (pending.length >= HEADER_BYTES) {
      const length = pending.readUInt32BE(2);
      if (length < HEADER_BYTES) throw new Error(`a frame of ${length} bytes`);
      if (pending.length < length) return;
      const frame = pending.subarray(0, length);
      pending = pending.subarray(length);
      onFrame(frame);
    }
  };
}

const typeOf = (frame) => frame.readUInt16BE(0) & 0x3ff;
const idOf = (frame) => frame.readUInt32BE(6);
const decode = (frame) => new llrpjs.LLRPMessage(frame).decode().toLLRPData();
const encode = (name, id, data) => new llrpjs.LLRPCore[name]({ id, data }).encode().getBuffer();
const listOf = (value) => (value === undefined ? [] : Array.isArray(value) ? value : [value]);

/** Calls onLine with each line of a stream. */
function lines(stream, onLine) {
  require("readline").createInterface({ input: stream }).on("line", onLine);
}

module.exports = { frameCutter, typeOf, idOf, decode, encode, listOf, lines, llrpjs };
