"""X509_check_host and X509_check_ip of the machine's libcrypto (1.0.2+), to compare with."""
import ctypes
import ctypes.util


def load():
    """Return libcrypto, or None where there is none that can be asked."""
    path = ctypes.util.find_library("crypto")
    try:
        library = ctypes.CDLL(path) if path else None
        library.d2i_X509.restype = ctypes.c_void_p
        library.d2i_X509.argtypes = [ctypes.c_void_p, ctypes.POINTER(ctypes.c_char_p), ctypes.c_long]
        library.X509_check_host.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t, ctypes.c_uint,
                                            ctypes.c_void_p]
        library.X509_check_ip.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t, ctypes.c_uint]
        library.X509_free.argtypes = [ctypes.c_void_p]
        return library
    except (AttributeError, OSError):
        return None


LIBRARY = load()


def says(encoded, host, packed):
    """Return whether the certificate is for *host*, or None where OpenSSL cannot read it.

    :param packed: the bytes of the address where *host* is one.
    """
    data = ctypes.c_char_p(encoded)
    found = LIBRARY.d2i_X509(None, ctypes.byref(data), len(encoded))
    if not found:
        return None
    try:
        if packed is not None:
            return LIBRARY.X509_check_ip(found, packed, len(packed), 0) == 1
        name = host.encode("ascii") if not isinstance(host, bytes) else host
        return LIBRARY.X509_check_host(found, name, len(name), 0, None) == 1
    finally:
        LIBRARY.X509_free(found)
