package helper

import (
	"crypto/ed25519"
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/checksig/checksig/go/internal/holdings"
	"github.com/checksig/checksig/go/internal/treetest"
)

// client is the other end of a connection.
type client struct {
	t *testing.T
	net.Conn
}

func connect(t *testing.T, allowed func() error) client {
	ours, theirs := net.Pipe()
	ended := make(chan struct{})
	go func() {
		serve(theirs, allowed)
		close(ended)
	}()
	t.Cleanup(func() {
		ours.Close()
		<-ended
	})
	ours.SetDeadline(time.Now().Add(30 * time.Second))
	return client{t, ours}
}

func allow() error { return nil }

func (c client) send(kind byte, rest string) {
	c.t.Helper()
	if err := writeFrame(c, append(newFrame(kind), rest...)); err != nil {
		c.t.Fatal(err)
	}
}

func (c client) receive() (byte, map[string]any) {
	c.t.Helper()
	kind, rest, err := readFrame(c)
	if err != nil {
		c.t.Fatal(err)
	}
	var value map[string]any
	if len(rest) > 0 {
		if err := json.Unmarshal(rest, &value); err != nil {
			c.t.Fatalf("%c: %v", kind, err)
		}
	}
	return kind, value
}

// last asks for batches until the one with a summary.
func (c client) last(milliseconds uint32) map[string]any {
	c.t.Helper()
	for {
		kind, batch := c.receive()
		if kind != batchFrame {
			c.t.Fatalf("got %c, %v", kind, batch)
		}
		if s, ok := batch["summary"].(map[string]any); ok {
			return s
		}
		c.send(pollFrame, wait(milliseconds))
	}
}

func wait(milliseconds uint32) string {
	return string(binary.BigEndian.AppendUint32(nil, milliseconds))
}

// nowhere is that the caller's working directory doesn't matter.
const nowhere = "\x00\x00\x00\x00"

func request(root string) string {
	text, _ := json.Marshal(map[string]string{"job": "verify", "root": root, "keep": "all"})
	return string(text)
}

// endless is the request for a job that reads a terabyte.
func endless(t *testing.T) string {
	root := treetest.Make(t, "SHA256SUMS="+strings.Repeat("0", 64)+"  f\n", "f=")
	if err := os.Truncate(root+"/f", 1<<40); err != nil {
		t.Fatal(err)
	}
	return request(root)
}

func TestAConnectionRunsAJobToItsEnd(t *testing.T) {
	root := treetest.Make(t, "md5sum.txt=d41d8cd98f00b204e9800998ecf8427e  f\n", "f=")
	c := connect(t, allow)
	c.send(startFrame, wait(1)+nowhere+request(root))
	if s := c.last(100); s["ok"] != true || s["error"] != nil {
		t.Errorf("got %v", s)
	}
	c.send(pollFrame, wait(0))
	if s := c.last(0); s["ok"] != true {
		t.Errorf("the last batch, asked for again, is %v", s)
	}
}

func TestASignatureIsVerifiedOrNot(t *testing.T) {
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	message := strings.Repeat("a list\n", 1<<18)
	signed := string(ed25519.Sign(private, []byte(message)))
	for _, tt := range []struct {
		rest string
		want byte
	}{
		{string(public) + signed + message, 1},
		{string(public) + signed + message + " ", 0},
		{string(public) + signed, 0},
	} {
		c := connect(t, allow)
		c.send(ed25519Frame, tt.rest)
		kind, rest, err := readFrame(c)
		if err != nil || kind != answerFrame || len(rest) != 1 || rest[0] != tt.want {
			t.Errorf("got %c, %v, %v; want %d", kind, rest, err, tt.want)
		}
	}
}

func TestASignatureCutShortEndsTheConnection(t *testing.T) {
	c := connect(t, allow)
	c.send(ed25519Frame, strings.Repeat("k", 95))
	if kind, _, err := readFrame(c); err == nil {
		t.Errorf("got %c", kind)
	}
}

func TestARelativePathStartsInTheCallersDirectory(t *testing.T) {
	root := treetest.Make(t, "d/", "d/md5sum.txt=d41d8cd98f00b204e9800998ecf8427e  f\n", "d/f=")
	c := connect(t, allow)
	c.send(startFrame, wait(1)+string(binary.BigEndian.AppendUint32(nil, uint32(len(root))))+root+request("d"))
	if s := c.last(100); s["ok"] != true || s["root"] != "d" {
		t.Errorf("got %v", s)
	}
}

func TestAJobThatCantStartIsAnError(t *testing.T) {
	for _, tt := range []struct {
		request, reason string
		allowed         func() error
	}{
		{"{", "unusable request", allow},
		{`{"job": "verify", "root": "/", "keep": "all", "jobs": 0}`, "jobs is 0", allow},
		{request("/"), "forbidden", func() error { return errors.New("forbidden") }},
	} {
		c := connect(t, tt.allowed)
		c.send(startFrame, wait(0)+nowhere+tt.request)
		kind, e := c.receive()
		if reason, _ := e["reason"].(string); kind != failedFrame || !strings.Contains(reason, tt.reason) {
			t.Errorf("%s: got %c, %v; want %q", tt.request, kind, e, tt.reason)
		}
	}
}

func TestACancelledJobEnds(t *testing.T) {
	c := connect(t, allow)
	c.send(startFrame, wait(0)+nowhere+endless(t))
	c.receive()
	c.send(cancelFrame, "")
	c.send(pollFrame, wait(1000))
	e, _ := c.last(1000)["error"].(map[string]any)
	if e["code"] != "cancelled" {
		t.Errorf("got %v", e)
	}
}

func TestTheEndOfAConnectionCancelsItsJob(t *testing.T) {
	for _, when := range []string{"idle", "waiting", "in a frame"} {
		before := holdings.Jobs()
		c := connect(t, allow)
		c.send(startFrame, wait(0)+nowhere+endless(t))
		c.receive()
		switch when {
		case "waiting":
			c.send(pollFrame, wait(1000))
		case "in a frame":
			c.Write([]byte{pollFrame, 0, 0})
		}
		c.Close()
		for deadline := time.Now().Add(10 * time.Second); holdings.Jobs() > before; {
			if time.Now().After(deadline) {
				t.Fatalf("%s: the job runs on", when)
			}
			time.Sleep(time.Millisecond)
		}
	}
}

func TestQuestionsAreAnswered(t *testing.T) {
	c := connect(t, allow)
	c.send(describeFrame, "")
	if kind, words := c.receive(); kind != answerFrame || words["statuses"] == nil {
		t.Errorf("got %c, %v", kind, words)
	}
	c.send(holdingsFrame, "")
	if kind, held := c.receive(); kind != answerFrame || held["jobs"] == nil {
		t.Errorf("got %c, %v", kind, held)
	}
}

func TestAFrameThatIsNoneEndsTheConnection(t *testing.T) {
	for name, frame := range map[string]string{
		"unknown kind":                 "X" + strings.Repeat("\x00", 8),
		"endless":                      "S" + strings.Repeat("\xff", 8),
		"poll without a job":           "P" + strings.Repeat("\x00", 7) + "\x04" + wait(0),
		"poll without a time":          "P" + strings.Repeat("\x00", 8),
		"start without a time":         "S" + strings.Repeat("\x00", 7) + "\x01x",
		"start without a directory":    "S" + strings.Repeat("\x00", 7) + "\x04" + wait(0),
		"a directory that is too long": "S" + strings.Repeat("\x00", 7) + "\x0a" + wait(0) + "\xff\xff\xff\xff{}",
	} {
		c := connect(t, allow)
		c.Write([]byte(frame))
		if _, _, err := readFrame(c); err != io.EOF {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestASecondStartEndsTheConnection(t *testing.T) {
	c := connect(t, allow)
	c.send(startFrame, wait(0)+nowhere+endless(t))
	c.receive()
	c.send(startFrame, wait(0)+nowhere+"{}")
	if _, _, err := readFrame(c); err != io.EOF {
		t.Errorf("got %v", err)
	}
}

func TestAStartThatTakesLongSaysSo(t *testing.T) {
	defer func(old time.Duration) { pause = old }(pause)
	pause = 10 * time.Millisecond
	leave := make(chan struct{})
	c := connect(t, func() error { <-leave; return errors.New("late") })
	c.send(startFrame, wait(0)+nowhere+"{}")
	for range 3 {
		if kind, _ := c.receive(); kind != workingFrame {
			t.Fatalf("got %c", kind)
		}
	}
	close(leave)
	for {
		kind, e := c.receive()
		if kind == failedFrame && e["reason"] == "late" {
			return
		}
		if kind != workingFrame {
			t.Fatalf("got %c, %v", kind, e)
		}
	}
}

func TestAPanicIsAnError(t *testing.T) {
	c := connect(t, func() error { panic("on purpose") })
	c.send(startFrame, wait(0)+nowhere+"{}")
	kind, e := c.receive()
	if kind != failedFrame || e["kind"] != "internal" || !strings.Contains(e["reason"].(string), "on purpose") {
		t.Errorf("got %c, %v", kind, e)
	}
}

func TestALongFrameArrivesWhole(t *testing.T) {
	ours, theirs := net.Pipe()
	sent := strings.Repeat("0123456789", 1<<20)
	go writeFrame(theirs, append(newFrame(startFrame), sent...))
	kind, rest, err := readFrame(ours)
	if kind != startFrame || string(rest) != sent || err != nil {
		t.Errorf("got %c, %d bytes, %v", kind, len(rest), err)
	}
}
