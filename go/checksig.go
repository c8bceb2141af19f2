// Package checksig verifies files against checksum lists.
package checksig

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/checksig/checksig/go/internal/job"
	"github.com/checksig/checksig/go/internal/problem"
	"github.com/checksig/checksig/go/internal/verdict"
	"github.com/checksig/checksig/go/internal/verify"
)

// CheckSignatures verifies all lists in rootDir with conventional names, such as
// sha1sum.txt or SHA256SUMS. The error has one line for each failing file, such as
//
//	"/tmp/logs/httpd-08.log" - mismatch
//
// The error is nil only if all listed files were verified.
func CheckSignatures(rootDir string) error {
	running, err := verify.Start(context.Background(), verify.Request{Request: job.Request{Root: rootDir}})
	if err != nil {
		return err
	}
	var lines []string
	for {
		batch := running.Next(time.Second)
		for _, r := range batch.Results {
			lines = append(lines, line(rootDir, r))
		}
		if s := batch.Summary; s != nil {
			return conclude(s, lines)
		}
	}
}

func line(rootDir string, r verdict.Result) string {
	if r.Status == verdict.Malformed && r.Line == 0 {
		return fmt.Sprintf("%q - %s", r.Manifest, r.Detail)
	}
	if r.Status == verdict.Malformed {
		return fmt.Sprintf("%q - malformed line %d: %q", r.Manifest, r.Line, r.Detail)
	}
	return fmt.Sprintf("%q - %s", filepath.Join(rootDir, r.Path), strings.ReplaceAll(r.Status.String(), "_", " "))
}

func conclude(s *job.Summary, lines []string) error {
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
