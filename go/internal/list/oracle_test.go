package list_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/checksig/checksig/go/internal/digest"
	"github.com/checksig/checksig/go/internal/list"
)

// A list that coreutils writes is read with the original names and the algorithm of
// the tool.
func TestCoreutilsWritesWhatIsRead(t *testing.T) {
	dir, names := makeFiles(t, awkwardNames)
	for _, tool := range []struct {
		command   string
		algorithm digest.Algorithm
	}{
		{"md5sum", digest.MD5}, {"md5sum --binary", digest.MD5}, {"md5sum --tag", digest.MD5},
		{"sha1sum", digest.SHA1}, {"sha1sum --tag", digest.SHA1},
		{"sha224sum", digest.SHA224}, {"sha224sum --tag", digest.SHA224},
		{"sha256sum", digest.SHA256}, {"sha256sum --binary", digest.SHA256}, {"sha256sum --tag", digest.SHA256},
		{"sha384sum", digest.SHA384}, {"sha384sum --tag", digest.SHA384},
		{"sha512sum", digest.SHA512}, {"sha512sum --tag", digest.SHA512},
		{"cksum -a md5", digest.MD5}, {"cksum -a sha256", digest.SHA256}, {"cksum -a sha512 --untagged", digest.SHA512},
		{"cksum -a sha3 -l 256", digest.SHA3_256}, {"cksum -a sha3 -l 512", digest.SHA3_512},
	} {
		t.Run(tool.command, func(t *testing.T) {
			words := strings.Fields(tool.command)
			needCoreutils(t, words[0])
			out, err := run(dir, append(append(words, "--"), names...)...)
			if err != nil {
				t.Skipf("%s fails here: %v", tool.command, err)
			}
			wantNames(t, out, list.Options{}, names, tool.algorithm)
		})
	}
}

// A list that openssl dgst writes, tagged or with -r, is read with the original
// names, except those with a newline or a backslash.
func TestOpenSSLWritesWhatIsRead(t *testing.T) {
	if _, err := exec.LookPath("openssl"); err != nil {
		t.Skip("openssl is not installed")
	}
	plain := slices.DeleteFunc(slices.Clone(awkwardNames), func(name string) bool {
		return strings.ContainsAny(name, "\n\r\\") || strings.HasPrefix(name, "-") // written unescaped; taken for an option
	})
	dir, names := makeFiles(t, plain)
	for option, a := range map[string]digest.Algorithm{
		"-md5": digest.MD5, "-sha1": digest.SHA1, "-sha256": digest.SHA256, "-sha512": digest.SHA512,
		"-sha512-256": digest.SHA512_256, "-sha3-256": digest.SHA3_256, "-sha3-512": digest.SHA3_512,
	} {
		t.Run(option, func(t *testing.T) {
			for _, words := range [][]string{{"openssl", "dgst", option}, {"openssl", "dgst", "-r", option}} {
				out, err := run(dir, append(words, names...)...)
				if err != nil {
					t.Skipf("%q fails here: %v", words, err)
				}
				wantNames(t, out, list.Options{FileName: a.String() + "sums"}, names, a)
			}
		})
	}
}

// md5sum -c accepts and refuses the same lines, except for the listed differences.
func TestCoreutilsReadsTheSameLines(t *testing.T) {
	needCoreutils(t, "md5sum")
	for _, tt := range []struct{ name, line, differs string }{
		{"text mode", md5Hex + "  a", ""},
		{"binary mode", md5Hex + " *a", ""},
		{"upper case", strings.ToUpper(md5Hex) + "  a", ""},
		{"blanks before the digest", " \t" + md5Hex + "  a", ""},
		{"blanks before the backslash", ` \` + md5Hex + `  a\nb`, ""},
		{"leading space", md5Hex + "   a", ""},
		{"escapes", `\` + md5Hex + `  a\n\r\\`, ""},
		{"backslashes without the mark", md5Hex + `  a\n`, ""},
		{"mark without escapes", `\` + md5Hex + `  a`, ""},
		{"unknown escape", `\` + md5Hex + `  a\t`, ""},
		{"half an escape", `\` + md5Hex + `  a\`, ""},
		{"carriage return in the name", md5Hex + "  a\rb", ""},
		{"odd digits", md5Hex[1:] + "  a", ""},
		{"not hex", "x" + md5Hex[1:] + "  a", ""},
		{"digest alone", md5Hex, ""},
		{"prose", "these are the sums of all files here", ""},
		{"indented comment", "  # a comment that is long enough for a line", ""},
		{"tagged", "MD5 (a) = " + md5Hex, ""},
		{"tagged by OpenSSL", "MD5(a)= " + md5Hex, ""},
		{"tagged, no blanks", "MD5(a)=" + md5Hex, ""},
		{"tagged, more blanks", "MD5 (a) \t=\t " + md5Hex, ""},
		{"tagged, blanks before it", " MD5 (a) = " + md5Hex, ""},
		{"tagged, escapes", `\MD5 (a\nb) = ` + md5Hex, ""},
		{"tagged, parentheses", "MD5 (a) = b) = " + md5Hex, ""},
		{"tagged, blank after the digest", "MD5 (a) = " + md5Hex + " ", ""},
		{"tagged, short digest", "MD5 (a) = " + md5Hex[2:], ""},
		{"tagged, no equals sign", "MD5 (a) " + md5Hex, ""},
		{"untagged, tagged name", md5Hex + "  MD5 (a) = " + md5Hex, ""},

		{"one space", md5Hex + " a", ""},
		{"one space, escapes", `\` + md5Hex + ` a\nb`, ""},
		{"one space, a name like a tagged line's", md5Hex + " (a) = " + md5Hex, ""},
		{"one space, a name as of shasum -U", md5Hex + " Ua", ""},
		{"tab", md5Hex + "\ta", ""},
		{"one space after others", md5Hex + "  a\n" + md5Hex + " b", ""},
		{"two spaces after one", md5Hex + " a\n" + md5Hex + "  b\n" + md5Hex + " *c", ""},

		{"tagged, two blanks before the name", "MD5  (a) = " + md5Hex, "rhash writes them"},
		{"tab, then a space", md5Hex + "\t a", "may be a name with a leading space"},
		{"space, then a tab", md5Hex + " \ta", "may be a name with a leading tab"},
		{"digest and two spaces", md5Hex + "  ", "coreutils reads a BSD line whose name is one space"},
		{"tagged, empty name", "MD5 () = " + md5Hex, "no file has this name"},
		{"tagged, lower case", "md5 (a) = " + md5Hex, "some tools write lower case"},
		{"blank line of spaces", "  \t", "it can't mean anything"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			ours := parse(t, tt.line+"\n", list.Options{})
			agrees, output := md5sumAgrees(t, tt.line, ours)
			if agrees != (tt.differs == "") {
				t.Errorf("Parse(%q) = %+v, md5sum -c writes %q; listed as a difference: %q", tt.line, *ours, output, tt.differs)
			}
		})
	}
}

// md5sumAgrees runs md5sum -c on the line, in a directory with only the file that
// Parse found in it, and reports whether both accept or both refuse the line.
func md5sumAgrees(t *testing.T, line string, ours *list.List) (agrees bool, output string) {
	t.Helper()
	var names []string
	for _, e := range ours.Entries {
		names = append(names, e.Name)
	}
	dir, _ := makeFiles(t, names)
	list := filepath.Join(t.TempDir(), "list")
	if err := os.WriteFile(list, []byte(line+"\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	out, err := run(dir, "md5sum", "-c", "--strict", list)
	output = string(out)
	if err != nil {
		output = err.Error()
	}
	if len(names) > 0 {
		return (err == nil) == (len(ours.Malformed) == 0), output
	}
	refused := strings.Contains(output, "properly formatted") // "improperly" too
	return refused == (len(ours.Malformed) > 0), output
}

// makeFiles creates files that contain "abc", except those whose names the system
// does not allow. made lists them without "-".
func makeFiles(t *testing.T, names []string) (dir string, made []string) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("Windows can't name these files")
	}
	dir = t.TempDir()
	for _, name := range names {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("abc"), 0o666); err != nil {
			t.Logf("not created: %v", err)
			continue
		}
		if name != "-" { // standard input to the tools
			made = append(made, name)
		}
	}
	return dir, made
}

func wantNames(t *testing.T, text []byte, o list.Options, names []string, a digest.Algorithm) {
	t.Helper()
	h := a.New()
	h.Write([]byte("abc"))
	want := list.List{Format: &list.Coreutils}
	for i, name := range names {
		want.Entries = append(want.Entries, list.Entry{
			Name: name, Hex: fmt.Sprintf("%x", h.Sum(nil)), Line: int32(i + 1), Algorithm: a})
	}
	got := parse(t, string(text), o)
	if !reflect.DeepEqual(got, &want) {
		t.Errorf("Parse(%q) = %+v, want %+v", text, *got, want)
	}
}

// run runs a command in a directory and returns its output. Its error contains the
// command's standard error.
func run(dir string, words ...string) ([]byte, error) {
	cmd := exec.Command(words[0], words[1:]...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "LC_ALL=C")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		err = fmt.Errorf("%w: %s", err, stderr.Bytes())
	}
	return out, err
}

var gnuVersion = regexp.MustCompile(`GNU coreutils\) (\d+)\.`)

// needCoreutils skips a test without GNU coreutils 9 or later: older versions do not
// escape "\r" and do not read lines that end in "\r\n".
func needCoreutils(t *testing.T, command string) {
	t.Helper()
	out, err := run("", command, "--version")
	if err != nil {
		t.Skipf("%s does not run: %v", command, err)
	}
	m := gnuVersion.FindSubmatch(out)
	if m == nil {
		t.Skipf("%s is not from GNU coreutils", command)
	}
	if major, _ := strconv.Atoi(string(m[1])); major < 9 {
		t.Skipf("%s is from coreutils %s, older than 9", command, m[1])
	}
}

// Lists that other tools write are read with the original names, sizes and digests, by
// the format that they show.
func TestToolsWriteWhatIsRead(t *testing.T) {
	plain := []string{"plain.txt", "a b", "*star", "(", "MD5 (a) = b", "a,b", "#hash", "日本語", md5Hex + "  a"}
	dir, names := makeFiles(t, plain)
	size := "3 bytes "
	for _, tt := range []struct {
		command string
		format  *list.Format
		want    string // of each entry, behind its name
		newline bool   // whether names with a line feed are tried too
	}{
		{"sha256sum --zero", &list.Zero, "sha256", true},
		{"sha512sum --zero --tag", &list.Zero, "sha512", true},
		{"cksum -a sha256 --base64 --untagged", &list.Base64, "sha256", false}, // from coreutils 9.9
		{"cksum -a sha256 --base64", &list.Coreutils, "sha256", false},
		{"rhash --bsd --sha256", &list.Coreutils, "sha256", false},
		{"rhash --bsd --md5 --sha1", &list.Coreutils, "", false},
		{"md5deep -l", &list.Coreutils, "md5", false},
		{"sha256deep -l -z", &list.Sized, size + "sha256", false},
		{"md5deep -l -0", &list.Zero, "md5", false},
		{"hashdeep -l", &list.Hashdeep, size + "md5 sha256", false},
		{"hashdeep -l -c sha1,tiger", &list.Hashdeep, size + "sha1", false},
		{"rhash --sfv", &list.SFV, "", false},
	} {
		t.Run(tt.command, func(t *testing.T) {
			words := strings.Fields(tt.command)
			if _, err := exec.LookPath(words[0]); err != nil {
				t.Skipf("%s is not installed", words[0])
			}
			dir, names := dir, names
			if tt.newline {
				dir, names = makeFiles(t, awkwardNames)
			}
			for _, name := range names {
				out, err := run(dir, append(words, "./"+name)...)
				if err != nil {
					t.Skipf("%s fails here: %v", tt.command, err)
				}
				got := parse(t, string(out), list.Options{})
				wrong := got.Format != tt.format || len(got.Malformed) > 0 && got.Malformed[0].Name == ""
				for _, m := range got.Malformed {
					wrong = wrong || strings.TrimPrefix(m.Name, "./") != name
				}
				for _, e := range got.Entries {
					_, after, _ := strings.Cut(strings.TrimSpace(shown(&list.List{Entries: []list.Entry{e}})), strconv.Quote(e.Name)+" ")
					wrong = wrong || strings.TrimPrefix(e.Name, "./") != name || tt.want != "" && after != tt.want
				}
				if wrong || len(got.Entries)+len(got.Malformed) == 0 {
					t.Errorf("%q is read by %s as\n%s, want %q by %s", out, nameOf(got.Format), shown(got), tt.want, tt.format.Name)
				}
			}
		})
	}
}

// Tables, trees and messages that other tools write are read with the original names,
// sizes and digests.
func TestToolsWriteTheirOwnFormats(t *testing.T) {
	plain := []string{"plain.txt", "a b", "*star", "(", "a,b", "#hash", "=", "日本語", "a: b", "[x]"}
	dir, _ := makeFiles(t, plain)
	if err := os.Mkdir(filepath.Join(dir, "sub"), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "sub", "deep"), []byte("abc"), 0o666); err != nil {
		t.Fatal(err)
	}
	all := append(slices.Clone(plain), "sub/deep")
	for _, tt := range []struct {
		command string
		format  *list.Format
		want    string // of each entry, behind its name
		tree    bool   // whether all files are in one list
	}{
		{"7z h -scrcSHA256 .", &list.SevenZip, "3 bytes sha256", true},
		{"7z h -scrc* .", &list.SevenZip, "", true},
		{"bsdtar -cf - --format=mtree --options mtree:sha256,mtree:md5,mtree:rmd160 .", &list.Mtree, "3 bytes md5 sha256", true},
		{"bsdtar -cf - --format=mtree --options mtree:!all,mtree:sha256,mtree:use-set,mtree:type,mtree:size,mtree:indent .", &list.Mtree, "3 bytes sha256", true},
		{"bsdtar -cf - --format=mtree --options mtree:!all,mtree:sha512,mtree:type .", &list.Mtree, "sha512", true},
		{"mtree -c -k sha256,type,size -p .", &list.Mtree, "3 bytes sha256", true},
		{"mtree -c -k sha1,type -p .", &list.Mtree, "sha1", true},
		{"gpg --print-md SHA256", &list.PrintMD, "sha256", false},
		{"gpg --print-md SHA512", &list.PrintMD, "sha512", false},
		{"gpg --print-md SHA1", &list.PrintMD, "sha1", false},
		{"gpg --print-md MD5", &list.PrintMD, "md5", false},
		{"gpg --print-mds", &list.PrintMD, "", false},
		{"rhash --bsd --sha256 --md5", &list.Coreutils, "", false},
	} {
		t.Run(tt.command, func(t *testing.T) {
			words := strings.Fields(tt.command)
			if _, err := exec.LookPath(words[0]); err != nil {
				t.Skipf("%s is not installed", words[0])
			}
			if !tt.tree {
				for _, name := range all {
					wantFiles(t, dir, append(slices.Clone(words), "./"+name), tt.format, tt.want, []string{name})
				}
				return
			}
			wantFiles(t, dir, words, tt.format, tt.want, all)
		})
	}
}

// wantFiles checks that what a command writes is read as these files.
func wantFiles(t *testing.T, dir string, words []string, format *list.Format, want string, names []string) {
	t.Helper()
	out, err := run(dir, words...)
	if err != nil {
		t.Skipf("%s fails here: %v", words, err)
	}
	got := parse(t, string(out), list.Options{})
	var read []string
	for _, e := range got.Entries {
		_, after, _ := strings.Cut(strings.TrimSpace(shown(&list.List{Entries: []list.Entry{e}})), strconv.Quote(e.Name)+" ")
		if want != "" && after != want {
			t.Errorf("%s: %q has %s, want %s", words, e.Name, after, want)
		}
		read = append(read, strings.TrimPrefix(e.Name, "./"))
	}
	slices.Sort(read)
	read = slices.Compact(read)
	names = slices.Sorted(slices.Values(names))
	if got.Format != format || len(got.Malformed) > 0 || !slices.Equal(read, names) {
		t.Errorf("%s: %q is read by %s as\n%s", words, out, nameOf(got.Format), shown(got))
	}
}

// Every list of files that dpkg keeps is read as a whole.
func TestDpkgsListsAreRead(t *testing.T) {
	lists, _ := filepath.Glob("/var/lib/dpkg/info/*.md5sums")
	if len(lists) == 0 {
		t.Skip("there is no dpkg")
	}
	for _, path := range lists {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		got := parse(t, string(text), list.Options{FileName: filepath.Base(path)})
		if lines := bytes.Count(text, []byte("\n")); len(got.Entries) != lines || len(got.Malformed) > 0 || lines > 0 && got.Format != &list.Coreutils {
			t.Errorf("%s: %d entries and %d malformed lines of %d", path, len(got.Entries), len(got.Malformed), lines)
		}
	}
}

// Every Release of an apt repository that this system uses is read as a whole.
func TestAptsReleasesAreRead(t *testing.T) {
	lists, _ := filepath.Glob("/var/lib/apt/lists/*Release")
	read := 0
	for _, path := range lists {
		text, err := os.ReadFile(path)
		if err != nil || !bytes.Contains(text, []byte("\nSHA256:")) {
			continue
		}
		read++
		got := parse(t, string(text), list.Options{FileName: filepath.Base(path)})
		malformed := 0 // the armor is one line
		if bytes.HasPrefix(text, []byte("-----BEGIN PGP SIGNED")) {
			malformed = 1
		}
		_, block, _ := bytes.Cut(text, []byte("\nSHA256:\n"))
		want := 0
		for line := range bytes.Lines(block) {
			if line[0] != ' ' {
				break
			}
			want++
		}
		if got.Format != &list.Debian || len(got.Entries) != want || len(got.Malformed) != malformed {
			t.Errorf("%s: %d entries of %d, %d malformed lines, by %s", path, len(got.Entries), want, len(got.Malformed), nameOf(got.Format))
		}
	}
	if read == 0 {
		t.Skip("apt has no lists here")
	}
}

// NetBSD's mtree finds the files of a list that is written in its format.
func TestMtreeReadsWhatIsWritten(t *testing.T) {
	if _, err := exec.LookPath("mtree"); err != nil {
		t.Skip("mtree is not installed")
	}
	dir, names := makeFiles(t, []string{"plain.txt", "a b", "*star", "#hash", "=", "日本語", `back\slash`, "new\nline"})
	text := list.Mtree.Header(nil)
	for _, name := range names {
		e := list.Entry{Name: name, Hex: sha256Hex, Algorithm: digest.SHA256}
		e.SetSize(3)
		text = append(text, list.Mtree.Write(&e)...)
	}
	path := filepath.Join(t.TempDir(), "mtree")
	if err := os.WriteFile(path, text, 0o666); err != nil {
		t.Fatal(err)
	}
	if out, err := run(dir, "mtree", "-p", ".", "-f", path); err != nil || len(bytes.TrimSpace(out)) > 0 {
		t.Errorf("mtree of %q writes %q, %v", text, out, err)
	}
	if err := os.WriteFile(filepath.Join(dir, "a b"), []byte("xyz"), 0o666); err != nil {
		t.Fatal(err)
	}
	if out, err := run(dir, "mtree", "-p", ".", "-f", path); err == nil {
		t.Errorf("mtree doesn't see that a file changed: %q", out)
	}
}

// bsdtar takes the files of a list that is written in the format of mtree into an archive.
func TestBsdtarReadsTheMtreeThatIsWritten(t *testing.T) {
	if _, err := exec.LookPath("bsdtar"); err != nil {
		t.Skip("bsdtar is not installed")
	}
	dir, names := makeFiles(t, []string{"plain.txt", "a b", "*star", "#hash", "=", "日本語", `back\slash`, "new\nline", "..a"})
	text := list.Mtree.Header(nil)
	for _, name := range names {
		e := list.Entry{Name: name}
		for _, a := range digest.All() {
			one := list.Entry{Name: name, Hex: strings.Repeat("0a", a.Size()), Algorithm: a}
			if list.Mtree.Write(&one) == nil {
				continue
			}
			if e.Algorithm == digest.Unknown {
				e.Algorithm, e.Hex = a, one.Hex
			} else {
				e.AddDigest(one.Digest(0))
			}
		}
		if e.Digests() != 5 {
			t.Fatalf("mtree has %d algorithms", e.Digests())
		}
		e.SetSize(3)
		text = append(text, list.Mtree.Write(&e)...)
	}
	if err := os.WriteFile(filepath.Join(dir, "list.mtree"), text, 0o666); err != nil {
		t.Fatal(err)
	}
	archive := filepath.Join(t.TempDir(), "x.tar")
	if out, err := run(dir, "bsdtar", "-cf", archive, "@list.mtree"); err != nil || len(out) > 0 {
		t.Fatalf("bsdtar of %q writes %q, %v", text, out, err)
	}
	out, err := run(dir, "bsdtar", "-cf", "-", "--format=mtree", "--options", "mtree:!all,mtree:sha256,mtree:size,mtree:type", "@"+archive)
	if err != nil {
		t.Fatal(err)
	}
	got := parse(t, string(out), list.Options{})
	var read []string
	for _, e := range got.Entries {
		if size, _ := e.Size(); size != 3 || e.Hex != sha256Hex {
			t.Errorf("%q is archived with %d bytes and the digest %s", e.Name, size, e.Hex)
		}
		read = append(read, strings.TrimPrefix(e.Name, "./"))
	}
	slices.Sort(read)
	if want := slices.Sorted(slices.Values(names)); !slices.Equal(read, want) {
		t.Errorf("bsdtar archives %q, want %q", read, want)
	}
}
