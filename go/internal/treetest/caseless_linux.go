package treetest

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"strings"
	"sync"
	"syscall"
	"testing"
)

// Caseless mounts a FUSE file system that ignores case and Unicode normalization, as
// those of macOS do. Few Linux kernels support such a file system themselves.
func Caseless(t testing.TB) string {
	t.Helper()
	return mount(t, func(in fuseIn, data []byte, reply func([]byte, syscall.Errno)) { reply(answer(in, data)) }, nil)
}

// mount mounts a FUSE file system. handle is called for each request, and close before the
// file system is unmounted; it may be nil.
func mount(t testing.TB, handle func(fuseIn, []byte, func([]byte, syscall.Errno)), close func()) string {
	t.Helper()
	device, err := syscall.Open("/dev/fuse", syscall.O_RDWR|syscall.O_CLOEXEC, 0)
	if err != nil {
		t.Skip("FUSE is not available: ", err)
	}
	root := t.TempDir()
	options := fmt.Sprintf("fd=%d,rootmode=40000,user_id=%d,group_id=%d", device, os.Getuid(), os.Getgid())
	if err := syscall.Mount("checksig-test", root, "fuse", syscall.MS_NOSUID|syscall.MS_NODEV, options); err != nil {
		syscall.Close(device)
		t.Skip("this user may not mount: ", err)
	}
	served := make(chan bool)
	go func() {
		defer func() { served <- true }()
		serve(device, handle)
	}()
	t.Cleanup(func() {
		if close != nil {
			close()
		}
		syscall.Unmount(root, syscall.MNT_DETACH)
		<-served
		syscall.Close(device)
	})
	return root
}

// Silent mounts a FUSE file system whose root directory can be opened, but not read: the
// file system doesn't answer before release is called, and then with an error.
func Silent(t testing.TB) (root string, release func()) {
	t.Helper()
	var mu sync.Mutex
	var pending []func([]byte, syscall.Errno)
	released := false
	release = func() {
		mu.Lock()
		defer mu.Unlock()
		released = true
		for _, reply := range pending {
			reply(nil, syscall.EIO)
		}
		pending = nil
	}
	handle := func(in fuseIn, data []byte, reply func([]byte, syscall.Errno)) {
		mu.Lock()
		defer mu.Unlock()
		switch {
		case in.Op != 28: // read a directory
			reply(answer(in, data))
		case released:
			reply(nil, syscall.EIO)
		default:
			pending = append(pending, reply)
		}
	}
	return mount(t, handle, release), release
}

// entry is a name in a directory. Nodes are numbered from 1, the root.
type entry struct {
	directory uint64
	name      string
	node      uint64
}

var caselessEntries = []entry{
	{1, "Readme.txt", 2}, {1, "readme.link", 2}, // a hard link
	{1, "sub", 3}, {3, "file", 4},
	{1, "cafe\u0301", 5}, {1, "plain", 6}, {1, "added", 7}, {1, "SHA256SUMS", 8},
}

func caselessText(node uint64) string {
	switch node {
	case 1, 3:
		return ""
	case 8:
		return SHA256("in") + "  plain\n"
	}
	return "in"
}

// From linux/fuse.h.
type (
	fuseIn struct {
		Length, Op           uint32
		Unique, Node         uint64
		User, Group, PID, No uint32
	}
	fuseOut struct {
		Length uint32
		Error  int32
		Unique uint64
	}
	fuseAttributes struct {
		Node, Size, Blocks, Accessed, Modified, Changed uint64
		Nanoseconds                                     [3]uint32
		Mode, Links, User, Group, Device, Block, Flags  uint32
	}
	fuseEntry struct {
		Node, Generation, Valid, AttributesValid uint64
		Nanoseconds                              [2]uint32
		fuseAttributes
	}
	fuseStat struct {
		Valid       uint64
		Nanoseconds [2]uint32
		fuseAttributes
	}
	fuseRead   struct{ Handle, Offset, Size uint64 }
	fuseDirent struct {
		Node, Next   uint64
		Length, Type uint32
	}
	fuseInit struct {
		Major, Minor, ReadAhead, Flags uint32
		Background, Congestion         uint16
		Write, Granularity             uint32
		Unused                         [9]uint32
	}
)

func serve(device int, handle func(fuseIn, []byte, func([]byte, syscall.Errno))) {
	buffer := make([]byte, 1<<20)
	for {
		n, err := syscall.Read(device, buffer)
		switch err {
		case nil:
		case syscall.EINTR, syscall.ENOENT:
			continue
		default:
			return // unmounted
		}
		var in fuseIn
		binary.Decode(buffer[:n], binary.NativeEndian, &in)
		if in.Op == 2 || in.Op == 42 || in.Op == 36 { // FUSE_FORGET, FUSE_BATCH_FORGET, FUSE_INTERRUPT: no answer
			continue
		}
		handle(in, buffer[binary.Size(in):n], func(data []byte, number syscall.Errno) {
			var out bytes.Buffer
			write(&out, fuseOut{uint32(binary.Size(fuseOut{}) + len(data)), -int32(number), in.Unique})
			out.Write(data)
			syscall.Write(device, out.Bytes())
		})
	}
}

func write(out *bytes.Buffer, data any) { binary.Write(out, binary.NativeEndian, data) }

func answer(in fuseIn, data []byte) ([]byte, syscall.Errno) {
	var out bytes.Buffer
	switch in.Op {
	case 1: // lookup
		e, ok := find(in.Node, string(bytes.TrimRight(data, "\x00")))
		if !ok {
			return nil, syscall.ENOENT
		}
		write(&out, fuseEntry{Node: e.node, fuseAttributes: attributes(e.node)})
	case 3: // attributes
		write(&out, fuseStat{fuseAttributes: attributes(in.Node)})
	case 14, 27: // open a file, a directory
		write(&out, [2]uint64{})
	case 15: // read a file
		var r fuseRead
		binary.Decode(data, binary.NativeEndian, &r)
		text := caselessText(in.Node)
		out.WriteString(text[min(int(r.Offset), len(text)):])
	case 18, 25, 29: // close
	case 26: // begin
		write(&out, fuseInit{Major: 7, Minor: 31, ReadAhead: 1 << 16, Write: 1 << 16, Granularity: 1})
	case 28: // read a directory
		var r fuseRead
		binary.Decode(data, binary.NativeEndian, &r)
		listing(&out, in.Node, int(r.Offset))
	default:
		return nil, syscall.ENOSYS
	}
	return out.Bytes(), 0
}

func find(directory uint64, name string) (entry, bool) {
	form := strings.NewReplacer("e\u0301", "\u00e9")
	for _, e := range caselessEntries {
		if e.directory == directory && strings.EqualFold(form.Replace(e.name), form.Replace(name)) {
			return e, true
		}
	}
	return entry{}, false
}

func attributes(node uint64) fuseAttributes {
	mode := uint32(syscall.S_IFREG | 0o644)
	if node == 1 || node == 3 {
		mode = syscall.S_IFDIR | 0o755
	}
	return fuseAttributes{Node: node, Size: uint64(len(caselessText(node))), Mode: mode, Links: 1, Block: 512}
}

func listing(out *bytes.Buffer, directory uint64, from int) {
	for i, e := range caselessEntries {
		if e.directory == directory && i >= from {
			write(out, fuseDirent{e.node, uint64(i + 1), uint32(len(e.name)), attributes(e.node).Mode >> 12})
			out.WriteString(e.name)
			out.Write(make([]byte, -len(e.name)&7))
		}
	}
}
