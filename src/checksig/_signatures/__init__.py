"""Signed lists: a list is parsed only from the bytes that its signature was verified for.

`_chain` is the way from a request to one with verified lists; it finds each signature (`_beside`,
`_recognise`) and hands it to the module of its scheme. docs/signatures.md says what each verifies.
"""
