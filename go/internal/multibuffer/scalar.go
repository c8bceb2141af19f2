package multibuffer

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding"
	"fmt"
	"hash"
)

// saver is a hash of the standard library whose state can be read and set. The format
// is not documented, but stable because programs store it: a word for the algorithm,
// the state, the incomplete block, the length.
type saver interface {
	hash.Hash
	encoding.BinaryAppender
	encoding.BinaryUnmarshaler
}

const magicSize = 4

// scalar computes one message after the other with the standard library. It is
// available on every CPU.
type scalar struct {
	hashes [families]saver
	fresh  [families][]byte // saved state of a new hash
	saved  []byte
}

func newScalar() scalar {
	s := scalar{saved: make([]byte, 0, 256)}
	for f, h := range map[Family]hash.Hash{
		MD5: md5.New(), SHA1: sha1.New(), SHA256: sha256.New(), SHA512: sha512.New(),
	} {
		s.hashes[f] = h.(saver)
		s.fresh[f] = mustSave(s.hashes[f], nil)
	}
	return s
}

func mustSave(h saver, b []byte) []byte {
	b, err := h.AppendBinary(b)
	if err != nil {
		panic(fmt.Sprintf("the state of a hash can't be saved: %v", err))
	}
	return b
}

func (s *scalar) compress(f Family, state *State, blocks []byte) {
	if f == BLAKE3 { // not in the standard library
		compressBLAKE3(state, blocks)
		return
	}
	h, fresh := s.hashes[f], s.fresh[f]
	saved := f.appendWords(append(s.saved[:0], fresh[:magicSize]...), state)
	saved = append(saved, fresh[len(saved):]...)
	if err := h.UnmarshalBinary(saved); err != nil {
		panic(fmt.Sprintf("the state of %v can't be set: %v", f, err))
	}
	if _, err := h.Write(blocks); err != nil { // Go's FIPS 140-only mode
		panic(err)
	}
	f.setWords(state, mustSave(h, s.saved[:0])[magicSize:])
}
