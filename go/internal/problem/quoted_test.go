package problem

import "testing"

func TestANameIsQuotedOnlyWhereItCouldMislead(t *testing.T) {
	for name, want := range map[string]string{
		"a.txt":     "a.txt",
		"a b":       "a b",
		`a"b'c\`:    `a"b'c\`,
		"é":         "é",
		"":          "",
		" a":        "$' a'",
		"a ":        "$'a '",
		"$'a'":      `$'$\'a\''`,
		"a\nb\r\t'": `$'a\nb\r\t\''`,
		"a\x1b\\":   `$'a\033\\'`,
		"a\xff":     `$'a\xff'`,
		"a\u202eb":  `$'a\U0000202eb'`,
		"a\u00a0b":  `$'a\U000000a0b'`,
	} {
		if got := Quoted(name); got != want {
			t.Errorf("Quoted(%q) = %s, want %s", name, got, want)
		}
	}
}
