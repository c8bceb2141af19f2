// Package signature verifies signatures. What signed what, and who is trusted, is the
// caller's to know.
package signature

import "crypto/ed25519"

// Ed25519 reports whether a signature of a message is by the key, which is a public one
// (RFC 8032). A key or a signature of another length than theirs verifies nothing.
func Ed25519(key, message, signature []byte) bool {
	return len(key) == ed25519.PublicKeySize && len(signature) == ed25519.SignatureSize && ed25519.Verify(key, message, signature)
}
