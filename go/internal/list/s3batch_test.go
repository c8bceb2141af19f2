package list_test

import (
	"encoding/base64"
	"encoding/hex"
	"slices"
	"strings"
	"testing"

	"github.com/checksig/checksig/go/internal/digest"
	"github.com/checksig/checksig/go/internal/list"
)

// s3Row returns a row of a report, as S3 writes it.
func s3Row(key, algorithm, kind, digits string) string {
	return s3RowOf(key, `{""etag"":""3c3c1813042989094598e4b57ecbdc82"",""checksumAlgorithm"":""`+algorithm+`"",""checksumType"":""`+kind+`"",""checksum_hex"":""`+digits+`""}`)
}

func s3RowOf(key, message string) string {
	return "bucket," + key + `,,succeeded,200,,"` + message + "\"\n"
}

const (
	s3Header = "Bucket, Key, VersionId, TaskStatus, ErrorCode, HTTPStatusCode, ResultMessage\n"
	// Rows as in the documentation of S3. The second one is no valid CSV.
	s3Documented = `amzn-s3-demo-bucket1,s3-standard-1mb-test-object,,succeeded,200,,"{""checksum_base64"":""bS9TOQ\u003d\u003d"",""etag"":""3c3c1813042989094598e4b57ecbdc82"",""checksumAlgorithm"":""CRC32"",""checksumType"":""FULL_OBJECT"",""checksum_hex"":""6D2F5339""}"` + "\n"
	s3Failed     = `amzn-s3-demo-bucket1,image_14975,,failed,200,PermanentFailure,"error details: {""failureMessage"":"Task 2845ca0d-38d9-4c4b-abcf-379dc749c452 Key not found", ""errorCode"": "404"}"` + "\n"
	s3Fields     = "the row has more or fewer fields than it must have"
	s3NoChecksum = `the result message has no checksum with its algorithm; is the report of another operation than "Compute checksum"?`
	s3Failure    = "the task did not succeed, so the object has no digest"
	s3Composite  = "checksum of the parts of an object, not of the object as a whole; compute it again with the type FULL_OBJECT"
	s3NoJSON     = "the result message is not the JSON of a checksum"
)

// sampleOf returns the number of the last sample of a format.
func sampleOf(f *list.Format) int {
	for i := range slices.Backward(formatSamples) {
		if formatSamples[i].format == f {
			return i
		}
	}
	return -1
}

func TestAReportOfS3HasTheDigestsOfObjects(t *testing.T) {
	good := s3Row("a", "SHA256", "FULL_OBJECT", strings.ToUpper(sha256Hex))
	raw, _ := hex.DecodeString(sha256Hex)
	inBase64 := base64.StdEncoding.EncodeToString(raw)
	checkFormats(t, []formatTest{
		{"as documented", s3Documented + s3Failed, list.Options{}, &list.S3Batch,
			"1 \"s3-standard-1mb-test-object\" crc32\n2 malformed: " + s3Failure + ": \"PermanentFailure\"\n"},
		{"with a header, and another one where two reports are joined", s3Header + good + s3Header + s3Row("b", "MD5", "FULL_OBJECT", md5Hex), list.Options{}, &list.S3Batch,
			"2 \"a\" sha256\n4 \"b\" md5\n"},
		{"a failed task first", s3Failed + good, list.Options{}, &list.S3Batch, "1 malformed: " + s3Failure + ": \"PermanentFailure\"\n2 \"a\" sha256\n"},
		{"the codes in the other order", strings.Replace(good, ",200,,", ",,200,", 1), list.Options{}, &list.S3Batch, "1 \"a\" sha256\n"},
		{"a failed task, and the codes in the other order", good + "bucket,b,,failed,NoSuchKey,404,gone\n", list.Options{}, &list.S3Batch,
			"1 \"a\" sha256\n2 malformed: " + s3Failure + ": \"NoSuchKey\"\n"},
		{"a failed task without a code", good + "bucket,b,,failed,500,,\n", list.Options{}, &list.S3Batch, "1 \"a\" sha256\n2 malformed: " + s3Failure + "\n"},
		{"all fields in quotes", `"bucket","a","v1","succeeded","200","","{""checksum_hex"":""` + md5Hex + `"",""checksumAlgorithm"":""MD5"",""checksumType"":""FULL_OBJECT""}"` + "\r\n",
			list.Options{}, &list.S3Batch, "1 \"a\" md5\n"},
		{"base64 alone", s3RowOf("a", `{""checksum_base64"":""`+strings.ReplaceAll(inBase64, "=", `\u003d`)+`"",""checksumAlgorithm"":""SHA256"",""checksumType"":""FULL_OBJECT""}`),
			list.Options{}, &list.S3Batch, "1 \"a\" sha256\n"},
		{"escapes in keys", s3Row("d%2Fa+b%2bc%C3%A4%0A%25", "MD5", "FULL_OBJECT", md5Hex), list.Options{}, &list.S3Batch, "1 \"d/a b+cä\\n%\" md5\n"},
		{"versions of a key are entries of their own", good + good, list.Options{}, &list.S3Batch, "1 \"a\" sha256\n2 \"a\" sha256\n"},
		{"an algorithm that is not supported", s3Row("a", "CRC64NVME", "FULL_OBJECT", md5Hex[:16]) + good, list.Options{}, &list.S3Batch,
			"1 unsupported \"a\": algorithm \"CRC64NVME\"\n2 \"a\" sha256\n"},
		{"a digest of parts", s3Row("a", "SHA256", "COMPOSITE", sha256Hex) + good, list.Options{}, &list.S3Batch, "1 unsupported \"a\": " + s3Composite + "\n2 \"a\" sha256\n"},
		{"an object that stands for a directory", s3Row("d/", "MD5", "FULL_OBJECT", "d41d8cd98f00b204e9800998ecf8427e") + good, list.Options{}, &list.S3Batch,
			"1 special \"d/\"\n2 \"a\" sha256\n"},
	})
}

func TestADigestInAReportOfS3IsAsItIsWritten(t *testing.T) {
	if e := parse(t, s3Documented, list.Options{}).Entries[0]; e.Hex != "6d2f5339" || e.Algorithm != digest.CRC32 {
		t.Errorf("got %+v", e)
	}
}

// No row of these is taken for an entry.
func TestADamagedReportOfS3IsMalformed(t *testing.T) {
	good := s3Row("a", "SHA256", "FULL_OBJECT", sha256Hex)
	row := func(old, new string) string {
		return strings.Replace(s3Row("b", "MD5", "FULL_OBJECT", md5Hex), old, new, 1)
	}
	for name, tt := range map[string][2]string{
		"broken JSON":                      {row("{", "["), s3NoJSON},
		"JSON cut short":                   {row(`""}"`, `"`), s3NoJSON},
		"JSON of something else":           {s3RowOf("b", "[]"), s3NoJSON},
		"a number for a digest":            {row(`""`+md5Hex+`""`, "1"), s3NoJSON},
		"no JSON":                          {s3RowOf("b", ""), s3NoJSON},
		"no checksum":                      {s3RowOf("b", `{""CopyObjectResult"":1}`), s3NoChecksum},
		"no algorithm":                     {row(`""checksumAlgorithm"":""MD5"",`, ""), s3NoChecksum},
		"no digest":                        {row(`,""checksum_hex"":""`+md5Hex+`""`, ""), "the name has no digest"},
		"no digest of an unsupported one":  {s3Row("b", "CRC64NVME", "FULL_OBJECT", "what"), "the name has no digest"},
		"a digest cut short":               {row(md5Hex, md5Hex[2:]), "the digest has 30 hex digits, but md5 has 32 (the algorithm comes from the line's tag)"},
		"no hex digits":                    {row(md5Hex, "x"+md5Hex[1:]), `the digest contains "x", which is not a hex digit`},
		"base64 that differs":              {row(`""checksum_hex""`, `""checksum_base64"":""1B2M2Y8AsgTpgAmY7PhCfg=="",""checksum_hex""`), "the digests in hex and in base64 differ"},
		"base64 of another length":         {row(`""checksum_hex""`, `""checksum_base64"":""bS9TOQ=="",""checksum_hex""`), "the digest is not valid base64 of the algorithm's length"},
		"no type":                          {row(`""checksumType"":""FULL_OBJECT"",`, ""), `the "checksumType" is not "FULL_OBJECT"`},
		"another type":                     {row("FULL_OBJECT", "HALF"), `the "checksumType" is not "FULL_OBJECT"`},
		"another bucket":                   {row("bucket", "tekcub"), "another bucket than in the rows before; make a list of each bucket"},
		"a column less":                    {row(",,succeeded", ",succeeded"), s3Fields},
		"a column more":                    {row(",200", ",,200"), s3Fields},
		"quotes without an end":            {row("\"\n", "\n"), "quotes in a field that is not in quotes, or quotes without an end"},
		"a key with a line end in quotes":  {row("b,", "\"b\nc\","), "quotes in a field that is not in quotes, or quotes without an end"},
		"no key":                           {row(",b,", ",,"), "the name is empty"},
		"half an escape":                   {row(",b,", ",b%2,"), `the key has a "%" that does not begin an escape such as "%20", or is NUL`},
		"no escape":                        {row(",b,", ",100%,"), `the key has a "%" that does not begin an escape such as "%20", or is NUL`},
		"NUL":                              {row(",b,", ",b%00,"), `the key has a "%" that does not begin an escape such as "%20", or is NUL`},
		"a directory with content":         {row(",b,", ",b/,"), `the key ends with "/", as the name of no file does, but the object has content`},
		"a line of another format":         {md5Hex + "  b\n", s3Fields},
		"a task of which nothing is known": {row("succeeded", "pending"), s3Failure},
	} {
		got := parse(t, good+tt[0], list.Options{})
		if len(got.Entries) != 1 || got.Entries[0].Name != "a" || len(got.Malformed) == 0 || got.Malformed[0].Reason != tt[1] || got.Malformed[0].Name != "" {
			t.Errorf("%s: %q is read as %s", name, tt[0], shown(got))
		}
	}
}

func TestCSVThatIsNoReportOfS3IsNotTakenForOne(t *testing.T) {
	for _, text := range []string{
		"a,b,c,d,e,f,g\n", "bucket,key,,succeeded,,,\n", "bucket,,,succeeded,200,,x\n", "bucket,key,succeeded,200\n", ",key,,failed,404,,\n",
	} {
		if got := parse(t, text, list.Options{}); got.Format != nil {
			t.Errorf("%q is of the format %s", text, got.Format.Name)
		}
	}
}

func FuzzAMessageOfS3IsReadAsTheLibraryReadsIt(f *testing.F) {
	for _, message := range []string{
		`{"checksum_base64":"bS9TOQ\u003d\u003d","etag":"3c3c","checksumAlgorithm":"CRC32","checksumType":"FULL_OBJECT","checksum_hex":"6D2F5339"}`,
		`{"checksum_hex":"a","checksum_hex":"b"}`, `{"Checksum_Hex":"a"}`, `{"checksum_hex": "a"}`, `{"checksum_hex":"\""}`, `{"checksum_hex":"a\\u003d"}`,
		`{}`, `{"a":"b",}`, `{"a":"b"}x`, `{"a":"b"`, `{"a":1}`, `{"\u003d":"ä"}`, "{\"a\":\"\t\"}", "",
	} {
		f.Add(message)
	}
	f.Fuzz(func(t *testing.T, message string) {
		if fast, slow, ok := list.ReadS3(message); ok && fast != slow {
			t.Errorf("%q is read as %+v, want %+v", message, fast, slow)
		}
	})
}

func TestAMessageAsDocumentedIsReadTheFasterWay(t *testing.T) {
	_, message, _ := strings.Cut(strings.TrimSuffix(s3Documented, "\"\n"), `"`)
	if _, _, ok := list.ReadS3(strings.ReplaceAll(message, `""`, `"`)); !ok {
		t.Errorf("%s is not", message)
	}
}
