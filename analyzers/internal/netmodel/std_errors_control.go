package netmodel

// stdErrors are the functions whose result decides whether an error is nil.
// errors.Is(nil, nil) is true, but nobody asks it: a true result is taken to
// mean that the error is non-nil. errors.Join is left out: its result is nil
// when all of its operands are, which no field can say.
func stdErrors() []Row {
	return []Row{
		{"reflect.ValueOf", uses(0, 0)},
		{"errors.New", nonNil(0)},
		{"fmt.Errorf", nonNil(0)},
		{"errors.Is", trueMeansNonNil(0)},
		{"errors.As", trueMeansNonNil(0)},
		{"errors.AsType", trueMeansNonNil(0)},
		{"os.IsTimeout", trueMeansNonNil(0)},
		{"os.IsExist", trueMeansNonNil(0)},
		{"os.IsNotExist", trueMeansNonNil(0)},
		{"os.IsPermission", trueMeansNonNil(0)},
		{"os.NewSyscallError", nilOf(1, 0)},
	}
}

// stdControl are the functions that end, delay or start something, and the
// containers that keep what they are given.
func stdControl() []Row {
	return []Row{
		{"os.Exit", exit()},
		{"syscall.Exit", exit()},
		{"runtime.Goexit", noReturn()},
		{"log.Fatal", exit()},
		{"log.Fatalf", exit()},
		{"log.Fatalln", exit()},
		{"log.Panic", noReturn()},
		{"log.Panicf", noReturn()},
		{"log.Panicln", noReturn()},
		{"(*log.Logger).Fatal", exit()},
		{"(*log.Logger).Fatalf", exit()},
		{"(*log.Logger).Fatalln", exit()},
		{"(*log.Logger).Panic", noReturn()},
		{"(*log.Logger).Panicf", noReturn()},
		{"(*log.Logger).Panicln", noReturn()},

		{"time.Sleep", delay()},
		{"syscall.Nanosleep", delay()},

		{"(*sync.Once).Do", runs(1)},
		{"runtime/pprof.Do", runs(2)},
		{"runtime/trace.WithRegion", runs(2)},
		{"time.AfterFunc", spawns(1)},
		{"context.AfterFunc", spawns(1)},
		{"(*sync.WaitGroup).Go", spawns(1)},

		{"(*sync.Pool).Put", take(1, Always)},
		{"(*sync.Map).Store", all(take(1, Always), take(2, Always))},
		{"(*sync.Map).Swap", all(take(1, Always), take(2, Always))},
		// False means that the value was stored.
		{"(*sync.Map).LoadOrStore", all(take(1, OnFailure), take(2, OnFailure))},
		{"(*sync.Map).CompareAndSwap", take(3, OnSuccess)},
		{"(*sync.Map).Load", borrow()},
		{"(*sync.Map).Delete", borrow()},
		{"(*sync.Map).LoadAndDelete", borrow()},
		{"(*sync.Map).CompareAndDelete", borrow()},
		{"(*sync.Map).Range", runs(1)},
		{"(*sync/atomic.Value).Store", take(1, Always)},
		{"(*sync/atomic.Value).Swap", take(1, Always)},
		{"(*sync/atomic.Value).CompareAndSwap", take(2, OnSuccess)},
		{"(*sync/atomic.Pointer).Store", take(1, Always)},
		{"(*sync/atomic.Pointer).Swap", take(1, Always)},
		{"(*sync/atomic.Pointer).CompareAndSwap", take(2, OnSuccess)},
		{"(*container/list.List).PushBack", take(1, Always)},
		{"(*container/list.List).PushFront", take(1, Always)},
		{"(*container/list.List).InsertAfter", take(1, Always)},
		{"(*container/list.List).InsertBefore", take(1, Always)},
		{"container/heap.Push", take(1, Always)},
	}
}

// stdTesting are the methods of a test: a fatal one ends its goroutine, and
// what Cleanup is given runs when the test is over.
func stdTesting() []Row {
	return []Row{
		{"(*testing.T).Fatal", noReturn()},
		{"(*testing.T).Fatalf", noReturn()},
		{"(*testing.T).FailNow", noReturn()},
		{"(*testing.T).Skip", noReturn()},
		{"(*testing.T).Skipf", noReturn()},
		{"(*testing.T).SkipNow", noReturn()},
		{"(*testing.T).Cleanup", registers(1)},
		{"(*testing.T).Run", runs(2)},
		{"(*testing.T).Error", borrow()},
		{"(*testing.T).Errorf", borrow()},
		{"(*testing.T).Log", borrow()},
		{"(*testing.T).Logf", borrow()},

		{"(*testing.B).Fatal", noReturn()},
		{"(*testing.B).Fatalf", noReturn()},
		{"(*testing.B).FailNow", noReturn()},
		{"(*testing.B).Skip", noReturn()},
		{"(*testing.B).Skipf", noReturn()},
		{"(*testing.B).SkipNow", noReturn()},
		{"(*testing.B).Cleanup", registers(1)},
		{"(*testing.B).Run", runs(2)},
		{"(*testing.B).Error", borrow()},
		{"(*testing.B).Errorf", borrow()},
		{"(*testing.B).Log", borrow()},
		{"(*testing.B).Logf", borrow()},

		{"(*testing.F).Fatal", noReturn()},
		{"(*testing.F).Fatalf", noReturn()},
		{"(*testing.F).FailNow", noReturn()},
		{"(*testing.F).Skip", noReturn()},
		{"(*testing.F).Skipf", noReturn()},
		{"(*testing.F).SkipNow", noReturn()},
		{"(*testing.F).Cleanup", registers(1)},
		{"(*testing.F).Error", borrow()},
		{"(*testing.F).Errorf", borrow()},
		{"(*testing.F).Log", borrow()},
		{"(*testing.F).Logf", borrow()},

		{"(testing.TB).Fatal", noReturn()},
		{"(testing.TB).Fatalf", noReturn()},
		{"(testing.TB).FailNow", noReturn()},
		{"(testing.TB).Skip", noReturn()},
		{"(testing.TB).Skipf", noReturn()},
		{"(testing.TB).SkipNow", noReturn()},
		{"(testing.TB).Cleanup", registers(1)},
		{"(testing.TB).Error", borrow()},
		{"(testing.TB).Errorf", borrow()},
		{"(testing.TB).Log", borrow()},
		{"(testing.TB).Logf", borrow()},

		{"testing/synctest.Test", runs(1)},
	}
}
