package hashing

import (
	"runtime/debug"
	"sync"
	"time"

	"github.com/checksig/checksig/go/internal/holdings"
	"github.com/checksig/checksig/go/internal/multibuffer"
)

// workspace is the memory of a worker, kept for the next worker.
type workspace struct {
	compressor *multibuffer.Compressor
	memory     []byte
	states     []multibuffer.State
	lanes      []*lane
	messages   []multibuffer.Message
	kinds      []together
	batch      []*lane
	queued     []Next
}

const workspaceBytes = 2 * multibuffer.MaxLanes * laneStride

func newWorkspace() *workspace {
	s := &workspace{
		compressor: multibuffer.New(),
		memory:     make([]byte, workspaceBytes),
		states:     make([]multibuffer.State, multibuffer.MaxLanes*maxTogether),
		queued:     make([]Next, 0, multibuffer.MaxLanes),
	}
	for i := range multibuffer.MaxLanes {
		l := &lane{index: i}
		l.states = s.states[i*maxTogether:][:maxTogether]
		l.own[0], l.own[1] = s.part(2*i*laneStride, laneStride), s.part((2*i+1)*laneStride, laneStride)
		s.lanes = append(s.lanes, l)
	}
	return s
}

func (s *workspace) part(start, size int) buffer {
	return buffer{start: start, memory: s.memory[start : start+size : start+size]}
}

// idle holds workspaces that no worker uses, at most one for each CPU.
var idle struct {
	sync.Mutex
	spaces []*workspace
	timer  *time.Timer // calls giveBack
}

func takeWorkspace() *workspace {
	idle.Lock()
	defer idle.Unlock()
	last := len(idle.spaces) - 1
	if last < 0 {
		return newWorkspace()
	}
	s := idle.spaces[last]
	idle.spaces[last] = nil
	idle.spaces = idle.spaces[:last]
	return s
}

func (s *workspace) keep() {
	idle.Lock()
	defer idle.Unlock()
	if len(idle.spaces) < cpus {
		idle.spaces = append(idle.spaces, s)
	}
}

// restTime is the time without a job after which the engine gives its memory back.
// Tests set it.
var restTime = 2 * time.Second

// GiveBackLater gives memory back to the system if no job runs for a while. A
// program that verifies repeatedly would otherwise allocate it each time.
func GiveBackLater() {
	idle.Lock()
	defer idle.Unlock()
	if idle.timer == nil {
		idle.timer = time.AfterFunc(restTime, giveBack)
	} else {
		idle.timer.Reset(restTime)
	}
}

func giveBack() {
	idle.Lock()
	resting := holdings.Jobs() == 0
	if resting {
		idle.spaces = nil
	}
	idle.Unlock()
	if resting {
		debug.FreeOSMemory()
	}
}

// IdleBytes returns the number of bytes kept for the next workers.
func IdleBytes() int64 {
	idle.Lock()
	defer idle.Unlock()
	return int64(len(idle.spaces) * workspaceBytes)
}
