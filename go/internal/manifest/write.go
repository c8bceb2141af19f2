package manifest

import (
	"bytes"
	"strings"
)

// AppendLine adds one entry as coreutils writes it: the digest, two spaces, the
// name; a backslash first where the name needs escapes to stay on its line.
func AppendLine(b *bytes.Buffer, name, hex string) {
	if strings.ContainsAny(name, "\\\n\r") {
		b.WriteByte('\\')
		name = escaper.Replace(name)
	}
	b.WriteString(hex)
	b.WriteString("  ")
	b.WriteString(name)
	b.WriteByte('\n')
}

var escaper = strings.NewReplacer("\\", `\\`, "\n", `\n`, "\r", `\r`)
