package oracle

import (
	"flag"
	"math/rand"
	"os"
	"runtime/debug"
	"strconv"
	"strings"
	"testing"
)

var (
	programs = flag.Int("programs", 1000, "number of programs to generate")
	program  = flag.String("program", "", "file with declarations to run instead of generated programs")
	shrinks  = flag.Int("shrinks", 8, "number of disagreements to shrink and show")
	excused  = flag.String("excused", "", "reason of which the excused functions are shown")
	seed     = flag.Int64("seed", 1, "seed of the first program")
)

// batch is the number of programs that are analyzed as one package.
const batch = 200

// trips is how often a loop goes round.
const trips = 2

// TestOracle compares connclose with what runs of generated programs show.
func TestOracle(t *testing.T) {
	debug.SetGCPercent(400) // runs make much that dies at once
	total := &Score{}
	for done := 0; done < *programs; done += batch {
		var progs []Program
		for i := range min(batch, *programs-done) {
			progs = append(progs, Generate(rand.New(rand.NewSource(*seed+int64(done+i))), i))
		}
		l, err := Load(progs...)
		if err != nil {
			t.Fatal(err)
		}
		score, err := l.Compare(trips)
		if err != nil {
			t.Fatal(err)
		}
		total.Add(score)
		shrink(t, progs, score)
		showExcused(t, progs, score)
	}
	t.Log(total)
	if total.Undecided*50 > total.Functions {
		t.Errorf("%d of %d functions undecided", total.Undecided, total.Functions)
	}
	if total.Covered == 0 || total.Reports == 0 || len(total.Excused) == 0 {
		t.Error("nothing was compared")
	}
}

// FuzzOracle lets the fuzzer write the programs.
func FuzzOracle(f *testing.F) {
	for i := range 8 {
		data := make([]byte, 400)
		rand.New(rand.NewSource(int64(i))).Read(data)
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		p := Generate(&Bytes{Data: data}, 0)
		l, err := Load(p)
		if err != nil {
			t.Fatal(err)
		}
		score, err := l.Compare(trips)
		if err != nil {
			t.Fatal(err)
		}
		shrink(t, []Program{p}, score)
	})
}

// TestProgram runs a program of one's own: go test -run TestProgram -program
// FILE -v. The file has declarations only; see load.go for what they can use.
func TestProgram(t *testing.T) {
	if *program == "" {
		t.Skip("no -program")
	}
	text, err := os.ReadFile(*program)
	if err != nil {
		t.Fatal(err)
	}
	t.Log(again(Program{Main: string(text)}))
}

// shrink fails the test if there are disagreements. The first ones, one of a
// program, are shown as small as they can be made.
func shrink(t *testing.T, progs []Program, score *Score) {
	done := map[int]bool{}
	for _, d := range score.Wrong {
		i := number(d.Func.Name.Name)
		if done[i] {
			continue
		}
		done[i] = true
		if *shrinks--; *shrinks < 0 {
			t.Error(d)
			continue
		}
		small := Shrink(progs[i], d.Extra, trips)
		t.Error(d, small.Lib, small.Main, again(small))
	}
}

// showExcused shows the programs in which something is excused for the reason
// that -excused gives.
func showExcused(t *testing.T, progs []Program, score *Score) {
	for _, d := range score.Examples {
		if d.Why.String() == *excused {
			p := progs[number(d.Func.Name.Name)]
			t.Log(d, p.Lib, p.Main)
		}
	}
}

// again says what the disagreement of a shrunken program is.
func again(p Program) string {
	l, err := Load(p)
	if err != nil {
		return err.Error()
	}
	s, err := l.Compare(trips)
	if err != nil {
		return err.Error()
	}
	text := ""
	for _, d := range s.Wrong {
		text += d.String() + "\n"
	}
	for at, m := range l.reported() {
		text += at.String() + ": " + m
	}
	return text
}

// number is the number of the program that a function belongs to.
func number(name string) int {
	digits, _, _ := strings.Cut(name[1:], "h")
	n, _ := strconv.Atoi(digits)
	return n
}

func (l *Loaded) reported() map[Place]string {
	r, err := l.Analyze()
	if err != nil {
		return map[Place]string{{}: err.Error()}
	}
	return r.Messages
}
