//go:build linux && (amd64 || arm64 || loong64 || ppc64le || riscv64 || s390x)

package tree

import (
	"math"
	"os"
	"sync"
	"syscall"
	"unsafe"
)

const (
	dontNeed = 4 // POSIX_FADV_DONTNEED, linux/fadvise.h
	// dropEvery is the number of bytes after which pages are dropped behind the reads of a file.
	dropEvery = 4 << 20
	// largestFolio is the number of bytes that are dropped again: the kernel keeps a folio of
	// which the reads had not passed all pages.
	largestFolio = 4 << 20
	// lookAtOnce is the number of pages that are looked at in one call.
	lookAtOnce = 16 << 10
	// mostGaps bounds the memory for a file with very many cached and uncached parts.
	mostGaps = 1 << 16
)

var pageSize = int64(os.Getpagesize())

// Footprint is what reading a file adds to the page cache: the pages that were not in it
// before. They are dropped behind the reads, and the pages of others stay. The kernel tells
// only those who may write to a file what of it is in the cache: the footprint of other
// files stays.
type Footprint struct {
	fd      int
	gaps    []gap // in their order, those that are not dropped yet
	dropped int64 // offset up to which all gaps are dropped
}

// gap is a part of a file that was not in the cache: whole pages, or up to the end of the
// file, however long it is.
type gap struct{ from, to int64 }

const fileEnd = math.MaxInt64

// Footprint looks at the cache before the first read of a file of this size.
func (f File) Footprint(size int64) Footprint {
	p := Footprint{fd: f.fd}
	pages := (size + pageSize - 1) / pageSize
	resident := residents.Get().(*[lookAtOnce]byte)
	defer residents.Put(resident)
	for page := int64(0); page < pages && len(p.gaps) < mostGaps; page += lookAtOnce {
		part := resident[:min(lookAtOnce, pages-page)]
		if !f.look(page*pageSize, part) {
			break // what isn't known stays
		}
		p.add(page, part)
	}
	if last := len(p.gaps) - 1; last >= 0 && p.gaps[last].to == pages*pageSize {
		p.gaps[last].to = fileEnd
	}
	return p
}

var residents = sync.Pool{New: func() any { return new([lookAtOnce]byte) }}

// look stores in the lowest bit of each byte whether a page is in the cache. cachestat(2) is
// simpler, but newer, and on an overlay it finds nothing.
func (f File) look(offset int64, resident []byte) bool {
	mapped, err := syscall.Mmap(f.fd, offset, len(resident)*int(pageSize), syscall.PROT_READ, syscall.MAP_PRIVATE)
	if err != nil {
		return false
	}
	defer syscall.Munmap(mapped)
	_, _, number := syscall.Syscall(syscall.SYS_MINCORE, uintptr(unsafe.Pointer(&mapped[0])), uintptr(len(mapped)),
		uintptr(unsafe.Pointer(&resident[0])))
	return number == 0
}

// add adds the gaps of a part that begins with a page.
func (p *Footprint) add(page int64, resident []byte) {
	for i, r := range resident {
		if r&1 != 0 {
			continue
		}
		from := (page + int64(i)) * pageSize
		if last := len(p.gaps) - 1; last >= 0 && p.gaps[last].to == from {
			p.gaps[last].to += pageSize
		} else if len(p.gaps) < mostGaps {
			p.gaps = append(p.gaps, gap{from, from + pageSize})
		} else {
			return
		}
	}
}

// Passed says that everything before an offset has been read.
func (p *Footprint) Passed(offset int64) {
	if offset-p.dropped >= dropEvery {
		p.drop(offset)
	}
}

// Erase drops what is left, before the file is closed.
func (p *Footprint) Erase() {
	p.drop(fileEnd)
	p.gaps = nil
}

func (p *Footprint) drop(to int64) {
	for ; len(p.gaps) > 0 && p.gaps[0].from < to; p.gaps = p.gaps[1:] {
		g := p.gaps[0]
		from, end := max(g.from, p.dropped-largestFolio), min(g.to, to)
		length := end - from
		if end == fileEnd {
			length = 0 // up to the end
		}
		syscall.Syscall6(syscall.SYS_FADVISE64, uintptr(p.fd), uintptr(from), uintptr(length), dontNeed, 0, 0)
		if g.to > to {
			break
		}
	}
	p.dropped = to
}
