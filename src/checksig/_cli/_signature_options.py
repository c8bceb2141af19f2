"""The options of `verify` about signatures."""

from __future__ import annotations

from checksig._cli._options import Option

SIGNATURES = (
    Option(
        ("--key",),
        "Demand a signature by KEY, a public key of minisign or signify: a file, or the key itself. Can be repeated: "
        "one of them must have signed.",
        "KEY",
        repeatable=True,
    ),
    Option(
        ("--allowed-signers",),
        "Demand an SSH signature by a key that FILE allows (ssh-keygen(1)).",
        "FILE",
    ),
    Option(("--namespace",), "With --allowed-signers, what the signature is for. Default: file.", "NAME"),
    Option(("--revoked-keys",), "With --allowed-signers, a file of keys that are not trusted.", "FILE"),
    Option(
        ("--keyring",),
        "Demand an OpenPGP signature by a certificate in FILE. Can be repeated. Needs checksig[openpgp].",
        "FILE",
        repeatable=True,
    ),
    Option(
        ("--identity",),
        "With --allowed-signers, the principal that signed; with --issuer, the signer that Sigstore attests.",
        "NAME",
    ),
    Option(
        ("--issuer",),
        "Demand a Sigstore signature by --identity, as this issuer knows it. Needs checksig[sigstore].",
        "URL",
    ),
    Option(("--trust-root",), "With --issuer, the trusted root of another Sigstore than the public one.", "FILE"),
    Option(
        ("--signature",),
        "With a key, the signature of LIST: auto is the one in LIST or those beside it, such as LIST.minisig; none "
        "verifies without. Default: auto.",
        "FILE|auto|none",
        choices=("auto", "none"),
    ),
    Option(("--signature-only",), "Verify the signatures of lists, and no files."),
    Option(("--require-signature",), "Refuse to run where no key is named."),
    Option(("--require-all",), "Fail for further signatures by others than those that are named."),
)

KEYS = tuple(option.key for option in SIGNATURES)
"""The same, as arguments."""
