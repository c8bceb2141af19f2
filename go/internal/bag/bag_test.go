package bag

import (
	"errors"
	"io"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/checksig/checksig/go/internal/digest"
	"github.com/checksig/checksig/go/internal/treetest"
)

const declaration = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"

// read reads a bag whose tag files have these texts.
func read(files map[string]string) (*Bag, error) {
	var names []string
	for name := range files {
		names = append(names, name)
	}
	return Read(names, func(name string) (io.ReadCloser, error) {
		text, ok := files[name]
		if !ok {
			return nil, fs.ErrNotExist
		}
		return io.NopCloser(strings.NewReader(text)), nil
	})
}

// wide encodes a text of characters below U+10000.
func wide(s string, mark string, little bool) string {
	b := []byte(mark)
	for _, r := range s {
		high, low := byte(r>>8), byte(r)
		if little {
			high, low = low, high
		}
		b = append(b, high, low)
	}
	return string(b)
}

func TestTagFilesAreReadInTheirEncoding(t *testing.T) {
	line := treetest.SHA256("in") + " data/é\n"
	latin := strings.ReplaceAll(line, "é", "\xe9")
	for _, tt := range []struct {
		encoding, manifest string
		want               []string // names
		malformed          int
	}{
		{"UTF-8", line, []string{"data/é"}, 0},
		{"utf8", utf8BOM + line, []string{"data/é"}, 0},
		{"UTF-8", latin, nil, 1},
		{"ISO-8859-1", latin, []string{"data/é"}, 0},
		{"US-ASCII", line, nil, 1},
		{"ASCII", strings.ReplaceAll(line, "é", "e"), []string{"data/e"}, 0},
		{"UTF-16", wide(line, "\xfe\xff", false), []string{"data/é"}, 0},
		{"UTF-16", wide(line, "\xff\xfe", true), []string{"data/é"}, 0},
		{"UTF-16", wide(line, "", false), []string{"data/é"}, 0},
		{"utf-16le", wide(line, "", true), []string{"data/é"}, 0},
		{"UTF-16BE", wide(line, "", false) + "\x00", []string{"data/é"}, 1},
		{"UTF-16BE", wide(strings.ReplaceAll(line, "é", "\ue000"), "", false)[:2*(64+6)] + "\xd8\x3d\xde\x00", []string{"data/😀"}, 0},
		{"UTF-16BE", wide(treetest.SHA256("in")+" data/", "", false) + "\xd8\x3d\x00\n", nil, 1},
	} {
		b, err := read(map[string]string{
			Declaration:           "BagIt-Version: 0.97\nTag-File-Character-Encoding: " + tt.encoding + "\n",
			"manifest-sha256.txt": tt.manifest,
		})
		if err != nil {
			t.Errorf("%s: %v", tt.encoding, err)
			continue
		}
		m := b.Payload[0]
		var got []string
		for _, e := range m.Entries {
			got = append(got, e.Name)
		}
		if !slices.Equal(tt.want, got) || tt.malformed != len(m.Malformed) {
			t.Errorf("%s: want %q and %d malformed lines, got %q and %v", tt.encoding, tt.want, tt.malformed, got, m.Malformed)
		}
	}
}

func TestManifestsAreKnownByTheirNames(t *testing.T) {
	for name, want := range map[string]digest.Algorithm{
		"manifest-md5.txt": digest.MD5, "manifest-SHA256.TXT": digest.SHA256, "manifest-sha-512.txt": digest.SHA512,
		"manifest-sha3256.txt": digest.SHA3_256, "manifest-sha3_256.txt": digest.SHA3_256, "manifest-sha512256.txt": digest.SHA512_256,
		"manifest-blake2b512.txt": digest.BLAKE2b_512, "manifest-blake2b.txt": digest.BLAKE2b_512, "manifest-tiger.txt": digest.Unknown,
	} {
		b, err := read(map[string]string{Declaration: declaration, name: ""})
		if err != nil || want != b.Payload[0].Algorithm {
			t.Errorf("%s: want %v, got %+v, %v", name, want, b, err)
		}
	}
	for _, name := range []string{"manifest-.txt", "manifest-md5", "xmanifest-md5.txt", "manifest_md5.txt", "tagmanifest-md5.txt"} {
		var bad *Error
		if _, err := read(map[string]string{Declaration: declaration, name: ""}); !errors.As(err, &bad) {
			t.Errorf("%s is a payload manifest", name)
		}
	}
}

func TestWhatIsWrittenIsReadBack(t *testing.T) {
	for _, name := range []string{"data/a", "data/ a ", "data/*", "data/100%", "data/%0A", "data/a\nb\rc", "data/%2525", "data/é"} {
		b, err := read(map[string]string{Declaration: DeclarationText(), "manifest-sha256.txt": Line(treetest.SHA256("in"), name)})
		if err != nil || len(b.Payload[0].Entries) != 1 || name != b.Payload[0].Entries[0].Name {
			t.Errorf("%q is read as %+v, %v", name, b, err)
		}
	}
}

func FuzzRead(f *testing.F) {
	line := treetest.SHA256("in") + " data/é\n"
	f.Add(declaration, line, "a: b\nPayload-Oxum: 1.2\n", "http://x 1 data/a\n")
	f.Add(strings.Replace(declaration, "UTF-8", "UTF-16", 1), wide(line, "\xff\xfe", true), "\xd8", "what")
	f.Add(strings.Replace(declaration, "1.0", "0.93", 1), line+line, " x", "")
	f.Fuzz(func(t *testing.T, declaration, manifest, info, fetch string) {
		b, err := read(map[string]string{
			Declaration: declaration, "manifest-sha256.txt": manifest, "tagmanifest-md5.txt": manifest, "bag-info.txt": info, Fetch: fetch,
		})
		if err != nil {
			return
		}
		for _, m := range append(b.Payload, b.Tags...) {
			for _, e := range m.Entries {
				if leadsOut(e.Name) || !utf8.ValidString(e.Name) || IsPayload(e.Name) != slices.Contains(b.Payload, m) || len(e.Hex) != 2*m.Algorithm.Size() {
					t.Errorf("%s has %+v", m.Name, e)
				}
			}
		}
	})
}
