"""A peer: the same two calls behind gRPC. Prints its port, and ends with its input."""

from __future__ import annotations

import os
import sys
from concurrent.futures import ThreadPoolExecutor

import grpc

import checksig
from checksig._engine import _ctypes

SERVICE = "checksig.Checksig"


def main() -> None:
    server = grpc.server(ThreadPoolExecutor(1))
    # Bytes go as they are: a message format would only make gRPC slower.
    calls = {
        "Abi": grpc.unary_unary_rpc_method_handler(abi),
        "CheckSignatures": grpc.unary_unary_rpc_method_handler(check_signatures),
    }
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(SERVICE, calls),))
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(port, flush=True)
    sys.stdin.read()
    server.stop(None)


def abi(_request: bytes, _context: grpc.ServicerContext) -> bytes:
    _ctypes.load().abi()
    return b""


def check_signatures(request: bytes, _context: grpc.ServicerContext) -> bytes:
    checksig.check_signatures(os.fsdecode(request))
    return b""


if __name__ == "__main__":
    main()
