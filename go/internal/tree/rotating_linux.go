package tree

import (
	"fmt"
	"os"
	"strings"
	"syscall"
)

// IsRotating reports whether the file system of the root is on a rotating disk, as
// far as the kernel knows. In a virtual machine, it may not know.
func (r *Root) IsRotating() bool {
	var s syscall.Stat_t
	if err := syscall.Fstat(r.fd, &s); err != nil {
		return false
	}
	major, minor := s.Dev>>8&0xfff|s.Dev>>32&^0xfff, s.Dev&0xff|s.Dev>>12&^0xff // as in glibc's sys/sysmacros.h
	device := fmt.Sprintf("/sys/dev/block/%d:%d", uint32(major), uint32(minor))
	for _, file := range []string{"/queue/rotational", "/../queue/rotational"} { // for a disk, and for a partition
		if text, err := os.ReadFile(device + file); err == nil {
			return strings.TrimSpace(string(text)) == "1"
		}
	}
	return false
}
