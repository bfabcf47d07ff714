from .failure import VerificationError as VerificationError
