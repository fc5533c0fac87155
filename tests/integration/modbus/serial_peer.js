// A foreign Modbus master: reads holding registers (or discrete inputs) over TCP, prints them as JSON.
//   node serial_peer.js PORT UNIT ADDRESS COUNT [inputs]
"use strict";
const ModbusRTU = require("modbus-serial");

const [port, unit, address, count] = process.argv.slice(2, 6).map(Number);
const inputs = process.argv[6] === "inputs";
const client = new ModbusRTU();

async function main() {
  await client.connectTCP("127.0.0.1", { port });
  client.setID(unit);
  client.setTimeout(5000);
  const answer = inputs
    ? await client.readDiscreteInputs(address, count)
    : await client.readHoldingRegisters(address, count);
  console.log(JSON.stringify(answer.data));
}

main()
  .catch((problem) => { console.error(problem.message); process.exitCode = 1; })
  .finally(() => client.close(() => {}));
