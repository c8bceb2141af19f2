package wire

import (
	"encoding/json"

	"github.com/checksig/checksig/go/internal/digest"
	"github.com/checksig/checksig/go/internal/list"
	"github.com/checksig/checksig/go/internal/problem"
	"github.com/checksig/checksig/go/internal/verdict"
)

// vocabulary holds the names that can occur in requests, batches and errors.
type vocabulary struct {
	Statuses   []string    `json:"statuses"`
	Algorithms []algorithm `json:"algorithms"`
	Formats    []format    `json:"formats"`
	Errors     []cause     `json:"errors"`
	Warnings   []string    `json:"warnings"`
}

type algorithm struct {
	Name   string `json:"name"`
	Tag    string `json:"tag"`
	Bytes  int    `json:"bytes"`
	Weak   bool   `json:"weak"`
	Listed bool   `json:"listed"` // in lists of all algorithms
}

type format struct {
	Name   string `json:"name"`
	Reads  bool   `json:"reads"`
	Writes bool   `json:"writes"`
}

type cause struct {
	Code string `json:"code"`
	Kind string `json:"kind"`
}

// Describe returns the vocabulary in JSON.
func Describe() []byte {
	var v vocabulary
	for _, s := range verdict.Statuses() {
		v.Statuses = append(v.Statuses, s.String())
	}
	for _, a := range digest.All() {
		v.Algorithms = append(v.Algorithms, algorithm{a.String(), a.Tag(), a.Size(), a.Weak(), a.Listed()})
	}
	for _, f := range list.Formats() {
		v.Formats = append(v.Formats, format{f.Name, f.Reads(), f.Writes()})
	}
	for _, c := range problem.Codes() {
		v.Errors = append(v.Errors, cause{c.String(), c.Kind().String()})
	}
	for _, c := range problem.WarningCodes() {
		v.Warnings = append(v.Warnings, c.String())
	}
	text, err := json.Marshal(v)
	if err != nil {
		panic(err) // impossible: the vocabulary holds only strings, numbers and booleans
	}
	return text
}
