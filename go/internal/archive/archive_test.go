package archive_test

import (
	"encoding/hex"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/checksig/checksig/go/internal/archive"
	"github.com/checksig/checksig/go/internal/digest"
	"github.com/checksig/checksig/go/internal/job"
	"github.com/checksig/checksig/go/internal/jobtest"
	"github.com/checksig/checksig/go/internal/problem"
	"github.com/checksig/checksig/go/internal/treetest"
	"github.com/checksig/checksig/go/internal/verdict"
)

// run runs a job, and returns its results in the order of their names.
func run(t *testing.T, r archive.Request) ([]verdict.Result, *job.Summary) {
	t.Helper()
	if r.Algorithms == nil {
		r.Algorithms = []digest.Algorithm{digest.SHA256}
	}
	j, err := archive.Start(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	results, s := jobtest.Drain(j)
	slices.SortFunc(results, func(a, b verdict.Result) int { return strings.Compare(a.Path, b.Path) })
	return results, s
}

// recorded returns what the results of a first scan say.
func recorded(t *testing.T, results []verdict.Result) (all []archive.Record) {
	t.Helper()
	for _, r := range results {
		if r.Status != verdict.Added || r.Fails {
			t.Fatalf("%s is %v", r.Path, r.Status)
		}
		sums, err := hex.DecodeString(r.Found.Sums)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, archive.Record{Name: r.Path, Info: r.Found.Info, Sums: string(sums)})
	}
	return all
}

func briefs(results []verdict.Result) []string {
	all := jobtest.Briefs(results)
	for i, r := range results {
		if r.Status == verdict.Moved {
			all[i] += " to " + r.Found.Name
		}
	}
	return all
}

// A change is what happens to the files a=1, d/b=22, d/c=333 and e= with the time then. The
// helpers are relative to the root.
type at string

func (root at) path(name string) string { return filepath.Join(string(root), name) }

func (root at) must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (root at) write(t *testing.T, name, text string, when time.Time) {
	root.must(t, os.MkdirAll(filepath.Dir(root.path(name)), 0o755))
	root.must(t, os.WriteFile(root.path(name), []byte(text), 0o644))
	root.must(t, os.Chtimes(root.path(name), when, when))
}

func (root at) rename(t *testing.T, from, to string) {
	root.must(t, os.Rename(root.path(from), root.path(to)))
}

func (root at) remove(t *testing.T, name string) { root.must(t, os.RemoveAll(root.path(name))) }

var (
	then  = time.Unix(1e9, 123456789)
	later = time.Unix(1e9, 123456790)
)

func made(t *testing.T) at {
	root := at(treetest.Make(t))
	for name, text := range map[string]string{"a": "1", "d/b": "22", "d/c": "333", "e": ""} {
		root.write(t, name, text, then)
	}
	return root
}

func TestAScanAndACheckSayHowFilesDifferFromTheirRecords(t *testing.T) {
	for name, tt := range map[string]struct {
		change      func(t *testing.T, root at)
		scan, check []string // with the verdicts that are not "ok", and those that are to be recorded
	}{
		"nothing": {func(*testing.T, at) {}, nil, nil},
		"a new file": {
			func(t *testing.T, root at) { root.write(t, "n", "new", then) },
			[]string{"n added"}, nil,
		},
		"a hidden file in a hidden directory": {
			func(t *testing.T, root at) { root.write(t, ".d/.n", "new", then) },
			[]string{".d/.n added"}, nil,
		},
		"another content of another size": {
			func(t *testing.T, root at) { root.write(t, "a", "other", then) },
			[]string{"a modified"}, []string{"a modified"},
		},
		"another content of another time, to the nanosecond": {
			func(t *testing.T, root at) { root.write(t, "a", "2", later) },
			[]string{"a modified"}, []string{"a modified"},
		},
		"an earlier time": {
			func(t *testing.T, root at) { root.write(t, "a", "2", then.Add(-time.Hour)) },
			[]string{"a modified"}, []string{"a modified"},
		},
		"another content alone": {
			func(t *testing.T, root at) { root.write(t, "a", "2", then) },
			nil, []string{"a rotten"},
		},
		"another time alone": {
			func(t *testing.T, root at) { root.write(t, "a", "1", later) },
			[]string{"a ok"}, []string{"a ok"},
		},
		"a file that is gone": {
			func(t *testing.T, root at) { root.remove(t, "a") },
			[]string{"a missing"}, []string{"a missing"},
		},
		"a directory that is gone": {
			func(t *testing.T, root at) { root.remove(t, "d") },
			[]string{"d/b missing", "d/c missing"}, []string{"d/b missing", "d/c missing"},
		},
		"a file under another name": {
			func(t *testing.T, root at) { root.rename(t, "a", "z") },
			[]string{"a moved to z"}, []string{"a missing"},
		},
		"an empty file under another name": {
			func(t *testing.T, root at) { root.rename(t, "e", "z") },
			[]string{"e moved to z"}, []string{"e missing"},
		},
		"a directory under another name": {
			func(t *testing.T, root at) { root.rename(t, "d", "z") },
			[]string{"d/b moved to z/b", "d/c moved to z/c"}, []string{"d/b missing", "d/c missing"},
		},
		"two files that change places": {
			func(t *testing.T, root at) {
				root.rename(t, "d/b", "z")
				root.rename(t, "d/c", "d/b")
				root.rename(t, "z", "d/c")
			},
			[]string{"d/b modified", "d/c modified"}, []string{"d/b modified", "d/c modified"},
		},
		"a copy in another place": {
			func(t *testing.T, root at) { root.remove(t, "a"); root.write(t, "z", "1", later) },
			[]string{"a moved to z"}, []string{"a missing"},
		},
		"an empty file elsewhere, which says nothing": {
			func(t *testing.T, root at) { root.remove(t, "e"); root.write(t, "z", "", later) },
			[]string{"e missing", "z added"}, []string{"e missing"},
		},
		"one file gone and two copies": {
			func(t *testing.T, root at) {
				root.remove(t, "a")
				root.write(t, "y", "1", later)
				root.write(t, "z", "1", later)
			},
			[]string{"a moved to y", "z added"}, []string{"a missing"},
		},
		"a hard link": {
			func(t *testing.T, root at) { root.must(t, os.Link(root.path("a"), root.path("z"))) },
			[]string{"z added"}, nil,
		},
		"a directory in the place of a file": {
			func(t *testing.T, root at) { root.remove(t, "a"); root.write(t, "a/x", "new", then) },
			[]string{"a missing", "a/x added"}, []string{"a not_regular"},
		},
		"a link to a file": {
			func(t *testing.T, root at) { root.must(t, os.Symlink("a", root.path("l"))) },
			nil, nil,
		},
		"a link in the place of a file": {
			func(t *testing.T, root at) { root.rename(t, "a", "z"); root.must(t, os.Symlink("z", root.path("a"))) },
			[]string{"a not_regular", "z added"}, nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			root := made(t)
			request := archive.Request{Request: job.Request{Root: string(root)}}
			results, _ := run(t, request)
			request.Records = recorded(t, results)
			tt.change(t, root)
			results, s := run(t, request)
			if got := briefs(results); !slices.Equal(got, tt.scan) {
				t.Errorf("scan: %q, want %q", got, tt.scan)
			}
			fails := slices.ContainsFunc(results, func(r verdict.Result) bool { return r.Fails })
			if s.Err != nil || s.OK == fails {
				t.Errorf("scan: OK %v, %v, but %q", s.OK, s.Err, briefs(results))
			}
			request.Check = true
			results, s = run(t, request)
			if total := int64(len(results)); total != 4 || s.Counts[verdict.OK]+int64(len(failing(results))) != total {
				t.Errorf("check: %d results of 4 files, counts %v", total, s.Counts)
			}
			results = slices.DeleteFunc(results, func(r verdict.Result) bool { return r.Status == verdict.OK && r.Found == nil })
			if got := briefs(results); !slices.Equal(got, tt.check) {
				t.Errorf("check: %q, want %q", got, tt.check)
			}
		})
	}
}

func failing(results []verdict.Result) []verdict.Result {
	return slices.DeleteFunc(slices.Clone(results), func(r verdict.Result) bool { return !r.Fails })
}

func TestWhatIsFoundIsTheStateOfTheFileAndAllDigests(t *testing.T) {
	root := made(t)
	request := archive.Request{Request: job.Request{Root: string(root)}, Algorithms: []digest.Algorithm{digest.MD5, digest.SHA256}}
	results, _ := run(t, request)
	if got := results[0].Found; got.Size != 1 || got.ModTime != then.UnixNano() || got.Sums != "c4ca4238a0b923820dcc509a6f75849b"+treetest.SHA256("1") {
		t.Errorf("found %+v", got)
	}
	request.Records = recorded(t, results)
	request.Check = true
	request.Records[0].Sums = request.Records[0].Sums[:16] + strings.Repeat("x", 32) // the second digest differs
	results, _ = run(t, request)
	if r := results[0]; r.Status != verdict.Rotten || r.Algorithm != digest.SHA256 || r.Actual != treetest.SHA256("1") {
		t.Errorf("result %+v", r)
	}
}

func TestAnotherFileWithAReusedInodeIsNotTheRecordedOne(t *testing.T) {
	root := made(t)
	request := archive.Request{Request: job.Request{Root: string(root)}}
	results, _ := run(t, request)
	request.Records = recorded(t, results)
	root.rename(t, "a", "z")
	root.write(t, "z", "2", later) // the same inode, as after a deletion
	if results, _ := run(t, request); !slices.Equal(briefs(results), []string{"a missing", "z added"}) {
		t.Errorf("got %q", briefs(results))
	}
}

func TestAFileSystemThatMakesUpInodesHasFilesRead(t *testing.T) {
	root := made(t)
	request := archive.Request{Request: job.Request{Root: string(root)}}
	results, _ := run(t, request)
	request.Records = recorded(t, results)
	root.rename(t, "d/b", "d/z")
	root.write(t, "d/z", "xx", then) // another content, with the size, time and inode of d/b
	if results, _ := run(t, request); !slices.Equal(briefs(results), []string{"d/b moved to d/z"}) {
		t.Fatalf("with inodes that stay: %q", briefs(results))
	}
	for i := range request.Records {
		if request.Records[i].Name != "d/b" {
			request.Records[i].Inode += 1 << 40
		}
	}
	if results, _ := run(t, request); !slices.Equal(briefs(results), []string{"d/b missing", "d/z added"}) {
		t.Errorf("with inodes that don't: %q", briefs(results))
	}
}

func TestAFileInThePlaceOfAnotherIsRead(t *testing.T) {
	for name, tt := range map[string]struct {
		text        string
		isMadeUp    bool // the inodes of all others differ, too
		scan, check []string
	}{
		"with another content":                          {"xx", false, []string{"d/b modified"}, []string{"d/b modified"}},
		"with the same content":                         {"22", false, []string{"d/b ok"}, []string{"d/b ok"}},
		"with another content, where inodes don't stay": {"xx", true, nil, []string{"a ok", "d/b rotten", "d/c ok", "e ok"}},
	} {
		t.Run(name, func(t *testing.T) {
			root := made(t)
			request := archive.Request{Request: job.Request{Root: string(root)}}
			results, _ := run(t, request)
			request.Records = recorded(t, results)
			if request.Records[0].Inode == 0 {
				t.Skip("no inodes")
			}
			root.write(t, "new", tt.text, then)
			root.rename(t, "new", "d/b")
			for i := range request.Records {
				if tt.isMadeUp {
					request.Records[i].Inode += 1 << 40
				}
			}
			results, s := run(t, request)
			if got := briefs(results); !slices.Equal(got, tt.scan) || s.Counts[verdict.OK]+int64(len(failing(results))) != 4 {
				t.Errorf("scan: %q, counts %v", got, s.Counts)
			}
			request.Check = true
			results, s = run(t, request)
			if s.Counts[verdict.OK]+int64(len(failing(results))) != 4 {
				t.Errorf("check: counts %v", s.Counts)
			}
			results = slices.DeleteFunc(results, func(r verdict.Result) bool { return r.Status == verdict.OK && r.Found == nil })
			if got := briefs(results); !slices.Equal(got, tt.check) {
				t.Errorf("check: %q", got)
			}
		})
	}
}

func TestWhatIsBeneathADirectoryThatCantBeReadIsNotMissing(t *testing.T) {
	if os.Getuid() == 0 {
		t.Skip("root may read every directory")
	}
	root := made(t)
	request := archive.Request{Request: job.Request{Root: string(root)}}
	results, _ := run(t, request)
	request.Records = recorded(t, results)
	for name, mode := range map[string]os.FileMode{"not to list": 0o300, "not to search": 0o400} {
		root.must(t, os.Chmod(root.path("d"), mode))
		results, s := run(t, request)
		root.must(t, os.Chmod(root.path("d"), 0o700))
		if got := briefs(results); !slices.Equal(got, []string{"d unreadable"}) || s.OK {
			t.Errorf("%s: %q", name, got)
		}
	}
}

func TestARootWithoutFilesHasNoVerdict(t *testing.T) {
	for name, records := range map[string][]archive.Record{
		"nothing is recorded": nil,
		"a file is recorded":  {{Name: "a", Sums: strings.Repeat("x", 32)}},
	} {
		request := archive.Request{Request: job.Request{Root: treetest.Make(t, "d/", "l -> x")}, Records: records}
		results, s := run(t, request)
		if code := problem.From(s.Err).Code; code != problem.NoFiles || len(results) > 0 {
			t.Errorf("%s: %v, %q", name, s.Err, briefs(results))
		}
	}
}

func TestExcludedNamesAreNoFilesOfAnArchive(t *testing.T) {
	root := made(t)
	request := archive.Request{Request: job.Request{Root: string(root), Exclude: []string{"d/", "!d/b", "e"}}}
	if results, _ := run(t, request); !slices.Equal(briefs(results), []string{"a added"}) {
		t.Errorf("got %q", briefs(results))
	}
}

func TestWhatTheCallerWritesIsNotRecorded(t *testing.T) {
	root := made(t)
	request := archive.Request{Request: job.Request{Root: string(root)}, Outputs: []string{root.path("d/b"), root.path("a")}}
	if results, _ := run(t, request); !slices.Equal(briefs(results), []string{"d/c added", "e added"}) {
		t.Errorf("got %q", briefs(results))
	}
}

func TestNamesThatAreNotRecordedAreInAWarning(t *testing.T) {
	root := treetest.Make(t, "a=1", "l1 -> a", "l2 -> a", "l3 -> a", "l4 -> a")
	_, s := run(t, archive.Request{Request: job.Request{Root: root}})
	want := "4 names are not recorded, not of regular files: l1, l2, l3 and 1 more"
	if len(s.Warnings) != 1 || s.Warnings[0].Code != problem.FilesLeftOut || s.Warnings[0].Text != want {
		t.Errorf("warnings %+v", s.Warnings)
	}
}

func TestUnusableRequestsAreRefused(t *testing.T) {
	common := job.Request{Root: t.TempDir()}
	for name, r := range map[string]archive.Request{
		"no algorithm": {Request: common},
		"not sorted":   {Request: common, Algorithms: []digest.Algorithm{digest.SHA256}, Records: []archive.Record{{Name: "b"}, {Name: "a"}}},
	} {
		if _, err := archive.Start(t.Context(), r); problem.From(err).Code != problem.InvalidArgument {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestManyFilesAreFoundWhileOthersAreRead(t *testing.T) {
	const n = 5000
	root := at(treetest.Make(t))
	for i := range n {
		root.write(t, filepath.Join(string(rune('a'+i%20)), strings.Repeat("x", i/20+1)[:min(200, i/20+1)]+string(rune('a'+i%7))), string(rune(i)), then)
	}
	request := archive.Request{Request: job.Request{Root: string(root)}}
	results, s := run(t, request)
	request.Records = recorded(t, results)
	if int64(len(results)) != s.Counts[verdict.Added] || s.Counts[verdict.Added] < n/2 {
		t.Fatalf("%d results, counts %v", len(results), s.Counts)
	}
	results, s = run(t, request)
	if len(results) > 0 || s.Counts[verdict.OK] != int64(len(request.Records)) {
		t.Errorf("%d results, counts %v", len(results), s.Counts)
	}
}
