package list_test

import (
	"testing"

	"github.com/checksig/checksig/go/internal/list"
)

func TestRecordHasPathsDigestsAndSizes(t *testing.T) {
	const digest = "sha256=" + sha256URLBase64
	const row = "a/b.py," + digest + ",3\n"
	checkFormats(t, []formatTest{
		{"a wheel", row + "a-1.dist-info/RECORD,,\r\n", list.Options{}, &list.Record, "1 \"a/b.py\" 3 bytes sha256\n2 listed \"a-1.dist-info/RECORD\"\n"},
		{"no size", "a," + digest + ",\n", list.Options{}, &list.Record, "1 \"a\" sha256\n"},
		{"quotes", "\"a,\"\"b\"\".py\"," + digest + ",3\n\" c\"," + digest + ",\"3\"\n", list.Options{}, &list.Record,
			"1 \"a,\\\"b\\\".py\" 3 bytes sha256\n2 \" c\" 3 bytes sha256\n"},
		{"blanks belong to the name", row + " a ," + digest + ",3\n", list.Options{}, &list.Record, "1 \"a/b.py\" 3 bytes sha256\n2 \" a \" 3 bytes sha256\n"},
		{"no comments", row + "#a," + digest + ",3\n", list.Options{}, &list.Record, "1 \"a/b.py\" 3 bytes sha256\n2 \"#a\" 3 bytes sha256\n"},
		{"a name with commas, without quotes", row + "a,b," + digest + ",3\n", list.Options{}, &list.Record,
			"1 \"a/b.py\" 3 bytes sha256\n2 malformed: the row has more or fewer fields than it must have\n"},
		{"hex", row + "c,sha256=" + sha256Hex + ",3\n", list.Options{}, &list.Record,
			"1 \"a/b.py\" 3 bytes sha256\n2 \"c\" 3 bytes sha256\n"},
		{"short hex", row + "c,sha256=" + sha1Hex + ",3\n", list.Options{}, &list.Record,
			"1 \"a/b.py\" 3 bytes sha256\n2 malformed: the digest is not base64 for URLs, without padding and of the algorithm's length\n"},
		{"padding", row + "c," + digest + "=,3\n", list.Options{}, &list.Record,
			"1 \"a/b.py\" 3 bytes sha256\n2 malformed: the digest is not base64 for URLs, without padding and of the algorithm's length\n"},
		{"no algorithm", row + "c," + sha256URLBase64 + ",3\n", list.Options{}, &list.Record,
			"1 \"a/b.py\" 3 bytes sha256\n2 malformed: expected \"PATH,ALGORITHM=DIGEST,SIZE\"\n"},
		{"an unsupported algorithm", row + "c,sm3=" + sha256URLBase64 + ",3\n", list.Options{}, &list.Record,
			"1 \"a/b.py\" 3 bytes sha256\n2 unsupported \"c\": algorithm \"sm3\"\n"},
		{"quotes without an end", row + "\"c," + digest + ",3\n", list.Options{Format: &list.Record}, &list.Record,
			"1 \"a/b.py\" 3 bytes sha256\n2 malformed: quotes in a field that is not in quotes, or quotes without an end\n"},
		{"quotes inside", row + "c\"d," + digest + ",3\n", list.Options{Format: &list.Record}, &list.Record,
			"1 \"a/b.py\" 3 bytes sha256\n2 malformed: quotes in a field that is not in quotes, or quotes without an end\n"},
		{"text after quotes", row + "\"c\"d," + digest + ",3\n", list.Options{Format: &list.Record}, &list.Record,
			"1 \"a/b.py\" 3 bytes sha256\n2 malformed: quotes in a field that is not in quotes, or quotes without an end\n"},
		{"no digest", "a,,\nb,,3\n", list.Options{Format: &list.Record}, &list.Record, "1 listed \"a\"\n2 listed \"b\"\n"},
		{"nothing but commas", row + ",,\n", list.Options{}, &list.Record, "1 \"a/b.py\" 3 bytes sha256\n2 malformed: the name is empty\n"},
	})
}
