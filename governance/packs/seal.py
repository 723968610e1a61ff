"""The seal of a pack: SHA-256 of the file, and a PAdES signature by this installation's own key.

The key is self-signed: the seal is *tamper-evident*, never "qualified". It shows that not one byte has changed
since the pack was made here; who released it to whom is a signature of its own in the record.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

FIELD = "Seal"
#: Written into each pack's keywords, so that a changed copy can still be known as ours.
MARK = "safe-to-practise-pack:"
REASON = "Tamper-evident seal of a governance pack"


def sha256(data: bytes) -> str:
    """SHA-256 of a file, hex."""
    return hashlib.sha256(data).hexdigest()


def mark_of(pk: UUID) -> str:
    """What a pack's PDF carries to say which pack it is."""
    return f"{MARK}{pk}"


def key_file() -> Path:
    """The file with the private key and its certificate. On a developer's machine it is made when first needed.

    Raises ImproperlyConfigured in production when it is not there: a key nobody keeps would prove nothing.
    """
    path = Path(settings.PACK_SIGNING_KEY)
    if path.is_file():
        return path
    if settings.PRODUCTION:
        raise ImproperlyConfigured("Set PACK_SIGNING_KEY to a PEM file with a private key and its certificate.")
    path.parent.mkdir(parents=True, exist_ok=True)
    made = new_key()
    temporary = path.with_suffix(f".{os.getpid()}")
    with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
        out.write(made)
    try:
        os.link(temporary, path)  # never over a key another process made meanwhile
    except FileExistsError:
        pass
    finally:
        temporary.unlink()
    return path


def new_key() -> bytes:
    """A new private key and self-signed certificate, as PEM."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.x509.oid import NameOID

    key = rsa.generate_private_key(public_exponent=65537, key_size=3072)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Safe to Practise governance packs")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=3650))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(
            x509.KeyUsage(
                digital_signature=True, content_commitment=True, key_cert_sign=True, crl_sign=False,
                key_encipherment=False, data_encipherment=False, key_agreement=False,
                encipher_only=False, decipher_only=False,
            ),
            critical=True,
        )
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return private + certificate.public_bytes(serialization.Encoding.PEM)


@cache
def _signer(path: str, changed: float) -> Any:
    from asn1crypto import keys, pem, x509
    from pyhanko.sign import signers
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    found: dict[str, bytes] = {}
    for kind, _, der in pem.unarmor(Path(path).read_bytes(), multiple=True):
        found.setdefault(kind, der)
    certificate = x509.Certificate.load(found["CERTIFICATE"])
    registry = SimpleCertificateStore()  # type: ignore[no-untyped-call]
    registry.register(certificate)
    return signers.SimpleSigner(
        signing_cert=certificate,
        signing_key=keys.PrivateKeyInfo.load(found["PRIVATE KEY"]),
        cert_registry=registry,
    )


def signer() -> Any:
    """This installation's signer."""
    path = key_file()
    return _signer(str(path), path.stat().st_mtime)


def seal(data: bytes) -> bytes:
    """The PDF with an invisible seal that allows no change. Its first bytes stay exactly the PDF given."""
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import fields, signers

    out = io.BytesIO()
    signers.sign_pdf(
        IncrementalPdfFileWriter(io.BytesIO(data)),
        signers.PdfSignatureMetadata(
            field_name=FIELD,
            reason=REASON,
            certify=True,
            docmdp_permissions=fields.MDPPerm.NO_CHANGES,
            subfilter=fields.SigSeedSubFilter.PADES,
        ),
        signer=signer(),
        output=out,
    )
    return out.getvalue()


def is_sealed_by_us(data: bytes) -> bool:
    """Whether the file carries our seal and not one byte of it has changed since. False for anything unreadable."""
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext

    try:
        found = PdfFileReader(io.BytesIO(data)).embedded_signatures
        if len(found) != 1:
            return False
        status = validate_pdf_signature(
            found[0], ValidationContext(trust_roots=[signer().signing_cert], allow_fetching=False)
        )
        whole = status.coverage is not None and status.coverage.name == "ENTIRE_FILE"
        return bool(status.intact and status.valid and status.trusted and whole)
    except Exception:  # anything an uploaded file may do to a parser means: not sealed by us
        return False


def claimed_pack(data: bytes) -> UUID | None:
    """Which pack a file says it is, read from its bytes even where they have been changed; None when it says none."""
    found = re.search(rb"safe-to-practise-pack:([0-9a-f-]{36})", data + _metadata(data))
    if found is None:
        return None
    try:
        return UUID(found.group(1).decode())
    except ValueError:
        return None


def _metadata(data: bytes) -> bytes:
    """The entries about the document, where it can still be read; they may stand in a compressed part of it."""
    from pypdf import PdfReader

    try:
        return " ".join(map(str, (PdfReader(io.BytesIO(data)).metadata or {}).values())).encode()
    except Exception:  # whatever a changed file does to the parser
        return b""


def bears_our_certificate(data: bytes) -> bool:
    """Whether our certificate is somewhere in the file (a changed copy whose mark was lost)."""
    encoded: bytes = signer().signing_cert.dump()
    return encoded in data or encoded.hex().encode() in data.lower()
