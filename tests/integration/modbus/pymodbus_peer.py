"""A foreign Modbus implementation (pymodbus) as client of tally-emul and as slave for tallyd.

    pymodbus_peer.py read PORT UNIT            eight registers of a Laumas block, as JSON
    pymodbus_peer.py serve                     a slave with a Laumas block; {"port": N} first, then on each
                                       line of standard input a weight in grams is shown
    pymodbus_peer.py coils                     a slave (unit 9) with coils; {"port": N} first, then on each
                                       line "?" answers them, "off" puts all out first
"""
import asyncio
import json
import logging
import sys

from pymodbus.client import ModbusTcpClient
from pymodbus.datastore import ModbusSequentialDataBlock, ModbusServerContext, ModbusSlaveContext
from pymodbus.server.async_io import ModbusTcpServer

STATUS, NET, STABLE, NEGATIVE = 6, 9, 1 << 11, 1 << 8


def read(port, unit):
    client = ModbusTcpClient("127.0.0.1", port=port)
    client.connect()
    answer = client.read_holding_registers(STATUS, 8, slave=unit)
    if answer.isError():
        print(json.dumps({"error": str(answer)}))
    else:
        print(json.dumps({"registers": answer.registers}))
    client.close()


def show(block, grams):
    size = abs(grams)
    block.setValues(STATUS + 1, [STABLE | (NEGATIVE if grams < 0 else 0)])
    block.setValues(NET + 1, [size >> 16, size & 0xFFFF])


async def serve_slave(unit, slave, answer):
    logging.disable(logging.CRITICAL)
    server = ModbusTcpServer(
        ModbusServerContext(slaves={unit: slave}, single=False), address=("127.0.0.1", 0))
    serving = asyncio.ensure_future(server.serve_forever())
    while server.server is None:
        await asyncio.sleep(0.01)
    print(json.dumps({"port": server.server.sockets[0].getsockname()[1]}), flush=True)
    loop = asyncio.get_running_loop()
    while True:
        line = await loop.run_in_executor(None, sys.stdin.readline)
        if not line:
            break
        print(json.dumps(answer(line.strip())), flush=True)
    serving.cancel()


async def serve():
    block = ModbusSequentialDataBlock(0, [0] * 40)
    show(block, 0)

    def weigh(line):
        show(block, int(line))
        return {"shown": int(line)}

    await serve_slave(1, ModbusSlaveContext(hr=block), weigh)


async def coils():
    block = ModbusSequentialDataBlock(1, [False] * 8)

    def look(line):
        if line == "off":
            block.setValues(1, [False] * 8)
        return {"coils": [int(on) for on in block.values]}

    await serve_slave(9, ModbusSlaveContext(co=block), look)


if __name__ == "__main__":
    if sys.argv[1] == "read":
        read(int(sys.argv[2]), int(sys.argv[3]))
    else:
        asyncio.run(coils() if sys.argv[1] == "coils" else serve())
