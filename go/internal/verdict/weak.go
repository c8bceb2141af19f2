package verdict

import (
	"strings"

	"github.com/checksig/checksig/go/internal/digest"
	"github.com/checksig/checksig/go/internal/problem"
)

// Weak returns the warning that these algorithms detect only accidental damage.
func Weak(algorithms ...digest.Algorithm) problem.Warning {
	var tags []string
	for _, a := range algorithms {
		tags = append(tags, a.Tag())
	}
	verb := "detect"
	if len(tags) == 1 {
		verb = "detects"
	}
	return problem.Warn(problem.WeakDigest, "%s %s accidental damage, not deliberate tampering", strings.Join(tags, " and "), verb)
}
