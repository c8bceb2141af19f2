package digest

import (
	"slices"
	"testing"
)

func TestASetIteratesInTheOrderOfTheAlgorithms(t *testing.T) {
	if got := slices.Collect(Set(0).All()); got != nil {
		t.Errorf("an empty set contains %v", got)
	}
	s := SetOf(SHA3_512) | SetOf(MD5) | SetOf(SHA256) | SetOf(MD5)
	if got, want := slices.Collect(s.All()), []Algorithm{MD5, SHA256, SHA3_512}; !slices.Equal(got, want) || s.First() != MD5 {
		t.Errorf("got %v, first %v; want %v", got, s.First(), want)
	}
	for first := range s.All() {
		if first != MD5 {
			t.Error("the loop continues after a break")
		}
		break
	}
}

func TestEveryAlgorithmButSHA3HasAFamily(t *testing.T) {
	for _, a := range All() {
		_, _, ok := a.Family()
		if inSet := WithFamily&SetOf(a) != 0; ok != inSet || ok != (a < SHA3_224) {
			t.Errorf("%v has a family: %v, is in WithFamily: %v", a, ok, inSet)
		}
	}
}
