// llrpjs as a foreign reader: whatever client connects (tallyd, or the test beside this file) is
// answered in the words of a second implementation of LLRP 1.0.1.
//
//   node reader.js [PORT]      prints {"port":N}, then takes lines on standard input:
//   {"epc":"3034F87A4049E3400000BEEF","antenna":1,"rssi_dbm":-52}   a tag is seen once
//   {"input":1,"level":"high"}                                      a photo-eye changes
// For each change of state it prints a line: {"event":"connected"}, "reading", "stopped",
// "disconnected". A tag is reported only while a ROSpec runs. The end of standard input ends it.
"use strict";
const net = require("net");
const { frameCutter, typeOf, idOf, decode, encode, lines } = require("./peers");

const OK = { LLRPStatus: { StatusCode: "M_Success", ErrorDescription: "" } };
const KEEPALIVE_ACK = 72;
const ENABLE_EVENTS_AND_REPORTS = 64;
const print = (object) => console.log(JSON.stringify(object));

class Reader {
  constructor() {
    this.socket = null;
    this.nextId = 1;
    this.rospec = null;
    this.state = "Disabled";
    this.inputs = [false, false, false, false];
    this.keepalive = null;
  }

  accept(socket) {
    if (this.socket !== null) {
      socket.end(this.event({ ConnectionAttemptEvent:
        { Status: "Failed_A_Client_Initiated_Connection_Already_Exists" } }));
      return;
    }
    this.socket = socket;
    socket.on("data", frameCutter((frame) => this.take(frame)));
    socket.on("error", () => {});
    socket.on("close", () => {
      this.socket = null;
      clearInterval(this.keepalive);
      print({ event: "disconnected" });
    });
    socket.write(this.event({ ConnectionAttemptEvent: { Status: "Success" } }));
    print({ event: "connected" });
  }

  event(data) {
    return encode("READER_EVENT_NOTIFICATION", this.nextId++, { ReaderEventNotificationData:
      { UTCTimestamp: { Microseconds: new Date() }, ...data } });
  }

  take(frame) {
    const type = typeOf(frame);
    const version = (frame[0] >> 2) & 7;
    if (version !== 1) return this.refuse(frame, version, "M_UnsupportedVersion");
    if (type === KEEPALIVE_ACK || type === ENABLE_EVENTS_AND_REPORTS) return;
    const message = decode(frame);
    const act = this[message.type];
    if (act === undefined) return this.refuse(frame, version, "M_UnsupportedMessage");
    const before = this.state;
    const answer = act.call(this, message.data || {});
    this.socket.write(encode(message.type + "_RESPONSE", idOf(frame), { ...OK, ...answer }));
    if (this.state !== before && this.state === "Active") print({ event: "reading" });
    if (this.state !== before && before === "Active") print({ event: "stopped" });
    if (message.type === "CLOSE_CONNECTION") this.socket.end();
  }

  /** ERROR_MESSAGE in the version of the request. */
  refuse(frame, version, code) {
    const error = encode("ERROR_MESSAGE", idOf(frame),
                         { LLRPStatus: { StatusCode: code, ErrorDescription: "" } });
    error[0] = (error[0] & 0xe3) | (version << 2);
    this.socket.write(error);
  }

  GET_READER_CAPABILITIES() {
    return {
      GeneralDeviceCapabilities: {
        MaxNumberOfAntennaSupported: 4, CanSetAntennaProperties: false, HasUTCClockCapability: true,
        DeviceManufacturerName: 0, ModelName: 1, ReaderFirmwareVersion: "llrpjs",
        ReceiveSensitivityTableEntry: [{ Index: 1, ReceiveSensitivityValue: 0 }],
        GPIOCapabilities: { NumGPIs: 4, NumGPOs: 0 },
        PerAntennaAirProtocol: [1, 2, 3, 4].map((AntennaID) =>
          ({ AntennaID, ProtocolID: ["EPCGlobalClass1Gen2"] })),
      },
      LLRPCapabilities: {
        CanDoRFSurvey: false, CanReportBufferFillWarning: false, SupportsClientRequestOpSpec: false,
        CanDoTagInventoryStateAwareSingulation: false, SupportsEventAndReportHolding: false,
        MaxNumPriorityLevelsSupported: 1, ClientRequestOpSpecTimeout: 0, MaxNumROSpecs: 1,
        MaxNumSpecsPerROSpec: 1, MaxNumInventoryParameterSpecsPerAISpec: 1, MaxNumAccessSpecs: 0,
        MaxNumOpSpecsPerAccessSpec: 0,
      },
    };
  }
  GET_READER_CONFIG() {
    return { AntennaProperties: [1, 2, 3, 4].map((AntennaID) =>
      ({ AntennaConnected: true, AntennaID, AntennaGain: 0 })) };
  }
  SET_READER_CONFIG(data) {
    const spec = data.KeepaliveSpec;
    clearInterval(this.keepalive);
    if (spec && spec.KeepaliveTriggerType === "Periodic") {
      this.keepalive = setInterval(
        () => this.socket.write(encode("KEEPALIVE", this.nextId++, {})), spec.PeriodicTriggerValue);
    }
  }
  ADD_ROSPEC(data) {
    this.rospec = data.ROSpec;
    this.state = "Disabled";
  }
  ENABLE_ROSPEC() {
    const start = this.rospec.ROBoundarySpec.ROSpecStartTrigger.ROSpecStartTriggerType;
    this.state = start === "Immediate" ? "Active" : "Inactive";
  }
  START_ROSPEC() { this.state = "Active"; }
  STOP_ROSPEC() { this.state = "Inactive"; }
  DISABLE_ROSPEC() { this.state = "Disabled"; }
  DELETE_ROSPEC() {
    this.rospec = null;
    this.state = "Disabled";
  }
  GET_ROSPECS() {
    return this.rospec ? { ROSpec: { ...this.rospec, CurrentState: this.state } } : {};
  }
  CLOSE_CONNECTION() {}

  /** A line from standard input. */
  scene(command) {
    if (this.socket === null) return;
    if (command.input !== undefined) {
      this.socket.write(this.event({ GPIEvent:
        { GPIPortNumber: command.input, GPIEvent: command.level === "high" } }));
    } else if (this.state === "Active") {
      this.socket.write(encode("RO_ACCESS_REPORT", this.nextId++, { TagReportData: {
        EPC_96: { EPC: command.epc }, AntennaID: { AntennaID: command.antenna },
        PeakRSSI: { PeakRSSI: command.rssi_dbm },
        FirstSeenTimestampUTC: { Microseconds: new Date() } } }));
    }
  }
}

const reader = new Reader();
const server = net.createServer((socket) => reader.accept(socket));
server.listen(Number(process.argv[2] || 0), "127.0.0.1",
              () => print({ port: server.address().port }));
lines(process.stdin, (line) => reader.scene(JSON.parse(line)));
process.stdin.on("end", () => process.exit(0));
