"""requests.py N SEED OUT: N filings for load, each a SubmitFilingRequest with a name and an id of its own, made of an example."""
import os
import random
import struct
import sys

from google.protobuf import json_format
from registry.v1 import filing_service_pb2 as filing_pb
from registry.v1 import model_pb2 as model_pb

SOURCE = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
EXAMPLE = os.path.join(SOURCE, "examples", "filings", "02-trading-llc.json")
CHARACTERS = ("云海青山白石长林松竹兰菊晨星明月清泉金玉银珠宝瑞祥安康泰宁和顺达通远航程鹏鹤龙凤麒麟春夏秋冬东南西北风雨雪霜露"
              "虹霞光辉煌灿锦绣华荣昌盛兴旺隆茂丰裕富源汇聚集博雅文墨书画诗琴棋艺匠心诚信德仁义礼智勇毅恒久永固坚石岩峰岭川河湖江溪波涛浪")


def main():
    count, source, out = int(sys.argv[1]), random.Random(sys.argv[2]), sys.argv[3]
    with open(EXAMPLE, encoding="utf-8") as file:
        filing = json_format.Parse(file.read(), model_pb.Filing())
    name, whole, characters = filing.entity.name, filing.entity.name.full, sorted(set(CHARACTERS))
    was, seen = name.trade_name, set()
    with open(out, "wb") as file:
        while len(seen) < count:
            trade_name = "".join(source.choice(characters) for _ in range(4))
            if trade_name in seen:
                continue
            seen.add(trade_name)
            name.trade_name, name.full = trade_name, whole.replace(was, trade_name)
            message = filing_pb.SubmitFilingRequest(request_id=f"load {sys.argv[2]} {len(seen)}",
                                                    filing=filing)
            data = message.SerializeToString()
            file.write(struct.pack(">I", len(data)) + data)


main()
