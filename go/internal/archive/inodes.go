package archive

import (
	"context"
	"sync"

	"github.com/checksig/checksig/go/internal/hashing"
	"github.com/checksig/checksig/go/internal/tree"
	"github.com/checksig/checksig/go/internal/verdict"
)

// inodes tells whether the files of a root keep their inodes, as on most file systems, or
// get others each time it is mounted.
type inodes struct {
	mu             sync.Mutex
	kept, replaced int // files with the recorded identity, and with another one
	held           []verdict.Result
}

// areKept reports whether most files have the recorded identity.
func (n *inodes) areKept() bool { return n.kept >= n.replaced }

// areCertain reports whether a file with another inode is another file. Where many have
// another one, they may be of an earlier mount.
func (n *inodes) areCertain() bool { return n.kept > 0 && n.replaced <= max(1, n.kept/10) }

// note counts the file of a record.
func (n *inodes) note(known, found tree.Identity) {
	if known == found {
		n.kept++
	} else {
		n.replaced++
	}
}

// isReplaced holds a file that seems to be rotten, but has another inode: at the end it is
// known whether that says something.
func (c *comparison) isReplaced(known *Record, o *hashing.Outcome, r *verdict.Result) bool {
	if o.Err != nil {
		return false
	}
	c.inodes.mu.Lock()
	defer c.inodes.mu.Unlock()
	if c.scan == nil {
		c.inodes.note(known.Identity, o.After.Identity)
	}
	if r.Status != verdict.Rotten || o.After.Identity == known.Identity {
		return false
	}
	c.inodes.held = append(c.inodes.held, *r)
	return true
}

// settleReplaced delivers the files that were held: another file has the place of one that
// is recorded, or it has rotted.
func (c *comparison) settleReplaced(ctx context.Context) {
	for _, r := range c.inodes.held {
		if c.inodes.areCertain() {
			r.Status = verdict.Modified
		}
		c.job.WaitForRoom(ctx)
		c.put(r)
	}
}
