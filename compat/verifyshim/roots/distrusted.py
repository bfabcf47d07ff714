"""Roots that must not be trusted any more, whatever old bundle they are still in.

Only what Mozilla took out of its store *for cause*, and took out entirely: a root that was merely retired
(GlobalSign Root CA, Go Daddy Class 2, DigiCert Global Root CA ...) stays usable, and so does one whose key
is still a path for old clients (the VeriSign and GeoTrust roots, which DigiCert signs across). An expired
one (DST Root CA X3, DigiNotar, PSCProcert, the first E-Tugra root) needs no entry: hygiene leaves it out.

Each fingerprint was computed from the certificate itself, as certifi 2015.4.28, 2017.4.17, 2019.3.9,
2020.12.5, 2021.10.8 or 2023.5.7 ships it; every one of them is gone from certifi 2026.10.18.
"""
import hashlib

DATE = "2026-11-23"
SOURCE = "Mozilla's root store (NSS 3.131.1) and the removals it announced, by way of certifi 2026.10.18"

_TRUSTCOR = "TrustCor, removed by Mozilla in 2022 over its owners' ties to a maker of spyware"
_E_TUGRA = "e-Tugra, removed by Mozilla in 2023 over security holes in its systems"
_GLOBALTRUST = "GLOBALTRUST, distrusted by Mozilla in 2024 over lasting compliance failures, removed in 2026"
_ENTRUST = "Entrust, distrusted by Mozilla in 2024 over lasting compliance failures, all removed by 2026"
# Eight intermediates under ECC Root CA - G3 had keys that anybody could compute (CVE-2026-111943). Root
# CA - G1 is not here: certifi 2026.10.18 left it out in haste, Mozilla still trusts it.
_EMSIGN = "eMudhra, removed by Mozilla in October 2026 after the keys of its intermediates became known"
_CAMERFIRMA = "Camerfirma, removed by Mozilla in 2021 over lasting compliance failures"
_CERTINOMIS = "Certinomis, removed by Mozilla in 2019 over lasting compliance failures"
_CNNIC = "CNNIC, distrusted by Mozilla in 2015 over an intermediate used to intercept traffic"
_WOSIGN = "WoSign, distrusted by Mozilla in 2016 over backdated certificates, removed in 2017"
_STARTCOM = "StartCom, owned by WoSign, distrusted by Mozilla in 2016, removed in 2017"

FINGERPRINTS = {
    # TrustCor RootCert CA-1, RootCert CA-2, ECA-1
    "d40e9c86cd8fe468c1776959f49ea774fa548684b6c406f3909261f4dce2575c": _TRUSTCOR,
    "0753e940378c1bd5e3836e395daea5cb839e5046f1bd0eae1951cf10fec7c965": _TRUSTCOR,
    "5a885db19c01d912c5759388938cafbbdf031ab2d48e91ee15589b42971d039c": _TRUSTCOR,
    # E-Tugra Global Root CA RSA v3, ECC v3
    "ef66b0b10a3cdb9f2e3648c76bd2af18ead2bfe6f117655e28c4060da1a3f4c2": _E_TUGRA,
    "873f4685fa7f563625252e6d36bcd7f16fc24951f264e47e1b954f4908cdca13": _E_TUGRA,
    # GLOBALTRUST 2020
    "9a296a5182d1d451a2e37f439b74daafa267523329f90f9a0d2007c334e23c9a": _GLOBALTRUST,
    # Entrust.net (2048), Entrust Root CA, G2, EC1, G4
    "6dc47172e01cbcb0bf62580d895fe2b8ac9ad4f873801e0c10b9c837d21eb177": _ENTRUST,
    "73c176434f1bc6d5adf45b0e76e727287c8de57616c1e6e6141a2b2cbc7d8e4c": _ENTRUST,
    "43df5774b03e7fef5fe40d931a7bedf1bb2e6b42738c4e6d3841103d3aa7f339": _ENTRUST,
    "02ed0eb28c14da45165c566791700d6451d7fb56f0b2ab1d3b8eb070e56edff5": _ENTRUST,
    "db3517d1f6732a2d5ab97c533ec70779ee3270a62fb4ac4238372460e6f01e88": _ENTRUST,
    # AffirmTrust Commercial, Networking, Premium, Premium ECC: Entrust's
    "0376ab1d54c5f9803ce4b2e201a0ee7eef7b57b636e8a93c9b8d4860c96f5fa7": _ENTRUST,
    "0a81ec5a929777f145904af38d5d509f66b5e2c58fcdb531058b0e17f3f0b41b": _ENTRUST,
    "70a73f7f376b60074248904534b11482d5bf0e698ecc498df52577ebf2e93b9a": _ENTRUST,
    "bd71fdf6da97e4cf62d1647add2581b07d79adf8397eb4ecba9c5e8488821423": _ENTRUST,
    # emSign ECC Root CA - G3, Root CA - C1, ECC Root CA - C3
    "86a1ecba089c4a8d3bbe2734c612ba341d813e043cf9e8a862cd5c57a36bbe6b": _EMSIGN,
    "125609aa301da0a249b97a8239cb6a34216f44dcac9f3954b14292f2e8c8608f": _EMSIGN,
    "bc4d809b15189d78db3e1d8cf4f9726a795da1643ca5f1358e1ddb0edc0d7eb3": _EMSIGN,
    # Chambers of Commerce Root - 2008, Global Chambersign Root - 2008
    "063e4afac491dfd332f3089b8542e94617d893d7fe944e10a7937ee29d9693c0": _CAMERFIRMA,
    "136335439334a7698016a0d324de72284e079d7b5220bb8fbd747816eebebaca": _CAMERFIRMA,
    # Certinomis - Root CA
    "2a99f5bc1174b73cbb1d620884e01c34e51ccb3978da125f0e33268883bf4158": _CERTINOMIS,
    # CNNIC ROOT, China Internet Network Information Center EV Certificates Root
    "e28393773da845a679f2080cc7fb44a3b7a1c3792cb7eb7729fdcb6a8d99aea7": _CNNIC,
    "1c01c6f4dbb2fefc22558b2bca32563f49844acfc32b7be4b0ff599f9e8c7af7": _CNNIC,
    # Certification Authority of WoSign, the same in Chinese, G2, CA WoSign ECC Root
    "4b22d5a6aec99f3cdb79aa5ec06838479cd5ecba7164f7f22dc1d65f63d85708": _WOSIGN,
    "d6f034bd94aa233f0297eca4245b283973e447aa590f310c77f48fdf83112254": _WOSIGN,
    "d487a56f83b07482e85e963394c1ecc2c9e51d0903ee946b02c301581ed99e16": _WOSIGN,
    "8b45da1c06f791eb0cabf26be588f5fb23165c2e614bf885562d0dce50b29b02": _WOSIGN,
    # StartCom Certification Authority (two), G2
    "c766a9bef2d4071c863a31aa4920e813b2d198608cb7b7cfe21143b836df09ea": _STARTCOM,
    "e17890ee09a3fbf4f48b9c414a17d637b7a50647e9bc752322727fcc1742a911": _STARTCOM,
    "c7ba6567de93a798ae1faa791e712d378fae1f93c4397fea441bb7cbe6fd5995": _STARTCOM,
}


def reason(encoded):
    """Return why the root with the DER bytes *encoded* is distrusted, a text, or None."""
    return FINGERPRINTS.get(hashlib.sha256(encoded).hexdigest())
