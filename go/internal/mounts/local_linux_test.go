package mounts

import (
	"os"
	"testing"
	"unsafe"
)

func TestTheStructHasTheSizeOfTheKernels(t *testing.T) {
	var s statx
	if size, at := unsafe.Sizeof(s), unsafe.Offsetof(s.mount); size != 256 || at != 144 {
		t.Errorf("statx has %d bytes, and the mount is at %d; want 256 and 144", size, at)
	}
}

func TestFilesOfProcAreNotLocal(t *testing.T) {
	for path, want := range map[string]bool{t.TempDir(): true, "/proc/self/maps": false, "/sys/kernel": false} {
		f, err := os.Open(path)
		if err != nil {
			t.Skip(err)
		}
		defer f.Close()
		got := Look(int(f.Fd()))
		if got.Mode == 0 {
			t.Skip("this kernel doesn't tell")
		}
		if got.Local != want {
			t.Errorf("Look(%s) = %+v, want local: %v", path, got, want)
		}
	}
}
