"""Each line that ends in a comment is a mistake that mypy must find."""
import verifyshim
from verifyshim import HostRule, Policy, VerificationError

verifyshim.install(mode="enforced")     # arg-type
verifyshim.install(rots="certifi")      # call-arg
verifyshim.instal()                     # attr-defined
verifyshim.wrap_socket("sock", server_hostname="host.example")      # arg-type
verifyshim.exempt("host.example", until="2027-03-31")       # call-arg
HostRule(exempt_until=2027, reason="why")       # arg-type
Policy(minimum_tls=1.2)     # arg-type


def compare(error: VerificationError) -> bool:
    return error.reason == "exipred"        # comparison-overlap
