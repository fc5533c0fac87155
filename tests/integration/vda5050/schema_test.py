#!/usr/bin/python3
"""The standard's own JSON schemas judge the codec, in both directions.

    schema_test.py PROBE SCHEMA_FOLDER

What the master writes is valid. What the schemas of 2.0.0 and 2.1.0 call valid is taken; what they
call broken is refused, member by member: each member of a full message is left out, nulled, given a
wrong type and a wrong word. Where the codec means to differ, that stands below with its reason, and
nowhere else. Exit 77: no jsonschema or no schemas, unless TALLY_TESTDATA_REQUIRED=1.
"""
import copy
import json
import os
import pathlib
import subprocess
import sys

FILES = {"2.0.0": {"factsheet": "factsheet.json"}, "2.1.0": {}}
HEAD = {"headerId": 1, "timestamp": "2026-01-01T00:00:00.00Z", "manufacturer": "acme", "serialNumber": "v1"}
NODE_AT = {"x": 1.0, "y": 2, "theta": 0.5, "mapId": "hall"}
TRAJECTORY = {"degree": 1, "knotVector": [0, 0, 1, 1], "controlPoints": [{"x": 0, "y": 0, "weight": 1}]}
REFERENCES = [{"referenceKey": "orderId", "referenceValue": "o"}]
FULL = {
    "state": {
        "orderId": "o", "orderUpdateId": 1, "zoneSetId": "z", "lastNodeId": "a", "lastNodeSequenceId": 2,
        "driving": True, "paused": False, "newBaseRequest": False, "distanceSinceLastNode": 1.5, "operatingMode": "AUTOMATIC",
        "nodeStates": [{"nodeId": "b", "sequenceId": 4, "nodeDescription": "d", "nodePosition": NODE_AT, "released": True}],
        "edgeStates": [{"edgeId": "e", "sequenceId": 3, "edgeDescription": "d", "released": True, "trajectory": TRAJECTORY}],
        "agvPosition": {**NODE_AT, "mapDescription": "m", "positionInitialized": True, "localizationScore": 0.9, "deviationRange": 0.1},
        "velocity": {"vx": 1, "vy": 0, "omega": 0.1},
        "loads": [{"loadId": "l", "loadType": "t", "loadPosition": "p", "boundingBoxReference": {"x": 0, "y": 0, "z": 0, "theta": 0},
                   "loadDimensions": {"length": 1, "width": 1, "height": 1}, "weight": 5}],
        "actionStates": [{"actionId": "1", "actionType": "pick", "actionDescription": "d", "actionStatus": "RUNNING", "resultDescription": "r"}],
        "batteryState": {"batteryCharge": 50.5, "batteryVoltage": 24, "batteryHealth": 99, "charging": False, "reach": 100},
        "errors": [{"errorType": "x", "errorReferences": REFERENCES, "errorDescription": "d", "errorLevel": "WARNING"}],
        "information": [{"infoType": "x", "infoReferences": REFERENCES, "infoDescription": "d", "infoLevel": "INFO"}],
        "safetyState": {"eStop": "NONE", "fieldViolation": False}},
    "connection": {"connectionState": "ONLINE"},
    "visualization": {"agvPosition": {**NODE_AT, "positionInitialized": True, "localizationScore": 0.9, "deviationRange": 0.1},
                      "velocity": {"vx": 1, "vy": 0, "omega": 0.1}},
    "factsheet": {
        "typeSpecification": {"seriesName": "s", "seriesDescription": "d", "agvKinematic": "DIFF", "agvClass": "CARRIER", "maxLoadMass": 100,
                              "localizationTypes": ["NATURAL"], "navigationTypes": ["AUTONOMOUS"]},
        "physicalParameters": {"speedMin": 0.1, "speedMax": 1.5, "accelerationMax": 0.5, "decelerationMax": 0.5, "heightMin": 0.2,
                               "heightMax": 0.5, "width": 0.6, "length": 0.9},
        "protocolLimits": {"maxStringLens": {"msgLen": 9000, "idLen": 60, "idNumericalOnly": False}, "maxArrayLens": {"order.nodes": 100},
                           "timing": {"minOrderInterval": 1, "minStateInterval": 1}},
        "protocolFeatures": {"optionalParameters": [{"parameter": "order.nodes.nodePosition.theta", "support": "SUPPORTED"}],
                             "agvActions": [{"actionType": "pick", "actionScopes": ["NODE"], "actionParameters": [
                                 {"key": "stationType", "valueDataType": "STRING", "isOptional": False}]}]},
        "agvGeometry": {"wheelDefinitions": []},
        "loadSpecification": {"loadPositions": ["p"], "loadSets": [{"setName": "s", "loadType": "EPAL"}]}},
}
# What nobody here uses is not looked at, so that a vehicle is not refused for it.
NOT_LOOKED_AT = ("zoneSetId", "distanceSinceLastNode", "nodeDescription", "nodePosition", "edgeDescription", "trajectory", "velocity",
                 "loadType", "loadPosition", "boundingBoxReference", "loadDimensions", "weight", "actionDescription", "batteryVoltage",
                 "batteryHealth", "reach", "information", "mapDescription", "localizationScore", "deviationRange")
# blockingTypes of a factsheet's actions are left out: the schema of 2.1.0 has their words as an enumeration of the list itself, so that no list
# is valid. Of a factsheet, the same: what is read of it stands in FACTSHEET_READ, and all of it may be missing.
FACTSHEET_READ = ("headerId", "timestamp", "version", "manufacturer", "serialNumber", "typeSpecification", "seriesName", "agvClass",
                  "physicalParameters", "speedMax", "width", "length", "protocolLimits", "maxStringLens", "msgLen", "idLen",
                  "idNumericalOnly", "maxArrayLens", "order.nodes", "protocolFeatures", "optionalParameters", "parameter", "support",
                  "agvActions", "actionType", "actionScopes", "actionParameters", "key", "isOptional", "loadSpecification",
                  "loadSets", "loadType")


def members(message, path=()):
    """Paths of all members, deepest last."""
    items = message.items() if isinstance(message, dict) else enumerate(message) if isinstance(message, list) else ()
    for key, value in items:
        yield path + (key,)
        yield from members(value, path + (key,))


def changed(message, path, change):
    made = copy.deepcopy(message)
    at = made
    for key in path[:-1]:
        at = at[key]
    change(at, path[-1])
    return made


def is_ours_to_differ(topic, path, how, problem):
    """Why a difference between schema and codec is meant; None: it is not."""
    if topic == "factsheet":
        if path[-1] not in FACTSHEET_READ:
            return "not looked at"
        if how == "left out" or path[-1] in ("protocolFeatures", "protocolLimits"):
            return "a factsheet that says less is taken for what it says"
        if path[-1] == "support" and how == "odd text":
            return "what is not REQUIRED is not asked for"
        if path[-1] == "agvClass" and how == "odd text":
            return "its class is shown as the vehicle writes it"
    if any(key in NOT_LOOKED_AT for key in path):
        return "not looked at"
    if how == "null":
        return "null is taken for absent"
    if path[-1] == "timestamp" and how == "odd text":
        return "the schemas name the format, and validators do not hold it"
    if how == "PAUSED" and problem == "refused by schema":
        return "PAUSED stands in the text of 2.0, not in its schema"
    if how == "negative" and path[-1] in ("headerId", "orderUpdateId", "lastNodeSequenceId", "sequenceId"):
        return "uint32 in the text of the standard, any integer in its schemas"
    if path[-1] == "batteryCharge" and how == "negative":
        return "a charge is a percentage in the text of the standard, any number in its schemas"
    return None


def mutations(topic, full):
    for path in members(full):
        if any(isinstance(key, int) for key in path[-1:]):
            continue
        yield path, "left out", changed(full, path, lambda at, key: at.pop(key))
        yield path, "null", changed(full, path, lambda at, key: at.update({key: None}))
        for how, value in (("list", [[]]), ("object", {"odd": 1}), ("odd text", "odd"), ("truth", True), ("number", 7), ("negative", -7)):
            yield path, how, changed(full, path, lambda at, key, v=value: at.update({key: v}))
        if path[-1] == "actionStatus":
            yield path, "PAUSED", changed(full, path, lambda at, key: at.update({key: "PAUSED"}))


def main():
    probe, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    must = os.environ.get("TALLY_TESTDATA_REQUIRED") == "1" or os.environ.get("CI") == "true"
    try:
        import jsonschema
    except ImportError:
        print("python3-jsonschema is missing; run tools/setup", file=sys.stderr)
        return 1 if must else 77
    if not folder.exists():
        print(f"no schemas in {folder}", file=sys.stderr)
        return 1 if must else 77

    def schema(version, topic):
        text = (folder / version / FILES[version].get(topic, topic + ".schema")).read_text(encoding="utf-8-sig")
        return jsonschema.Draft202012Validator(json.loads(text))

    problems, written = [], 0
    for line in subprocess.run([probe, "write"], capture_output=True, text=True, check=True).stdout.splitlines():
        said = json.loads(line)
        written += 1
        for error in schema(said["version"], said["topic"]).iter_errors(json.loads(said["text"])):
            problems.append(f"written {said['version']} {said['topic']}: {error.json_path} {error.message[:120]}")

    cases = []
    for version in FILES:
        for topic, body in FULL.items():
            full = {**HEAD, "version": version, **body}
            validator = schema(version, topic)
            assert validator.is_valid(full), f"the sample of {version} {topic} itself: {next(validator.iter_errors(full)).message}"
            cases.append((version, topic, (), "whole", full, True))
            if (version, topic) == ("2.0.0", "factsheet"):
                continue  # That schema asks for next to nothing: 2.1.0 judges the members.
            for path, how, made in mutations(topic, full):
                if path == ("version",):
                    continue
                cases.append((version, topic, path, how, made, validator.is_valid(made)))
    asked = "".join(json.dumps({"topic": topic, "text": json.dumps(made)}) + "\n" for _, topic, _, _, made, _ in cases)
    answers = subprocess.run([probe, "read"], input=asked, capture_output=True, text=True, check=True).stdout.split("\n")[:-1]
    assert len(answers) == len(cases), "an answer a case"
    counts = {"taken": 0, "refused": 0, "meant": 0}
    for (version, topic, path, how, _, valid), answer in zip(cases, answers):
        taken = answer == ""
        if taken == valid:
            counts["taken" if taken else "refused"] += 1
            continue
        problem = "refused by schema" if taken else "refused by codec"
        if path and is_ours_to_differ(topic, path, how, problem):
            counts["meant"] += 1
        else:
            problems.append(f"read {version} {topic} {'.'.join(map(str, path))} ({how}): {problem}; {answer}")
    print(f"{written} written; read: {counts}")
    if written < 6 or counts["taken"] < 50 or counts["refused"] < 300:
        problems.append("too few cases: the judge has lost its samples")
    for problem in problems[:40]:
        print("FAILED", problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
