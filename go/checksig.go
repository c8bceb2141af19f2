// Package checksig verifies files against the checksum lists beside them.
package checksig

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/checksig/checksig/go/internal/engine"
	"github.com/checksig/checksig/go/internal/problem"
)

// CheckSignatures verifies every list that lies in rootDir under a conventional
// name, such as sha1sum.txt or SHA256SUMS. The error has one line a failing
// file, like
//
//	"/tmp/logs/httpd-08.log" - mismatch
//
// and it is nil only when every listed file was verified.
func CheckSignatures(rootDir string) error {
	job, err := engine.StartVerify(context.Background(), engine.Verify{Common: engine.Common{Root: rootDir}})
	if err != nil {
		return err
	}
	var lines []string
	for {
		batch := job.Next(time.Second)
		for _, r := range batch.Results {
			lines = append(lines, line(rootDir, r))
		}
		if s := batch.Summary; s != nil {
			return conclude(s, lines)
		}
	}
}

func line(rootDir string, r engine.Result) string {
	if r.Status == engine.Malformed && r.Line == 0 {
		return fmt.Sprintf("%q - %s", r.Manifest, r.Detail)
	}
	if r.Status == engine.Malformed {
		return fmt.Sprintf("%q - malformed line %d: %q", r.Manifest, r.Line, r.Detail)
	}
	return fmt.Sprintf("%q - %s", filepath.Join(rootDir, r.Path), strings.ReplaceAll(r.Status.String(), "_", " "))
}

func conclude(s *engine.Summary, lines []string) error {
	switch {
	case s.Err != nil:
		return s.Err
	case s.OK:
		return nil
	case len(lines) == 0:
		return errors.New(joined(s.Warnings))
	}
	return errors.New(strings.Join(lines, "\n"))
}

func joined(warnings []problem.Warning) string {
	var texts []string
	for _, w := range warnings {
		texts = append(texts, w.Text)
	}
	return strings.Join(texts, "; ")
}
