package tree

import (
	"fmt"
	"os"
	"strings"
	"syscall"
)

// IsRotating says that the root's own file system lies on a disk that rotates, as
// far as the kernel knows: virtual machines may not tell it.
func (r *Root) IsRotating() bool {
	var s syscall.Stat_t
	if err := syscall.Fstat(r.fd, &s); err != nil {
		return false
	}
	major, minor := s.Dev>>8&0xfff|s.Dev>>32&^0xfff, s.Dev&0xff|s.Dev>>12&^0xff // as glibc's sys/sysmacros.h has it
	device := fmt.Sprintf("/sys/dev/block/%d:%d", uint32(major), uint32(minor))
	for _, file := range []string{"/queue/rotational", "/../queue/rotational"} { // of a disk, or of a partition's disk
		if text, err := os.ReadFile(device + file); err == nil {
			return strings.TrimSpace(string(text)) == "1"
		}
	}
	return false
}
