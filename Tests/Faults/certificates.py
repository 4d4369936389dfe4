"""Certificates of an authority that the tests trust, and some that nobody should. Made by the program openssl."""

import os
import ssl
import subprocess

_folder = ""


def _openssl(*arguments: str) -> None:
    subprocess.run(["openssl", *arguments], cwd=_folder, check=True, capture_output=True)


def _leaf(name: str, host: str, *validity: str, issued: bool = True) -> None:
    """A certificate of the authority, or one that signs itself."""
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", f"{name}.key"]
    extension = ["-addext", f"subjectAltName={host}", "-addext", "basicConstraints=critical,CA:FALSE"]
    if not issued:
        _openssl("req", "-x509", *key, "-out", f"{name}.pem", "-subj", "/CN=localhost", *extension, "-days", "2")
        return
    _openssl("req", "-new", *key, "-out", f"{name}.csr", "-subj", "/CN=test", *extension)
    _openssl(
        "ca", "-batch", "-notext", "-config", "ca.cnf", "-in", f"{name}.csr", "-out", f"{name}.pem", *(validity or ("-days", "2"))
    )


def make(folder: str) -> str:
    """Makes all of them in a folder; returns the path of the authority's certificate."""
    global _folder
    _folder = folder
    with open(f"{folder}/ca.cnf", "w", encoding="ascii") as file:
        file.write(
            "[ca]\ndefault_ca=own\n[own]\ndir=.\ndatabase=index\nserial=serial\nnew_certs_dir=.\ncertificate=ca.pem\n"
            "private_key=ca.key\ndefault_md=sha256\npolicy=any\ncopy_extensions=copy\nunique_subject=no\n"
            "[any]\ncommonName=supplied\n"
        )
    for name, text in [("index", ""), ("serial", "01\n")]:
        with open(f"{folder}/{name}", "w", encoding="ascii") as file:
            file.write(text)
    _openssl(
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-nodes",
        "-keyout",
        "ca.key",
        "-out",
        "ca.pem",
        "-subj",
        "/CN=Test authority",
        "-days",
        "2",
    )
    _leaf("good", "DNS:localhost")
    _leaf("other-name", "DNS:api.example.com")
    _leaf("expired", "DNS:localhost", "-startdate", "20200101000000Z", "-enddate", "20200201000000Z")
    _leaf("self-signed", "DNS:localhost", issued=False)
    return os.path.join(folder, "ca.pem")


def context(name: str, old: bool = False) -> ssl.SSLContext:
    """What a server with that certificate speaks; `old` is TLS 1.1 at most."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(f"{_folder}/{name}.pem", f"{_folder}/{name}.key")
    if old:
        made.minimum_version = ssl.TLSVersion.TLSv1
        made.maximum_version = ssl.TLSVersion.TLSv1_1
        made.set_ciphers("ALL:@SECLEVEL=0")
    return made
