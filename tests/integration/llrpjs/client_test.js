// llrpjs as a foreign client of tally-emul: connects, sets the reader up, and must get every tag
// with its EPC, antenna and RSSI. With captures, also those of a real Impinj R420, played back.
//
//   node client_test.js PATH/TO/tally-emul [FOLDER OF R420 CAPTURES]
"use strict";
const assert = require("assert");
const child_process = require("child_process");
const fs = require("fs");
const net = require("net");
const path = require("path");
const { frameCutter, decode, encode, listOf, lines } = require("./peers");

const [emulator, captures] = process.argv.slice(2);
const DEADLINE_MS = 20000;

const ROSPEC = {
  ROSpecID: 123, Priority: 0, CurrentState: "Disabled",
  ROBoundarySpec: {
    ROSpecStartTrigger: { ROSpecStartTriggerType: "Null" },
    ROSpecStopTrigger: { ROSpecStopTriggerType: "Null", DurationTriggerValue: 0 },
  },
  AISpec: {
    AntennaIDs: [0],
    AISpecStopTrigger: { AISpecStopTriggerType: "Null", DurationTrigger: 0 },
    InventoryParameterSpec: { InventoryParameterSpecID: 1, ProtocolID: "EPCGlobalClass1Gen2" },
  },
  ROReportSpec: {
    ROReportTrigger: "Upon_N_Tags_Or_End_Of_ROSpec", N: 1,
    TagReportContentSelector: {
      EnableROSpecID: false, EnableSpecIndex: false, EnableInventoryParameterSpecID: false,
      EnableAntennaID: true, EnableChannelIndex: false, EnablePeakRSSI: true,
      EnableFirstSeenTimestamp: true, EnableLastSeenTimestamp: false, EnableTagSeenCount: false,
      EnableAccessSpecID: false,
    },
  },
};

/** Starts tally-emul and gives its first line and a way to send it commands. */
function startEmulator(args) {
  const process_ = child_process.spawn(emulator, ["--stdin", "--quiet", ...args],
                                       { stdio: ["pipe", "pipe", "inherit"] });
  const ready = new Promise((resolve, reject) => {
    lines(process_.stdout, (line) => { const o = JSON.parse(line); if (o.ready) resolve(o); });
    process_.on("exit", (code) => reject(new Error(`tally-emul left early with ${code}`)));
  });
  const ended = new Promise((resolve) => process_.on("exit", resolve));
  return { ready, ended, send: (command) => process_.stdin.write(JSON.stringify(command) + "\n"),
           end: () => process_.stdin.end() };
}

/** A client on its own socket; llrpjs encodes and decodes. */
class Client {
  constructor(port) {
    this.tags = [];
    this.waiting = [];
    this.nextId = 1;
    this.socket = net.connect(port, "127.0.0.1");
    this.socket.on("data", frameCutter((frame) => this.take(decode(frame))));
    this.closed = new Promise((resolve) => this.socket.on("close", resolve));
  }
  take(message) {
    for (const tag of listOf(message.data.TagReportData)) {
      this.tags.push({ epc: tag.EPC_96 ? tag.EPC_96.EPC : tag.EPCData.EPC,
                       antenna: tag.AntennaID.AntennaID, rssi: tag.PeakRSSI.PeakRSSI });
    }
    const at = this.waiting.findIndex((wish) => wish.type === message.type);
    if (at >= 0) this.waiting.splice(at, 1)[0].resolve(message);
  }
  hear(type) {
    return new Promise((resolve) => this.waiting.push({ type, resolve }));
  }
  async ask(name, data = {}) {
    const answer = this.hear(name + "_RESPONSE");
    const id = this.nextId++;
    this.socket.write(encode(name, id, data));
    const message = await answer;
    assert.strictEqual(message.id, id, `${name}: answered with another id`);
    assert.strictEqual(message.data.LLRPStatus.StatusCode, "M_Success", JSON.stringify(message));
    return message.data;
  }
  async startReading() {
    const capabilities = await this.ask("GET_READER_CAPABILITIES", { RequestedData: "All" });
    assert.strictEqual(capabilities.GeneralDeviceCapabilities.MaxNumberOfAntennaSupported, 4);
    await this.ask("DELETE_ROSPEC", { ROSpecID: 0 });
    await this.ask("SET_READER_CONFIG", { ResetToFactoryDefault: true });
    await this.ask("ADD_ROSPEC", { ROSpec: ROSPEC });
    await this.ask("ENABLE_ROSPEC", { ROSpecID: 123 });
    await this.ask("START_ROSPEC", { ROSpecID: 123 });
  }
  async tagsUntil(count) {
    while (this.tags.length < count) await new Promise((resolve) => setTimeout(resolve, 5));
    return this.tags;
  }
}

async function connect(port) {
  const client = new Client(port);
  const first = await client.hear("READER_EVENT_NOTIFICATION");
  const event = first.data.ReaderEventNotificationData.ConnectionAttemptEvent;
  assert.strictEqual(event.Status, "Success");
  return client;
}

async function leave(client, emul) {
  await client.ask("CLOSE_CONNECTION");
  await client.closed;
  emul.end();
  assert.strictEqual(await emul.ended, 0);
}

async function readsWhatTheSceneShows() {
  const emul = startEmulator(["--reader", "g1"]);
  const client = await connect((await emul.ready).readers.g1);
  await client.startReading();
  const shown = [];
  for (let i = 0; i < 50; ++i) {
    const epc = "3034F87A4049E340" + i.toString(16).toUpperCase().padStart(8, "0");
    shown.push({ epc, antenna: 1 + (i % 4), rssi: -40 - i });
  }
  for (const tag of shown) {
    emul.send({ reader: "g1", verb: "tag_seen", epc: tag.epc, antenna: tag.antenna,
                rssi_dbm: tag.rssi });
  }
  assert.deepStrictEqual(await client.tagsUntil(shown.length), shown);
  await leave(client, emul);
  return `${shown.length} tags shown, ${shown.length} read`;
}

async function readsTheCaptures() {
  const folder = path.join(captures, "roAccessReports");
  const expected = fs.readdirSync(folder).filter((name) => name.endsWith(".json")).sort()
    .flatMap((name) => JSON.parse(fs.readFileSync(path.join(folder, name))).TagReportData)
    .map((tag) => ({ epc: Buffer.from(tag.EPC96.EPC, "base64").toString("hex").toUpperCase(),
                     antenna: tag.AntennaID, rssi: tag.PeakRSSI }));
  assert(expected.length > 0);
  const emul = startEmulator(["--reader", "g1", "--replay", captures]);
  const client = await connect((await emul.ready).readers.g1);
  await client.startReading();
  assert.deepStrictEqual(await client.tagsUntil(expected.length), expected);
  await leave(client, emul);
  return `${expected.length} captured tags played, all read`;
}

setTimeout(() => { console.error("FAILED: too slow"); process.exit(1); }, DEADLINE_MS).unref();
(async () => {
  console.log(await readsWhatTheSceneShows());
  if (captures) console.log(await readsTheCaptures());
})().catch((error) => { console.error("FAILED:", error); process.exit(1); });
