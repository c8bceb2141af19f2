package helper

import (
	"os"
	"strconv"
	"testing"
)

func TestAProcessThatHasGivenUpRightsIsRefused(t *testing.T) {
	const all, some = 0xff, 0x3f
	root, user := rights{user: "0", group: "0", capabilities: all}, rights{user: "7", group: "7"}
	for _, tt := range []struct {
		name         string
		ours, theirs rights
		exceed       bool
	}{
		{"the same", root, root, false},
		{"the same user", user, user, false},
		{"another user", root, user, true},
		{"a user against another", user, rights{user: "8", group: "7"}, true},
		{"another group", user, rights{user: "7", group: "8"}, true},
		{"root may become any user", user, root, false},
		{"fewer capabilities", root, rights{user: "0", group: "0", capabilities: some}, true},
		{"more capabilities", rights{user: "0", group: "0", capabilities: some}, root, false},
		{"no new privileges", user, rights{user: "7", group: "7", noNew: 1}, true},
		{"one more filter", user, rights{user: "7", group: "7", filter: 1}, true},
		{"we have more filters", rights{user: "7", group: "7", filter: 2}, rights{user: "7", group: "7", filter: 1}, false},
	} {
		if got := tt.ours.exceed(tt.theirs); got != tt.exceed {
			t.Errorf("%s: %t", tt.name, got)
		}
	}
}

func TestRightsAreThoseOfTheProcess(t *testing.T) {
	got, err := rightsOf("self")
	if err != nil {
		t.Fatal(err)
	}
	if want := strconv.Itoa(os.Geteuid()); got.user != want {
		t.Errorf("user %q, want %q", got.user, want)
	}
	if want := strconv.Itoa(os.Getegid()); got.group != want {
		t.Errorf("group %q, want %q", got.group, want)
	}
	if err := sameRights(os.Getpid()); err != nil {
		t.Error(err)
	}
}
