package manifest

import "strings"

// Line is one entry as coreutils writes it, with its newline: the digest, two
// spaces, the name; a backslash first where the name needs escapes to stay on
// its line. A file called "-" is written "./-": the name alone is standard input
// to coreutils, which would wait for it.
func Line(name, hex string) []byte {
	start := ""
	if name == "-" {
		name = "./-"
	}
	if strings.ContainsAny(name, "\\\n\r") {
		start, name = `\`, escaper.Replace(name)
	}
	return []byte(start + hex + "  " + name + "\n")
}

var escaper = strings.NewReplacer("\\", `\\`, "\n", `\n`, "\r", `\r`)
