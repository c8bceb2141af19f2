package helper

import (
	"bufio"
	"context"
	"io"
	"sync"
	"time"

	"github.com/checksig/checksig/go/internal/job"
	"github.com/checksig/checksig/go/internal/problem"
	"github.com/checksig/checksig/go/internal/wire"
)

// connection is that of one job.
type connection struct {
	stream  io.ReadWriteCloser
	allowed func() error // whether a job may start
	cancel  context.CancelFunc
	started bool

	answering sync.Mutex // so that batches are written in the order in which they were taken
	writing   sync.Mutex
	mu        sync.Mutex
	job       *job.Job
}

// serve answers what arrives on a stream until it ends, and closes it. allowed is asked
// before a job starts.
func serve(stream io.ReadWriteCloser, allowed func() error) {
	ctx, cancel := context.WithCancel(context.Background())
	c := &connection{stream: stream, allowed: allowed, cancel: cancel}
	defer c.end()
	in := bufio.NewReader(stream)
	for {
		kind, rest, err := readFrame(in)
		if err != nil || c.take(ctx, kind, rest) != nil {
			return
		}
	}
}

// end cancels the job. An answer that is being written fails.
func (c *connection) end() {
	c.cancel()
	c.stream.Close()
}

// take does what a frame asks for. It doesn't wait: the next frame may cancel the job.
func (c *connection) take(ctx context.Context, kind byte, rest []byte) error {
	switch kind {
	case startFrame:
		asked, err := newQuestion(rest)
		if err != nil || c.started {
			return errFrame
		}
		c.started = true
		go c.answerLate(func() []byte { return c.start(ctx, asked) })
	case pollFrame:
		wait, _, err := patience(rest)
		if err != nil || !c.started {
			return errFrame
		}
		go c.answer(func() []byte { return c.batch(wait) })
	case cancelFrame:
		if running := c.running(); running != nil {
			running.Cancel()
		} else {
			c.cancel() // it is being started
		}
	case describeFrame:
		go c.answer(func() []byte { return append(newFrame(answerFrame), wire.Describe()...) })
	case holdingsFrame:
		go c.answer(func() []byte { return wire.AppendHoldings(newFrame(answerFrame)) })
	case ed25519Frame:
		verified, err := isSigned(rest)
		if err != nil {
			return err
		}
		go c.answer(func() []byte { return append(newFrame(answerFrame), verified) })
	default:
		return errFrame
	}
	return nil
}

// pause is the time after which a frame says that an answer is still being made. Tests
// set it.
var pause = time.Second

// answer writes the frame that make returns.
func (c *connection) answer(make func() []byte) {
	c.answering.Lock()
	defer c.answering.Unlock()
	c.write(guarded(make))
}

// answerLate is answer for what may take long.
func (c *connection) answerLate(make func() []byte) {
	ctx, done := context.WithCancel(context.Background())
	go c.sayWorking(ctx)
	c.answer(func() []byte {
		defer done()
		return make()
	})
}

func (c *connection) sayWorking(ctx context.Context) {
	ticker := time.NewTicker(pause)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			c.write(newFrame(workingFrame))
		case <-ctx.Done():
			return
		}
	}
}

// guarded calls make. A panic would end the program, and with it the jobs of all others.
func guarded(make func() []byte) (frame []byte) {
	defer func() {
		if p := recover(); p != nil {
			frame = wire.AppendError(newFrame(failedFrame), problem.Panicked(p))
		}
	}()
	return make()
}

func (c *connection) start(ctx context.Context, asked question) []byte {
	if err := c.allowed(); err != nil {
		return wire.AppendError(newFrame(failedFrame), err)
	}
	started, err := wire.StartFrom(ctx, asked.directory, asked.request)
	if err != nil {
		return wire.AppendError(newFrame(failedFrame), err)
	}
	c.mu.Lock()
	c.job = started
	c.mu.Unlock()
	return c.batch(asked.wait)
}

func (c *connection) running() *job.Job {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.job
}

func (c *connection) batch(wait uint32) []byte {
	running := c.running()
	if running == nil { // its start failed
		return wire.AppendError(newFrame(failedFrame), problem.ErrCancelled)
	}
	return wire.AppendBatch(newFrame(batchFrame), running.Next(time.Duration(wait)*time.Millisecond))
}

func (c *connection) write(frame []byte) {
	c.writing.Lock()
	defer c.writing.Unlock()
	if writeFrame(c.stream, frame) != nil {
		c.end()
	}
}
