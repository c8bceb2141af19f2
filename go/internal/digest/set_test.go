package digest

import (
	"slices"
	"testing"
)

func TestASetIteratesInTheOrderOfTheAlgorithms(t *testing.T) {
	if got := slices.Collect(Set{}.All()); got != nil {
		t.Errorf("an empty set contains %v", got)
	}
	s := SetOf(XXH3_128, SHA3_512, MD5, SHA256, MD5, BLAKE2s_256)
	if got, want := slices.Collect(s.All()), []Algorithm{MD5, SHA256, SHA3_512, BLAKE2s_256, XXH3_128}; !slices.Equal(got, want) || s.First() != MD5 {
		t.Errorf("got %v, first %v; want %v", got, s.First(), want)
	}
	for first := range s.All() {
		if first != MD5 {
			t.Error("the loop continues after a break")
		}
		break
	}
}

func TestSetsCombine(t *testing.T) {
	s, other := SetOf(MD5, SHA256, CRC32), SetOf(SHA256, XXH64)
	for name, pair := range map[string][2]Set{
		"or":      {s.Or(other), SetOf(MD5, SHA256, CRC32, XXH64)},
		"and":     {s.And(other), SetOf(SHA256)},
		"without": {s.Without(other), SetOf(MD5, CRC32)},
	} {
		if pair[0] != pair[1] || pair[0].IsEmpty() {
			t.Errorf("%s: %v, want %v", name, slices.Collect(pair[0].All()), slices.Collect(pair[1].All()))
		}
	}
	if !s.Without(s).IsEmpty() {
		t.Error("a set without itself is not empty")
	}
}

func TestMD5AndSHA1AndSHA2HaveAFamily(t *testing.T) {
	for _, a := range All() {
		_, _, ok := a.Family()
		if inSet := !WithFamily.And(SetOf(a)).IsEmpty(); ok != inSet || ok != (a < SHA3_224) {
			t.Errorf("%v has a family: %v, is in WithFamily: %v", a, ok, inSet)
		}
	}
}
