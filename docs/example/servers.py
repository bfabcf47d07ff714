"""Three HTTPS servers on this machine, as a company has them: what fetch.py talks to. Ends with Ctrl-C.

Their certificates, and the company's root, are those of "python -m verifyshim demo"; they are written here.
"""
import pkgutil
import socket
import ssl
import threading

SERVERS = {8441: "orders.pem", 8442: "prices.pem", 8443: "printer.pem"}
CERTIFICATES = {"orders.pem": "good", "prices.pem": "expired", "printer.pem": "self-signed",
                "company-root.pem": "root"}


def serve(port, certificate):
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    listener.listen(5)
    thread = threading.Thread(target=accept, args=(listener, context))
    thread.daemon = True
    thread.start()


def accept(listener, context):
    while True:
        sock = listener.accept()[0]
        try:
            sock.settimeout(10)
            sock = context.wrap_socket(sock, server_side=True)
            if sock.recv(65536):
                sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")
        except (ssl.SSLError, socket.error):
            pass        # the client went away: it did not like the certificate
        finally:
            sock.close()


if __name__ == "__main__":
    for name in CERTIFICATES:
        with open(name, "wb") as handle:
            handle.write(pkgutil.get_data("verifyshim.cli", "certificates/%s.pem" % CERTIFICATES[name]))
    for port in SERVERS:
        serve(port, SERVERS[port])
    try:
        threading.Event().wait(3600)
    except KeyboardInterrupt:
        pass
