"""Connects to a port of this machine as to a host, and prints whether its certificate is accepted."""
import socket
import ssl
import sys

with socket.create_connection(("127.0.0.1", int(sys.argv[2]))) as plain:
    try:
        with ssl.create_default_context().wrap_socket(plain, server_hostname=sys.argv[1]):
            print("accepted")
    except ssl.SSLError as error:
        print("refused:", error)
