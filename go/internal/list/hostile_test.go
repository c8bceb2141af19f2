package list_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/checksig/checksig/go/internal/list"
)

const sha256URLBase64 = "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0"

// A formatSample is a list of one format with one entry, whose fields are in braces. It is
// whole with the name a.txt, the size 3 and the digest of "abc".
var formatSamples = []struct {
	format   *list.Format
	text     string
	digest   string // as the list writes it
	fileName string
}{
	{&list.Coreutils, "{digest}  {name}\n", sha256Hex, ""},
	{&list.Coreutils, "{ALG} ({name}) = {digest}\n", sha256Hex, ""},
	{&list.OneSpace, "{digest} {name}\n", sha256Hex, ""},
	{&list.Zero, "{digest}  {name}\x00", sha256Hex, ""},
	{&list.Base64, "{digest}  {name}\n", sha256Base64, ""},
	{&list.Prefixed, "{alg}:{digest}  {name}\n", sha256Hex, ""},
	{&list.Pooch, "{name} {digest}\n", sha256Hex, ""},
	{&list.Sized, "{size}  {digest}  {name}\n", sha256Hex, ""},
	{&list.Hashdeep, "%%%% HASHDEEP-1.0\n%%%% size,sha256,filename\n{size},{digest},{name}\n", sha256Hex, ""},
	{&list.Record, "{name},{alg}={digest},{size}\nx.dist-info/RECORD,,\n", sha256URLBase64, "RECORD"},
	{&list.Debian, "Origin: Debian\nSHA256:\n {digest} {size} {name}\n", sha256Hex, "Release"},
	{&list.Debian, "Format: 1.8\nDistribution: sid\nChecksums-Sha256:\n {digest} {size} {name}\nFiles:\n " + md5Hex + " {size} misc optional {name}\n", sha256Hex, ""},
	{&list.Gentoo, "TIMESTAMP 2026-01-31T12:00:00Z\nDATA {name} {size} {ALG} {digest}\n", sha256Hex, "Manifest"},
	{&list.Distinfo, "TIMESTAMP = 1700000000\n{ALG} ({name}) = {digest}\nSIZE ({name}) = {size}\n", sha256Hex, "distinfo"},
	{&list.Mtree, "#mtree\n/set type=file uid=0\n{name} size={size} \\\n    {alg}digest={digest}\n", sha256Hex, ""},
	{&list.PrintMD, "{name}: {ALG} = {digest}\n", grouped(sha256Hex, 8), ""},
	{&list.Certutil, "{ALG} hash of {name}:\n{digest}\nCertUtil: -hashfile command completed successfully.\n", sha256Hex, ""},
	{&list.PowerShell, "\nAlgorithm : {ALG}\nHash      : {digest}\nPath      : {name}\n\n", sha256Hex, ""},
	{&list.PowerShell, "\nAlgorithm       Hash       Path\n---------       ----       ----\n{ALG}          {digest}       {name}\n\n", sha256Hex, ""},
	{&list.PowerShell, "\"Algorithm\",\"Hash\",\"Path\"\n\"{ALG}\",\"{digest}\",\"{name}\"\n", sha256Hex, ""},
	{&list.SevenZip, "7-Zip 26.02\n\n{ALG}" + strings.Repeat(" ", 68) + "Size  Name\n" + strings.Repeat("-", 64) + " -------------  -----\n{digest} {size}  {name}\n" +
		strings.Repeat("-", 64) + " -------------  -----\n" + sha256Hex + "             3  \n\nSize: 3\n\nEverything is Ok\n", sha256Hex, ""},
	{&list.S3Batch, s3Row("{name}", "{ALG}", "FULL_OBJECT", "{digest}"), sha256Hex, ""},
}

// grouped returns hex digits in upper case, in groups of this size.
func grouped(hex string, size int) string {
	var groups []string
	for g := range slices.Chunk([]byte(strings.ToUpper(hex)), size) {
		groups = append(groups, string(g))
	}
	return strings.Join(groups, " ")
}

// filled returns a sample with these fields; those that are not given are right.
func filled(i int, fields map[string]string) string {
	s := formatSamples[i]
	size := "3"
	if s.format == &list.SevenZip {
		size = strings.Repeat(" ", 12) + "3"
	}
	all := map[string]string{"name": "a.txt", "size": size, "digest": s.digest, "ALG": "SHA256", "alg": "sha256"}
	for k, v := range fields {
		all[k] = v
	}
	text := s.text
	for k, v := range all {
		text = strings.ReplaceAll(text, "{"+k+"}", v)
	}
	return text
}

// Each sample is recognised, and has the entry of a.txt.
func TestEverySampleIsRead(t *testing.T) {
	seen := map[*list.Format]bool{&list.Bare: true, &list.SFV: true} // these have no size and one algorithm
	for i, s := range formatSamples {
		seen[s.format] = true
		for _, text := range []string{filled(i, nil), strings.ReplaceAll(filled(i, nil), "\n", "\r\n"), "\ufeff" + filled(i, nil)} {
			got := parse(t, text, list.Options{})
			if len(got.Entries) != 1 || got.Format != s.format || len(got.Malformed) > 0 {
				t.Errorf("%q is read by %s as\n%s, want one entry of %s", text, nameOf(got.Format), shown(got), s.format.Name)
				continue
			}
			e := got.Entries[0]
			if e.Name != "a.txt" || !strings.EqualFold(e.Hex, sha256Hex) {
				t.Errorf("%q has the entry %+v", text, e)
			}
			if size, ok := e.Size(); ok != strings.Contains(s.text, "{size}") || ok && size != 3 {
				t.Errorf("%q has the size %d, %v", text, size, ok)
			}
		}
	}
	for _, f := range list.Formats() {
		if !seen[f] {
			t.Errorf("%s has no sample", f.Name)
		}
	}
}

// A field that is damaged makes a line malformed, with its number and a reason. Without
// a size or a digest that is right there is no entry that has one.
func TestADamagedFieldIsMalformed(t *testing.T) {
	long := strings.Repeat("9", 40)
	for _, field := range []struct {
		name   string
		values func(right string) []string
		entry  bool // there may be an entry: the field is in a line of its own
	}{
		{"size", func(string) []string {
			return []string{"-1", "+1", "18446744073709551616", "9223372036854775808", "1e3", "0x10", "3.5", long}
		}, true},
		{"digest", func(right string) []string {
			n := len(right)
			damaged := []string{right[:n-1], right[:n-4], right + "0", right + "00", "!" + right[1:], right[:10] + "\xff" + right[11:], right[:1]}
			if right == sha256Hex {
				damaged = append(damaged, right[:20]+"g"+right[21:])
			}
			return damaged
		}, false},
		{"ALG", func(string) []string { return []string{"SHA257", "SHA512", "NOPE", "SHA-", "\xff"} }, false},
		{"alg", func(string) []string { return []string{"sha257", "sha512", "nope", "sha-", "\xff"} }, false},
	} {
		for i, s := range formatSamples {
			if !strings.Contains(s.text, "{"+field.name+"}") {
				continue
			}
			for _, value := range field.values(s.digest) {
				wantDamaged(t, i, map[string]string{field.name: value}, field.entry)
			}
		}
	}
}

func wantDamaged(t *testing.T, i int, fields map[string]string, entry bool) {
	t.Helper()
	s := formatSamples[i]
	text := filled(i, fields)
	got, err := list.Parse(strings.NewReader(text), list.Options{Format: s.format})
	if err != nil {
		return
	}
	digests := 0
	for _, e := range got.Entries {
		digests += e.Digests()
		if e.Algorithm.String() == "md5" && s.format == &list.Debian {
			digests-- // in the block that is not damaged
		}
	}
	if s.format == &list.Mtree && fields["alg"] != "" && len(got.Listed) == 1 {
		return // another keyword; a warning says that the file has no digest
	}
	if len(got.Malformed) == 0 || got.Malformed[0].Line < 1 || got.Malformed[0].Reason == "" || !entry && digests > 0 {
		t.Errorf("%s: %q is read as\n%s", s.format.Name, text, shown(got))
	}
}

// Names are kept as they are, whatever they look like; what can't be a name is malformed.
func TestNamesOfAnyFormat(t *testing.T) {
	for i, s := range formatSamples {
		for _, name := range []string{"..", "../x", "/etc/passwd", "a/../b", "C:/x", "d/\xff\xfe", "ä", "..txt", "-", "a=b"} {
			if s.format == &list.Mtree && (name == ".." || name == "/etc/passwd") {
				wantDamaged(t, i, map[string]string{"name": name}, false)
				continue
			}
			got := parse(t, filled(i, map[string]string{"name": name}), list.Options{Format: s.format})
			if len(got.Entries) != 1 || got.Entries[0].Name != name {
				t.Errorf("%s: %q is read as\n%s", s.format.Name, name, shown(got))
			}
		}
		for _, name := range []string{"", "a\x00b", strings.Repeat("x", list.MaxLine)} {
			if s.format == &list.Zero && name == "a\x00b" {
				continue // an entry and a malformed line
			}
			if s.format == &list.Mtree && name == "" {
				continue // its lines are indented, so the next word is the name
			}
			wantDamaged(t, i, map[string]string{"name": name}, false)
		}
	}
}

// A list that ends anywhere has no entry whose digest is another than in the whole list,
// and what is left of its last line is reported, unless it is whole but for its name.
func TestATruncatedListGuessesNoDigest(t *testing.T) {
	for i, s := range formatSamples {
		if s.format == &list.Pooch {
			continue // nothing but its length says which algorithm a digest is of
		}
		whole := filled(i, nil)
		for n := range whole {
			got, err := list.Parse(strings.NewReader(whole[:n]), list.Options{Format: s.format})
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range got.Entries {
				for k := range e.Digests() {
					if hex := e.Digest(k).Hex; !strings.EqualFold(hex, sha256Hex) && hex != md5Hex {
						t.Errorf("%s: %q has the entry %+v", s.format.Name, whole[:n], e)
					}
				}
				if !strings.HasPrefix("a.txt", e.Name) {
					t.Errorf("%s: %q has the name %q", s.format.Name, whole[:n], e.Name)
				}
			}
		}
	}
}

// A line of another format is malformed, or read for what it is, but never skipped.
func TestMixedFormatsSkipNoDigest(t *testing.T) {
	for i := range formatSamples {
		first := filled(i, nil)
		for j, s := range formatSamples {
			second := filled(j, map[string]string{"name": "b.txt"})
			got := parse(t, first+second, list.Options{})
			hasB := slices.ContainsFunc(got.Entries, func(e list.Entry) bool { return strings.HasSuffix(e.Name, "b.txt") })
			if !hasB && len(got.Malformed) == 0 {
				t.Errorf("%s, then %s: %q is read as\n%s", formatSamples[i].format.Name, s.format.Name, first+second, shown(got))
			}
		}
	}
}
