package bag

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Line returns the line of a file in a manifest of the latest version.
func Line(hex, name string) string { return hex + "  " + encodeNew.Replace(name) + "\n" }

// ManifestName returns the name of a payload manifest, or of a tag manifest.
func ManifestName(spelling string, isTag bool) string {
	name := "manifest-" + spelling + ".txt"
	if isTag {
		return "tag" + name
	}
	return name
}

// DeclarationText returns the declaration of a bag of the latest version.
func DeclarationText() string {
	return fmt.Sprintf("%s: %v\n%s: UTF-8\n", versionLabel, Latest, encodingLabel)
}

const (
	dateLabel  = "Bagging-Date"
	agentLabel = "Bag-Software-Agent"
	agent      = "checksig"
)

// InfoText returns the text of bag-info.txt. It keeps what the text before has, but for
// the elements that say how large the payload is and when that was found. date is as in
// 2026-01-31.
func InfoText(before string, bytes, files int64, date string) (string, error) {
	if !utf8.ValidString(before) {
		return "", &Error{Latest.InfoName(), 0, "the file is not valid UTF-8"}
	}
	var kept strings.Builder
	drop, hasAgent := false, false
	for one := range strings.SplitSeq(normalLineEnds(strings.TrimPrefix(before, utf8BOM)), "\n") {
		if one == "" {
			continue
		}
		if strings.IndexByte(blanks, one[0]) < 0 {
			label, _, _ := strings.Cut(one, ":")
			label = strings.Trim(label, blanks)
			drop = strings.EqualFold(label, oxumLabel) || strings.EqualFold(label, dateLabel)
			hasAgent = hasAgent || strings.EqualFold(label, agentLabel)
		}
		if !drop {
			kept.WriteString(one + "\n")
		}
	}
	if !hasAgent {
		fmt.Fprintf(&kept, "%s: %s\n", agentLabel, agent)
	}
	fmt.Fprintf(&kept, "%s: %s\n%s: %d.%d\n", dateLabel, date, oxumLabel, bytes, files)
	return kept.String(), nil
}
