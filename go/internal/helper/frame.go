package helper

import (
	"encoding/binary"
	"errors"
	"io"
	"slices"

	"github.com/checksig/checksig/go/internal/signature"
)

// Protocol increases with every incompatible change of the frames.
const Protocol = 2

// The kinds of frames. cmd/checksig-engine describes them.
const (
	helloFrame    = 'V'
	startFrame    = 'S'
	pollFrame     = 'P'
	cancelFrame   = 'C'
	describeFrame = 'D'
	holdingsFrame = 'H'
	ed25519Frame  = 'K'
	batchFrame    = 'B'
	failedFrame   = 'E'
	answerFrame   = 'A'
	workingFrame  = 'W'
)

const (
	headerSize = 1 + 8
	longest    = 1 << 40 // more than any request has
)

var errFrame = errors.New("unusable frame")

// newFrame returns the beginning of a frame, to which the rest is to be appended.
func newFrame(kind byte) []byte { return append(make([]byte, 0, 256), kind, 0, 0, 0, 0, 0, 0, 0, 0) }

// writeFrame writes a frame that began as newFrame.
func writeFrame(w io.Writer, frame []byte) error {
	binary.BigEndian.PutUint64(frame[1:], uint64(len(frame)-headerSize))
	_, err := w.Write(frame)
	return err
}

// readFrame reads a frame.
func readFrame(r io.Reader) (kind byte, rest []byte, err error) {
	var header [headerSize]byte
	if _, err := io.ReadFull(r, header[:]); err != nil {
		return 0, nil, err
	}
	length := binary.BigEndian.Uint64(header[1:])
	if length > longest {
		return 0, nil, errFrame
	}
	const step = 1 << 20 // as long as nothing shows that there is more
	for uint64(len(rest)) < length {
		had := len(rest)
		more := int(min(length-uint64(had), uint64(max(step, had))))
		rest = slices.Grow(rest, more)[:had+more]
		if _, err := io.ReadFull(r, rest[had:]); err != nil {
			return 0, nil, err
		}
	}
	return header[0], rest, nil
}

// patience takes the milliseconds that a frame begins with.
func patience(rest []byte) (milliseconds uint32, after []byte, err error) {
	if len(rest) < 4 {
		return 0, nil, errFrame
	}
	return min(binary.BigEndian.Uint32(rest), 1000), rest[4:], nil
}

// isSigned returns the answer to whether a signature is by a key: a byte that is 1 or 0.
func isSigned(rest []byte) (answer byte, err error) {
	const key, signed = 32, 64
	if len(rest) < key+signed {
		return 0, errFrame
	}
	if signature.Ed25519(rest[:key], rest[key+signed:], rest[key:key+signed]) {
		answer = 1
	}
	return answer, nil
}

// question is what a frame asks for that starts a job.
type question struct {
	wait      uint32 // in milliseconds
	directory string
	request   []byte
}

func newQuestion(rest []byte) (q question, err error) {
	if q.wait, rest, err = patience(rest); err != nil {
		return q, err
	}
	if len(rest) < 4 || uint64(binary.BigEndian.Uint32(rest)) > uint64(len(rest)-4) {
		return q, errFrame
	}
	end := 4 + binary.BigEndian.Uint32(rest)
	q.directory, q.request = string(rest[4:end]), rest[end:]
	return q, nil
}
