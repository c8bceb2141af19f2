package tree

import (
	"strings"
	"testing"
)

var windowsNameTests = []struct {
	name string
	want error
}{
	{"a", nil},
	{"d/a.txt", nil},
	{`d\a.txt`, nil},
	{"caf\u00e9 \u65e5\u672c", nil},
	{" a", nil},
	{".hidden", nil},
	{"a. b", nil},
	{".", nil},
	{"..", nil},
	{"../a", nil},
	{"d/../a", nil},
	{"./d//a", nil},
	{"d/", nil},
	{"a\x7fb", nil},
	{"", nil},

	{"12:30.log", errNoName},
	{"1:30.log", errNoName},
	{"d/C:x", errNoName},
	{"file.txt:stream", errNoName},
	{"::$DATA", errNoName},
	{"what?", errNoName},
	{"a*b/c", errNoName},
	{`say "hi"`, errNoName},
	{"a<b", errNoName},
	{"a>b", errNoName},
	{"a|b", errNoName},
	{"a\nb", errNoName},
	{"a\x00b", errNoName},
	{"a\x1f", errNoName},
	{"1:.", errNoName},

	{"f.", errTrimmed},
	{"f ", errTrimmed},
	{"...", errTrimmed},
	{"d./f", errTrimmed},
	{`d \f`, errTrimmed},
	{" ", errTrimmed},

	{"\xff", errNotUnicode},
	{"d/\xc3", errNotUnicode},

	// outside the root, refused by the open
	{`C:\x`, nil},
	{"C:x", nil},
	{"c:/x", nil},
	{"/x", nil},
	{`\x`, nil},
	{`\\server\share\x`, nil},
	{`\\?\C:\x`, nil},
}

func TestNamesThatNoFileCanHaveOnWindowsAreRefused(t *testing.T) {
	for _, tt := range windowsNameTests {
		if err := checkWindowsName(tt.name); err != tt.want {
			t.Errorf("checkWindowsName(%q) = %v, want %v", tt.name, err, tt.want)
		}
	}
}

// The documentation of Windows lists these characters.
func TestReservedCharactersInAWindowsNameAreRefused(t *testing.T) {
	for r := rune(0); r < 0x100; r++ {
		refused := checkWindowsName("a"+string(r)+"b") != nil
		if want := r < 0x20 || strings.ContainsRune(`<>:"|?*`, r); refused != want && r != ':' {
			t.Errorf("%q: refused %v, want %v", r, refused, want)
		}
	}
}
