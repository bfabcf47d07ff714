"""A TLS server in a process of its own, so that it does not share the client's interpreter lock."""
import os
import subprocess
import sys

SERVER = r"""
import os, socket, ssl, sys, threading
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(sys.argv[1])
listener = socket.socket()
listener.bind(("127.0.0.1", 0))
listener.listen(64)
print(listener.getsockname()[1], flush=True)

def answer(sock):
    try:
        tls = context.wrap_socket(sock, server_side=True)
        if tls.recv(65536):
            tls.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")
        tls.close()
    except OSError:
        sock.close()

threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
while True:
    threading.Thread(target=answer, args=(listener.accept()[0],), daemon=True).start()
"""


def start(issued, folder):
    """Start it with the trustme certificate *issued* and return its port; it ends with this process."""
    path = os.path.join(folder, "server.pem")
    with open(path, "wb") as handle:
        handle.write(issued.private_key_and_cert_chain_pem.bytes())
    process = subprocess.Popen([sys.executable, "-c", SERVER, path], stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE, universal_newlines=True)
    return int(process.stdout.readline())
