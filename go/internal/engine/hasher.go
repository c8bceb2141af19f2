package engine

import (
	"context"
	"fmt"
	"hash"
	"sync/atomic"
	"time"

	"github.com/checksig/checksig/go/internal/digest"
	"github.com/checksig/checksig/go/internal/tree"
)

// readSize is the size of a worker's buffer in bytes: it stays in the CPU's
// second-level cache between the copy out of the page cache and the digest.
const readSize = 256 << 10

// hasher computes digests of files beneath a root, one at a time. Each worker
// has one, and it allocates nothing for a file.
type hasher struct {
	opener *tree.Opener
	hashes [digest.Count]hash.Hash
	buffer []byte
	sum    [digest.MaxSize]byte
	bytes  *atomic.Int64 // counts what was read, for progress
}

func newHasher(root *tree.Root, bytes *atomic.Int64) *hasher {
	return &hasher{
		opener: root.Opener(),
		buffer: make([]byte, readSize),
		bytes:  bytes,
	}
}

// reading is what came of reading one file.
type reading struct {
	status Status // OK: all of it was read, and it held still
	sum    []byte // the digest, valid until the hasher's next file
	size   int64  // in bytes; -1: unknown
	detail string // why, where status is not OK
}

// read computes the digest of the file that name means.
func (h *hasher) read(ctx context.Context, name string, a digest.Algorithm) (r reading) {
	defer func() {
		if p := recover(); p != nil {
			r = reading{Unreadable, nil, -1, fmt.Sprintf("internal error: %v", p)}
		}
	}()
	f, before, err := h.open(ctx, name)
	if err != nil {
		return failedOpen(err)
	}
	defer f.Close()
	sum := h.start(a)
	total, err := h.copy(ctx, sum, f, before.Size)
	if err != nil {
		return reading{Unreadable, nil, before.Size, reason(err)}
	}
	after, err := f.Info()
	if err != nil {
		return reading{Unreadable, nil, before.Size, reason(err)}
	}
	if detail := moved(before, after, total); detail != "" {
		return reading{Changed, nil, after.Size, detail}
	}
	return reading{OK, sum.Sum(h.sum[:0]), total, ""}
}

// open waits for a free descriptor where the process has none left: other
// workers and the rest of the program give some back.
func (h *hasher) open(ctx context.Context, name string) (f tree.File, info tree.Info, err error) {
	for pause := time.Millisecond; ; pause *= 2 {
		f, info, err = h.opener.Open(name)
		if !tree.IsExhausted(err) || pause > time.Second || ctx.Err() != nil {
			return f, info, err
		}
		time.Sleep(pause)
	}
}

func (h *hasher) start(a digest.Algorithm) hash.Hash {
	sum := h.hashes[a]
	if sum == nil {
		sum = a.New()
		h.hashes[a] = sum
	}
	sum.Reset()
	return sum
}

// copy feeds the file to sum and returns the number of bytes. It stops when it
// has as many as the file said it had, which saves the read that would return
// nothing: the look at the file's size that follows tells the same.
func (h *hasher) copy(ctx context.Context, sum hash.Hash, f tree.File, size int64) (total int64, err error) {
	for {
		n, err := f.Read(h.buffer)
		if err != nil {
			return total, err
		}
		sum.Write(h.buffer[:n])
		total += int64(n)
		h.bytes.Add(int64(n))
		if n == 0 || total >= size && size > 0 {
			return total, nil
		}
		if err := ctx.Err(); err != nil {
			return total, err
		}
	}
}

// moved says what shows that the file was written while it was read. Files of
// /proc say they have 0 bytes and have some; that alone is no movement.
func moved(before, after tree.Info, total int64) string {
	switch {
	case before.Size != after.Size:
		return fmt.Sprintf("size went from %d to %d bytes while it was read", before.Size, after.Size)
	case before.ModTime != after.ModTime:
		return "modified while it was read"
	case before.Size != total && before.Size > 0:
		return fmt.Sprintf("size is %d bytes, but %d could be read", before.Size, total)
	}
	return ""
}
