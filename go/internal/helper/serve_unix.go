//go:build unix

package helper

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/signal"
	"strconv"
	"sync"
	"syscall"
	"time"

	"github.com/checksig/checksig/go/internal/holdings"
	"github.com/checksig/checksig/go/internal/paths"
)

// Serve is the program: it serves the process that started it, until that has no more
// use for it. version is the engine's.
func Serve(version string) error {
	signal.Ignore(syscall.SIGHUP, syscall.SIGINT, syscall.SIGQUIT, syscall.SIGTERM, syscall.SIGPIPE,
		syscall.SIGALRM, syscall.SIGUSR1, syscall.SIGUSR2, syscall.SIGXFSZ)
	closeInherited()
	control, err := openSocket(0)
	if err != nil {
		return errors.New("this is a part of the Python package checksig, which starts it; it is not for use by hand")
	}
	caller := os.Getppid()
	go endWith(caller)
	paths.ActFor(caller)
	leaveDirectory()
	said, _ := json.Marshal(map[string]any{"protocol": Protocol, "version": version})
	if err := writeFrame(control, append(newFrame(helloFrame), said...)); err != nil {
		return err
	}
	var open sync.WaitGroup
	for {
		stream, err := receive(control)
		if err == io.EOF {
			open.Wait()
			settle()
			return nil
		}
		if err == errDropped {
			continue
		}
		if err != nil {
			return err
		}
		open.Go(func() { serve(stream, func() error { return sameRights(caller) }) })
	}
}

// settling is the time that jobs have to clean up after the end of the last connection.
const settling = 2 * time.Second

// settle waits until cancelled jobs have removed what they were writing, unless they
// wait for storage.
func settle() {
	for deadline := time.Now().Add(settling); holdings.Jobs() > 0 && time.Now().Before(deadline); {
		time.Sleep(10 * time.Millisecond)
	}
}

// openSocket returns a descriptor as a file that goroutines wait for without a thread.
func openSocket(fd int) (*os.File, error) {
	if _, err := syscall.GetsockoptInt(fd, syscall.SOL_SOCKET, syscall.SO_TYPE); err != nil {
		return nil, err
	}
	if err := syscall.SetNonblock(fd, true); err != nil {
		return nil, err
	}
	return os.NewFile(uintptr(fd), "connection"), nil
}

// errDropped is that there was no descriptor free for a connection. The system closes
// it, as its other end sees.
var errDropped = errors.New("a connection without its descriptor")

// receive waits for the next connection.
func receive(control *os.File) (*os.File, error) {
	raw, err := control.SyscallConn()
	if err != nil {
		return nil, err
	}
	var (
		data  [1]byte // so that it comes with no more than one connection
		other = make([]byte, syscall.CmsgSpace(4))
		n, m  int
		got   error
	)
	err = raw.Read(func(fd uintptr) bool {
		for {
			n, m, _, _, got = syscall.Recvmsg(int(fd), data[:], other, receiveFlags)
			if got != syscall.EINTR {
				return got != syscall.EAGAIN
			}
		}
	})
	if err = errors.Join(err, got); err != nil {
		return nil, err
	}
	if n == 0 {
		return nil, io.EOF
	}
	fds, err := descriptors(other[:m])
	if err != nil || len(fds) > 1 {
		return nil, errors.Join(errors.New("no connection"), err)
	}
	if len(fds) == 0 {
		return nil, errDropped
	}
	syscall.CloseOnExec(fds[0])
	return openSocket(fds[0])
}

func descriptors(other []byte) (all []int, err error) {
	messages, err := syscall.ParseSocketControlMessage(other)
	for i := range messages {
		fds, wrong := syscall.ParseUnixRights(&messages[i])
		all, err = append(all, fds...), errors.Join(err, wrong)
	}
	return all, err
}

// closeInherited closes what the program inherited and does not use. What the Go runtime
// has opened is to be closed on exec, and inherited descriptors are not.
func closeInherited() {
	for fd, end := uintptr(3), mostInherited(); fd < end; fd++ {
		flags, _, failed := syscall.Syscall(syscall.SYS_FCNTL, fd, syscall.F_GETFD, 0)
		if failed == 0 && flags&syscall.FD_CLOEXEC == 0 {
			syscall.Close(int(fd))
		}
	}
}

// mostInherited returns a number above those of all descriptors.
func mostInherited() uintptr {
	directory, err := os.Open("/dev/fd")
	if err != nil {
		return 1 << 12
	}
	defer directory.Close()
	names, _ := directory.Readdirnames(-1)
	most := 0
	for _, name := range names {
		n, _ := strconv.Atoi(name)
		most = max(most, n)
	}
	return uintptr(most) + 1
}
