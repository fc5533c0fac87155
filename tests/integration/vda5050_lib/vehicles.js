// Foreign vehicles: AgvController with VirtualAgvAdapter of npm vda-5050-lib.
//
//   vehicles.js BROKER_URL SERIAL[@NODE,X,Y,MAP]...
//
// Each stands at node "a" (0, 0) of map "hall", `i` * 10 m up, if nothing else is said. Says {"ready": n} when all are
// connected. Killed: the broker publishes their wills.
"use strict";
const vda = require("vda-5050-lib");

const [brokerUrl, ...serials] = process.argv.slice(2);

async function start(word, i) {
  const [serialNumber, where] = word.split("@");
  const [lastNodeId, x, y, mapId] = where ? where.split(",") : ["a", 0, i * 10, "hall"];
  const controller = new vda.AgvController(
    { manufacturer: "siemens", serialNumber },
    { interfaceName: "uagv", vdaVersion: "2.0.0", transport: { brokerUrl, reconnectPeriod: 200, heartbeat: 5 } },
    { agvAdapterType: vda.VirtualAgvAdapter, publishStateInterval: 1000, publishVisualizationInterval: 0 },
    {
      initialPosition: { mapId, x: Number(x), y: Number(y), theta: 0, lastNodeId },
      vehicleSpeed: 2,
      timeLapse: 2,
      initialBatteryCharge: 70,
    },
  );
  await controller.start();
}

Promise.all(serials.map(start)).then(
  () => console.log(JSON.stringify({ ready: serials.length })),
  (error) => {
    console.error(error);
    process.exit(1);
  },
);
