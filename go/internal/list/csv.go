package list

import "strings"

// cutField splits a row of CSV after its first field. more reports whether there is
// another one.
func cutField(s string) (field, rest string, more bool, reason string) {
	if !strings.HasPrefix(s, `"`) {
		field, rest, more = strings.Cut(s, ",")
		if strings.IndexByte(field, '"') >= 0 {
			reason = badCSV
		}
		return field, rest, more, reason
	}
	doubled, end := false, 1
	for {
		i := strings.IndexByte(s[end:], '"')
		if i < 0 {
			return "", "", false, badCSV
		}
		if end += i; !strings.HasPrefix(s[end+1:], `"`) {
			break
		}
		doubled, end = true, end+2
	}
	field, rest = s[1:end], s[end+1:]
	if doubled {
		field = strings.ReplaceAll(field, `""`, `"`)
	}
	if rest == "" {
		return field, "", false, ""
	}
	rest, more = strings.CutPrefix(rest, ",")
	if !more {
		return "", "", false, badCSV
	}
	return field, rest, true, ""
}

// cutFields reads a row of CSV into exactly as many fields.
func cutFields(s string, fields []string) (reason string) {
	more := true
	for i := range fields {
		if !more {
			return wrongFields
		}
		if fields[i], s, more, reason = cutField(s); reason != "" {
			return reason
		}
	}
	if more {
		return wrongFields
	}
	return ""
}

// quoted returns a field as it is written, in quotes if it might be misread without.
func quoted(field string) string {
	if strings.ContainsAny(field, "\",") || field[0] >= 0x80 {
		return `"` + strings.ReplaceAll(field, `"`, `""`) + `"`
	}
	return field
}
