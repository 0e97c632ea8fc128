#!/usr/bin/env python3
"""Reads the public odds: consumer.py HOST:PORT TOPIC [COUNT]. README.md beside this folder says how odds_pb2 is made."""
import json
import os
import struct
import sys

from confluent_kafka import Consumer

from oddswire.public.v1 import odds_pb2


def decode(value):
    """A zero byte, the schema's id (4 bytes, big-endian), the message's place in the schema (0: one byte), then Protobuf."""
    magic, _schema_id, place = struct.unpack(">bIb", value[:6])
    if magic != 0 or place != 0:
        raise ValueError("not in Confluent's wire format")
    return odds_pb2.OddsUpdate.FromString(value[6:])


def main(bootstrap, topic, count=sys.maxsize):
    consumer = Consumer({
        "bootstrap.servers": bootstrap,
        "group.id": f"example-python-{os.getpid()}",
        "auto.offset.reset": "earliest",
        "isolation.level": "read_committed",
        "enable.auto.commit": False,
    })
    consumer.subscribe([topic])
    last = {}  # the last place of every game that was taken: (epoch, sequence)
    while count > 0:
        record = consumer.poll(1.0)
        if record is None:
            continue
        if record.error():
            raise RuntimeError(record.error().str())
        update = decode(record.value())
        known = last.get(update.game_id, (0, 0))
        if (update.epoch, update.sequence) <= known:
            continue  # seen before
        expected = known[1] if update.epoch == known[0] else 0
        if update.game_id in last and update.previous_sequence != expected:
            print(f"hole in {update.game_id}: {update.sequence} follows {update.previous_sequence}, "
                  f"but {expected} was the last one; fetch the board", file=sys.stderr)
        last[update.game_id] = (update.epoch, update.sequence)
        count -= 1
        print(json.dumps({
            "id": update.id,
            "game": update.game_id,
            "epoch": update.epoch,
            "sequence": update.sequence,
            "market": update.market_type,
            "scope": update.scope,
            "line": update.line_hundredths if update.HasField("line_hundredths") else None,
            "status": update.status,
            "prices": [selection.price_thousandths for selection in update.selections],
        }), flush=True)
    consumer.close()


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit("usage: consumer.py HOST:PORT TOPIC [COUNT]")
    main(sys.argv[1], sys.argv[2], *(int(argument) for argument in sys.argv[3:4]))
