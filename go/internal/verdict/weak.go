package verdict

import (
	"strings"

	"github.com/checksig/checksig/go/internal/digest"
	"github.com/checksig/checksig/go/internal/problem"
)

// Weak returns the warning that these algorithms detect only accidental damage.
func Weak(algorithms ...digest.Algorithm) problem.Warning {
	var tags, short []string
	for _, a := range algorithms {
		if a.Short() {
			short = append(short, a.Tag())
		} else {
			tags = append(tags, a.Tag())
		}
	}
	var texts []string
	if len(tags) > 0 {
		texts = append(texts, detect(tags)+" accidental damage, not deliberate tampering")
	}
	if len(short) > 0 {
		texts = append(texts, detect(short)+" most accidental damage, but not all, and not deliberate tampering")
	}
	return problem.Warn(problem.WeakDigest, "%s", strings.Join(texts, "; "))
}

func detect(tags []string) string {
	last := len(tags) - 1
	if last == 0 {
		return tags[0] + " detects"
	}
	return strings.Join(tags[:last], ", ") + " and " + tags[last] + " detect"
}
