//go:build linux && (amd64 || arm64 || loong64 || ppc64le || riscv64 || s390x)

package tree

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
)

const mib = 1 << 20

// onDisk returns a file of this size that is on a disk, and not in the cache.
func onDisk(t *testing.T, size int) string {
	t.Helper()
	directory, err := os.MkdirTemp(".", "footprint-") // the temporary directory may be in memory
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(directory) })
	path, _ := filepath.Abs(filepath.Join(directory, "a"))
	if err := os.WriteFile(path, make([]byte, size), 0o600); err != nil {
		t.Fatal(err)
	}
	var s syscall.Statfs_t
	if err := syscall.Statfs(path, &s); err != nil || s.Type == 0x01021994 {
		t.Skip("this file system is in memory")
	}
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := f.Sync(); err != nil {
		t.Fatal(err)
	}
	advise(t, f, dontNeed)
	return path
}

// opened opens a file for the time of the test.
func opened(t *testing.T, path string) (File, Info) {
	t.Helper()
	root, err := Open(filepath.Dir(path))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { root.Close() })
	f, info, err := root.Opener().Open(filepath.Base(path))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(f.Close)
	return f, info
}

func advise(t *testing.T, f *os.File, advice uintptr) {
	t.Helper()
	if _, _, err := syscall.Syscall6(syscall.SYS_FADVISE64, f.Fd(), 0, 0, advice, 0, 0); err != 0 {
		t.Fatal(err)
	}
}

// cached returns the numbers of the pages that are in the cache.
func cached(t *testing.T, path string, size int) (pages []int) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	resident := make([]byte, (size+int(pageSize)-1)/int(pageSize))
	if !(File{fd: int(f.Fd())}).look(0, resident) {
		t.Fatal("the kernel doesn't tell")
	}
	for i, r := range resident {
		if r&1 != 0 {
			pages = append(pages, i)
		}
	}
	return pages
}

// traced reads a file of which others have read parts, and erases its footprint. It returns
// what is wrong then.
func traced(t *testing.T, path string, size int, others [][2]int) string {
	t.Helper()
	other, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	advise(t, other, dontNeed)
	advise(t, other, 1) // POSIX_FADV_RANDOM: nothing is read ahead
	for _, part := range others {
		if _, err := other.ReadAt(make([]byte, part[1]), int64(part[0])); err != nil {
			t.Fatal(err)
		}
	}
	before := cached(t, path, size)

	f, info := opened(t, path)
	trace := f.Footprint(info.Size)
	f.ReadAhead()
	buffer := make([]byte, 300_007) // so that it ends within folios
	for total := int64(0); total < info.Size; {
		n, err := f.Read(buffer)
		if err != nil {
			t.Fatal(err)
		}
		total += int64(n)
		trace.Passed(total)
	}
	if now := cached(t, path, size); others == nil && len(now) > int(dropEvery+largestFolio)/int(pageSize) {
		return fmt.Sprintf("%d pages were left behind the reads", len(now))
	}
	trace.Erase()
	if after := cached(t, path, size); !slices.Equal(after, before) {
		return fmt.Sprintf("%d pages are in the cache, want the %d from before", len(after), len(before))
	}
	return ""
}

func TestAFootprintIsErasedAndPagesOfOthersStay(t *testing.T) {
	for name, tt := range map[string]struct {
		size   int
		others [][2]int // offsets of what others have read, and how much
	}{
		"nothing":                  {64 * mib, nil},
		"a byte":                   {1, nil},
		"a byte of others":         {1, [][2]int{{0, 1}}},
		"a page and a byte":        {4097, [][2]int{{0, 1}}},
		"the end":                  {5*mib + 7, [][2]int{{5 * mib, 7}}},
		"the middle":               {12 * mib, [][2]int{{5*mib + 4096, 2 * mib}}},
		"here and there":           {9*mib + 1, [][2]int{{0, 4096}, {8192, 1}, {3 * mib, 1}, {8*mib - 1, 2}}},
		"everything":               {6*mib + 3, [][2]int{{0, 6*mib + 3}}},
		"everything, in two looks": {lookAtOnce*4096 + 5*mib, [][2]int{{0, lookAtOnce*4096 + 5*mib}}},
	} {
		t.Run(name, func(t *testing.T) {
			path := onDisk(t, tt.size)
			// The kernel may reclaim pages at any moment. What is wrong here happens every time.
			var wrong string
			for range 5 {
				if wrong = traced(t, path, tt.size, tt.others); wrong == "" {
					return
				}
			}
			t.Error(wrong)
		})
	}
}

func TestAFootprintWithTooManyGapsIsLeft(t *testing.T) {
	p := Footprint{}
	resident := make([]byte, lookAtOnce)
	for i := range resident {
		resident[i] = byte(i % 2)
	}
	for page := int64(0); page < 4*mostGaps; page += lookAtOnce {
		p.add(page, resident)
	}
	if last := p.gaps[len(p.gaps)-1]; len(p.gaps) != mostGaps || last != (gap{2 * (mostGaps - 1) * pageSize, (2*mostGaps - 1) * pageSize}) {
		t.Errorf("%d gaps, the last one %v", len(p.gaps), last)
	}
}
