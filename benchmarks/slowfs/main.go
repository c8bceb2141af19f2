// Command slowfs shows a directory as a file system on which every request takes time.
// It needs FUSE and its privileges.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"math"
	"sync"
	"syscall"
	"time"

	"github.com/hanwen/go-fuse/v2/fs"
	"github.com/hanwen/go-fuse/v2/fuse"
)

func main() {
	delay := flag.Duration("delay", time.Millisecond, "time of a request")
	rotating := flag.Bool("rotating", false, "one request at a time, by the way of a disk's head")
	image := flag.Bool("image", false, "the file in the directory is the image of a rotating disk: its place is the offset")
	flag.Parse()
	if flag.NArg() != 2 {
		log.Fatal("usage: slowfs [-delay TIME | -rotating | -image] DIRECTORY MOUNTPOINT")
	}
	var d disk = latency(*delay)
	switch {
	case *rotating:
		d = &head{}
	case *image:
		d = &platter{}
	}
	if err := serve(flag.Arg(0), flag.Arg(1), d); err != nil {
		log.Fatal(err)
	}
}

func serve(directory, mountpoint string, d disk) error {
	var info syscall.Stat_t
	if err := syscall.Stat(directory, &info); err != nil {
		return err
	}
	root := &fs.LoopbackRoot{Path: directory, Dev: uint64(info.Dev)}
	root.NewNode = func(r *fs.LoopbackRoot, _ *fs.Inode, _ string, _ *syscall.Stat_t) fs.InodeEmbedder {
		return &node{fs.LoopbackNode{RootData: r}, d}
	}
	root.RootNode = root.NewNode(root, nil, "", &info)
	zero := time.Duration(0)
	options := &fs.Options{EntryTimeout: &zero, AttrTimeout: &zero}
	options.DirectMount, options.MaxBackground = true, 1024
	server, err := fs.Mount(mountpoint, root.RootNode, options)
	if err != nil {
		return err
	}
	fmt.Println("mounted")
	server.Wait()
	return nil
}

// disk takes the time of a request for a part of the file with an inode number. To open a
// file is a request for nothing of it.
type disk interface {
	request(inode uint64, offset, size int64)
}

// latency is the time of each request, however many there are at once: a network.
type latency time.Duration

func (l latency) request(uint64, int64, int64) { time.Sleep(time.Duration(l)) }

// head is the head of a rotating disk on which files lie in the order of their inode
// numbers. One request is served at a time. A neighbour takes 0.1 ms, any other place 4 to
// 12 ms: the head moves, and half a turn passes.
type head struct {
	sync.Mutex
	at uint64
}

func (h *head) request(inode uint64, _, _ int64) {
	h.Lock()
	defer h.Unlock()
	distance := math.Abs(float64(inode) - float64(h.at))
	h.at = inode
	if distance <= 8 {
		time.Sleep(100 * time.Microsecond)
		return
	}
	time.Sleep(4*time.Millisecond + time.Duration(min(8, distance/10_000*8)*float64(time.Millisecond)))
}

// platter is a rotating disk of which the image is shown, for a loop device. One request is
// served at a time, at 150 MB/s. What is a little further on passes below the head; any other
// place takes 4 to 12 ms.
type platter struct {
	sync.Mutex
	at int64
}

const (
	rate      = 150e6     // bytes a second
	near      = 512 << 10 // bytes that are waited for
	wholeDisk = 2 << 30   // bytes
)

func (p *platter) request(_ uint64, offset, size int64) {
	if size == 0 {
		return
	}
	p.Lock()
	defer p.Unlock()
	way := float64(offset - p.at)
	passed := float64(size)
	wait := 4*time.Millisecond + time.Duration(min(8, math.Abs(way)/wholeDisk*8)*float64(time.Millisecond))
	if 0 <= way && way <= near {
		passed, wait = passed+way, 0
	}
	p.at = offset + size
	time.Sleep(wait + time.Duration(passed/rate*float64(time.Second)))
}

type node struct {
	fs.LoopbackNode
	disk disk
}

// Open is a request, and each Read is one more. Names are looked up for nothing.
func (n *node) Open(ctx context.Context, flags uint32) (fs.FileHandle, uint32, syscall.Errno) {
	n.disk.request(n.StableAttr().Ino, 0, 0)
	f, _, errno := n.LoopbackNode.Open(ctx, flags)
	if errno != 0 {
		return nil, 0, errno
	}
	return &file{f.(fs.FileReader), f.(fs.FileReleaser), n}, fuse.FOPEN_DIRECT_IO, 0
}

type file struct {
	fs.FileReader
	fs.FileReleaser
	node *node
}

func (f *file) Read(ctx context.Context, p []byte, offset int64) (fuse.ReadResult, syscall.Errno) {
	f.node.disk.request(f.node.StableAttr().Ino, offset, int64(len(p)))
	return f.FileReader.Read(ctx, p, offset)
}
