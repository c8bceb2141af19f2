package list_test

import (
	"strings"
	"testing"

	"github.com/checksig/checksig/go/internal/list"
)

func TestMtreeHasKeywords(t *testing.T) {
	const sum = " sha256digest=" + sha256Hex
	const first, read = "#mtree\na type=file" + sum + "\n", "2 \"a\" sha256\n"
	checkFormats(t, []formatTest{
		{"full paths", "#mtree\n. type=dir mode=755\n./a uid=0 gid=0 mode=644 time=1.0 type=file size=3 md5digest=" + md5Hex + sum + "\n./l type=link link=a\n./d/b type=file sha1=" + sha1Hex + "\n",
			list.Options{}, &list.Mtree, "3 \"./a\" 3 bytes md5 sha256\n4 special \"./l\"\n5 \"./d/b\" sha1\n"},
		{"directories that are entered and left", "# a comment\n\n/set type=file\n.  type=dir\n    # another\n    a size=3" + sum + "\nd type=dir\n    b" + sum + "\n    e type=dir\n        c" + sum + "\n    ..\n    f" + sum + "\n..\n    g" + sum + "\n..\n",
			list.Options{}, &list.Mtree, "6 \"a\" 3 bytes sha256\n8 \"d/b\" sha256\n10 \"d/e/c\" sha256\n12 \"d/f\" sha256\n14 \"g\" sha256\n"},
		{"lines that continue", "#mtree\n/set type=file\n./a \\\n  size=3 \\\n " + sum + "\n./b" + sum + "\n", list.Options{}, &list.Mtree, "3 \"./a\" 3 bytes sha256\n6 \"./b\" sha256\n"},
		{"a line that continues, malformed", "#mtree\n./a type=file \\\n size=x\n./b type=file \\\n  size=3\n./c type=file" + sum + "\n", list.Options{}, &list.Mtree,
			"2 malformed: the size is not a number of bytes\n4 listed \"./b\"\n6 \"./c\" sha256\n"},
		{"a type that is unset", "#mtree\n/set type=dir\nd\n/unset type\na" + sum + "\n", list.Options{}, &list.Mtree, "5 \"d/a\" sha256\n"},
		{"too much that continues", first + strings.Repeat("x\\\n", list.MaxLine/2) + "b type=file" + sum + "\nc type=file" + sum, list.Options{}, &list.Mtree,
			read + "3 malformed: longer than 65,536 bytes\n32772 \"c\" sha256\n"},
		{"no digest", first + "./b type=file size=3\n", list.Options{}, &list.Mtree, read + "3 listed \"./b\"\n"},
		{"escapes", "#mtree\n./a\\040b\\sc\\#\\\\\\n\\M-C\\M-$\\^A\\M^A type=file" + sum + "\n", list.Options{}, &list.Mtree, "2 \"./a b c#\\\\\\nä\\x01\\x81\" sha256\n"},
		{"an unsupported algorithm beside another", "#mtree\na type=file rmd160digest=" + sha1Hex + sum + "\n", list.Options{}, &list.Mtree, "2 \"a\" sha256\n"},
		{"nothing but an unsupported algorithm", "#mtree\na type=file rmd160digest=" + sha1Hex + "\n", list.Options{}, &list.Mtree, "2 unsupported \"a\": algorithm \"rmd160digest\"\n"},
		{"an unknown escape", first + "b\\z type=file" + sum, list.Options{}, &list.Mtree, read + "3 malformed: unknown or incomplete escape in the name\n"},
		{"half an escape", first + "b\\04 type=file" + sum, list.Options{}, &list.Mtree, read + "3 malformed: unknown or incomplete escape in the name\n"},
		{"an escaped NUL", first + "b\\000 type=file" + sum, list.Options{}, &list.Mtree, read + "3 malformed: unknown or incomplete escape in the name\n"},
		{"an unknown type", first + "b type=door" + sum, list.Options{}, &list.Mtree, read + "3 malformed: unknown type of file\n"},
		{"an unknown keyword", first + "b type=file color=red" + sum, list.Options{}, &list.Mtree, read + "3 malformed: unknown keyword\n"},
		{"a digest of a link", first + "b type=link link=a" + sum, list.Options{}, &list.Mtree, read + "3 malformed: a digest, but the type is not that of a regular file\n"},
		{"a digest of a link, by /set", first + "/set type=link\nb" + sum, list.Options{}, &list.Mtree, read + "4 malformed: a digest, but the type is not that of a regular file\n"},
		{"a digest of a device, by /set", first + "/set type=block\n./b" + sum, list.Options{}, &list.Mtree, read + "4 malformed: a digest, but the type is not that of a regular file\n"},
		{"a digest of a directory, which is entered", first + "d type=dir" + sum + "\nb type=file" + sum, list.Options{}, &list.Mtree,
			read + "3 malformed: a digest, but the type is not that of a regular file\n4 \"d/b\" sha256\n"},
		{"an unsupported digest of a link", first + "b type=link rmd160digest=" + sha1Hex, list.Options{}, &list.Mtree, read + "3 malformed: a digest, but the type is not that of a regular file\n"},
		{"an algorithm twice", first + "b type=file sha256=" + sha256Hex + sum, list.Options{}, &list.Mtree, read + "3 malformed: two digests of one algorithm\n"},
		{"a digest for all", first + "/set type=file" + sum, list.Options{}, &list.Mtree, read + "3 malformed: \"/set\" can't give all files one size or digest\n"},
		{"no directory", first + "..\n", list.Options{}, &list.Mtree, read + "3 malformed: \"..\" without a directory that it leaves\n"},
		{"an absolute name", first + "/b type=file" + sum, list.Options{}, &list.Mtree, read + "3 malformed: expected a name and keywords, \"/set\", \"/unset\" or \"..\"\n"},
		{"no keywords", first + "b\n", list.Options{}, &list.Mtree, read + "3 malformed: expected a name and keywords, \"/set\", \"/unset\" or \"..\"\n"},
		{"the end in a line that continues", first + "b type=file \\\n", list.Options{}, &list.Mtree, read + "3 malformed: the list ends after a \"\\\", which says that the line continues\n"},
	})
}
