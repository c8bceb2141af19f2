package job

import (
	"context"
	"errors"
	"strings"
	"testing"
)

func TestWorkBesideAJobEndsWithItsError(t *testing.T) {
	failed := errors.New("failed")
	var b Beside
	if b.HasBegun() {
		t.Error("it has begun")
	}
	b.Begin(t.Context(), func(context.Context) error { return failed })
	if err := b.Wait(); err != failed || !b.HasBegun() {
		t.Errorf("got %v", err)
	}
	b.Leave() // has nothing to do
}

func TestAPanicBesideAJobIsAnError(t *testing.T) {
	var b Beside
	b.Begin(t.Context(), func(context.Context) error { panic("what") })
	if err := b.Wait(); err == nil || !strings.Contains(err.Error(), "what") {
		t.Errorf("got %v", err)
	}
}

func TestWorkThatIsNotNeededIsEnded(t *testing.T) {
	var b Beside
	b.Leave() // before it has begun
	ended := false
	b.Begin(t.Context(), func(ctx context.Context) error {
		<-ctx.Done()
		ended = true
		return ctx.Err()
	})
	if b.Leave(); !ended {
		t.Error("it goes on")
	}
}
