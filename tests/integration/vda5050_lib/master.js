// A foreign master: MasterController of npm vda-5050-lib drives one vehicle of the broker.
//
//   master.js BROKER_URL MANUFACTURER SERIAL
//
// Gives an order of a base and a horizon with a pick, continues it, has it finished, gives another
// one and cancels it, and says what it saw, a JSON line each; {"done": true} at the end.
"use strict";
const vda = require("vda-5050-lib");

const [brokerUrl, manufacturer, serialNumber] = process.argv.slice(2);
const agv = { manufacturer, serialNumber };
const say = (line) => console.log(JSON.stringify(line));
const at = (x) => ({ x, y: 0, mapId: "floor" });
const node = (nodeId, sequenceId, x, released, actions = []) => ({ nodeId, sequenceId, released, nodePosition: at(x), actions });
const edge = (sequenceId, startNodeId, endNodeId, released) => ({ edgeId: `e${sequenceId}`, sequenceId, startNodeId, endNodeId, released, actions: [] });

async function main() {
  const master = new vda.MasterController(
    { interfaceName: "uagv", vdaVersion: "2.0.0", transport: { brokerUrl } },
    {},
  );
  await master.start();
  // It validates every message of the vehicle by its own schemas and drops what it cannot read.
  await new Promise((resolve) => master.trackAgvs((_, state) => state === "ONLINE" && resolve()));
  await new Promise((resolve) => {
    master.subscribe(vda.Topic.State, agv, resolve);
  });
  say({ online: true });
  await master.subscribe(vda.Topic.Factsheet, agv, (sheet) => say({ factsheet: sheet.typeSpecification.agvClass }));

  const handler = (name, then) => ({
    onOrderProcessed: (withError, byCancelation, active) => {
      say({ order: name, withError: withError ? withError.errorType : null, byCancelation, active });
      if (!active) then();
    },
    onNodeTraversed: (passed) => say({ order: name, passed: passed.nodeId }),
    onActionStateChanged: (action) => say({ order: name, action: action.actionId, status: action.actionStatus }),
  });
  const pick = { actionId: "pick-1", actionType: "pick", blockingType: vda.BlockingType.Hard, actionParameters: [{ key: "stationType", value: "floor" }, { key: "loadType", value: "EPAL" }] };

  await new Promise((resolve) => {
    const events = handler("o1", resolve);
    const passed = events.onNodeTraversed;
    events.onNodeTraversed = (reached, ...rest) => {
      passed(reached, ...rest);
      if (reached.nodeId === "b") {
        const more = { orderId: "o1", orderUpdateId: 1, nodes: [node("b", 2, 2, true), node("c", 4, 4, true)], edges: [edge(3, "b", "c", true)] };
        master.assignOrder(agv, more, events).catch(() => {});
      }
    };
    const order = {
      orderId: "o1",
      orderUpdateId: 0,
      nodes: [node("a", 0, 0, true), node("b", 2, 2, true, [pick]), node("c", 4, 4, false)],
      edges: [edge(1, "a", "b", true), edge(3, "b", "c", false)],
    };
    master.assignOrder(agv, order, events);
  });

  const request = {
    instantActions: [{ actionId: "cancel-1", actionType: "cancelOrder", blockingType: vda.BlockingType.Hard }],
  };
  await new Promise((resolve) => {
    const events = handler("o2", resolve);
    const order = { orderId: "o2", orderUpdateId: 0, nodes: [node("c", 0, 4, true), node("far", 2, 40, true)], edges: [edge(1, "c", "far", true)] };
    let told = false;
    events.onEdgeTraversing = () => {
      if (told) return;
      told = true;
      master.initiateInstantActions(agv, request, {
        onActionStateChanged: (action) => say({ action: action.actionId, status: action.actionStatus }),
        onActionError: (error) => say({ error: error.errorType }),
      });
    };
    master.assignOrder(agv, order, events);
  });
  say({ done: true });
  await master.stop();
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
