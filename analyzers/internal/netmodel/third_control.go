package netmodel

// errorRows are libraries of errors.
func errorRows() []Row {
	return []Row{
		{"github.com/pkg/errors.New", nonNil(0)},
		{"github.com/pkg/errors.Errorf", nonNil(0)},
		{"github.com/pkg/errors.Wrap", nilOf(0, 0)},
		{"github.com/pkg/errors.Wrapf", nilOf(0, 0)},
		{"github.com/pkg/errors.WithStack", nilOf(0, 0)},
		{"github.com/pkg/errors.WithMessage", nilOf(0, 0)},
		{"github.com/pkg/errors.WithMessagef", nilOf(0, 0)},
		{"github.com/pkg/errors.Is", trueMeansNonNil(0)},
		{"github.com/pkg/errors.As", trueMeansNonNil(0)},
		// The result is nil for codes.OK, which nobody makes an error of.
		{"google.golang.org/grpc/status.Error", nonNil(0)},
		{"google.golang.org/grpc/status.Errorf", nonNil(0)},
		{"github.com/hashicorp/go-multierror.Append", nonNil(0)},
		{"go.uber.org/multierr.AppendInto", trueMeansNonNil(1)},
		// What is invoked later closes it: defer AppendInvoke(&err, Close(c)).
		{"go.uber.org/multierr.Close", take(0, Always)},
		{"go.uber.org/multierr.AppendFunc", runs(1)},
	}
}

// identityRows are libraries that draw random identities. Since Go 1.24 the process ends
// when there is no randomness.
func identityRows() []Row {
	return []Row{
		{"github.com/google/uuid.NewRandom", sure()},
		{"github.com/google/uuid.NewUUID", sure()},
		{"github.com/google/uuid.NewV6", sure()},
		{"github.com/google/uuid.NewV7", sure()},
	}
}

// logRows are the loggers that end the process.
func logRows() []Row {
	return []Row{
		// Fatal of zerolog ends the process in Msg or Send of its result, and an event
		// that is not sent is a mistake: it is taken to end here.
		{"github.com/rs/zerolog/log.Fatal", exit()},
		{"github.com/rs/zerolog/log.Panic", noReturn()},
		{"(*github.com/rs/zerolog.Logger).Fatal", exit()},
		{"(*github.com/rs/zerolog.Logger).Panic", noReturn()},

		{"github.com/sirupsen/logrus.Fatal", exit()},
		{"github.com/sirupsen/logrus.Fatalf", exit()},
		{"github.com/sirupsen/logrus.Fatalln", exit()},
		{"github.com/sirupsen/logrus.Panic", noReturn()},
		{"github.com/sirupsen/logrus.Panicf", noReturn()},
		{"github.com/sirupsen/logrus.Panicln", noReturn()},

		{"(*github.com/sirupsen/logrus.Logger).Fatal", exit()},
		{"(*github.com/sirupsen/logrus.Logger).Fatalf", exit()},
		{"(*github.com/sirupsen/logrus.Logger).Fatalln", exit()},
		{"(*github.com/sirupsen/logrus.Logger).Panic", noReturn()},
		{"(*github.com/sirupsen/logrus.Logger).Panicf", noReturn()},
		{"(*github.com/sirupsen/logrus.Logger).Panicln", noReturn()},

		{"(*github.com/sirupsen/logrus.Entry).Fatal", exit()},
		{"(*github.com/sirupsen/logrus.Entry).Fatalf", exit()},
		{"(*github.com/sirupsen/logrus.Entry).Fatalln", exit()},
		{"(*github.com/sirupsen/logrus.Entry).Panic", noReturn()},
		{"(*github.com/sirupsen/logrus.Entry).Panicf", noReturn()},
		{"(*github.com/sirupsen/logrus.Entry).Panicln", noReturn()},

		{"(github.com/sirupsen/logrus.FieldLogger).Fatal", exit()},
		{"(github.com/sirupsen/logrus.FieldLogger).Fatalf", exit()},
		{"(github.com/sirupsen/logrus.FieldLogger).Fatalln", exit()},
		{"(github.com/sirupsen/logrus.FieldLogger).Panic", noReturn()},
		{"(github.com/sirupsen/logrus.FieldLogger).Panicf", noReturn()},
		{"(github.com/sirupsen/logrus.FieldLogger).Panicln", noReturn()},
		{"github.com/sirupsen/logrus.Exit", exit()},
		{"(*github.com/sirupsen/logrus.Logger).Exit", exit()},
		{"github.com/sirupsen/logrus.FatalFn", all(exit(), runs(0))},
		{"github.com/sirupsen/logrus.RegisterExitHandler", registers(0)},
		{"github.com/sirupsen/logrus.DeferExitHandler", registers(0)},

		{"(*go.uber.org/zap.Logger).Fatal", exit()},
		{"(*go.uber.org/zap.Logger).Panic", noReturn()},
		{"(*go.uber.org/zap.SugaredLogger).Fatal", exit()},
		{"(*go.uber.org/zap.SugaredLogger).Fatalf", exit()},
		{"(*go.uber.org/zap.SugaredLogger).Fatalw", exit()},
		{"(*go.uber.org/zap.SugaredLogger).Fatalln", exit()},
		{"(*go.uber.org/zap.SugaredLogger).Panic", noReturn()},
		{"(*go.uber.org/zap.SugaredLogger).Panicf", noReturn()},
		{"(*go.uber.org/zap.SugaredLogger).Panicw", noReturn()},
		{"(*go.uber.org/zap.SugaredLogger).Panicln", noReturn()},

		{"github.com/golang/glog.Fatal", exit()},
		{"github.com/golang/glog.FatalDepth", exit()},
		{"github.com/golang/glog.FatalDepthf", exit()},
		{"github.com/golang/glog.Fatalln", exit()},
		{"github.com/golang/glog.Fatalf", exit()},
		{"github.com/golang/glog.FatalContext", exit()},
		{"github.com/golang/glog.FatalContextf", exit()},
		{"github.com/golang/glog.FatalContextDepth", exit()},
		{"github.com/golang/glog.FatalContextDepthf", exit()},
		{"github.com/golang/glog.Exit", exit()},
		{"github.com/golang/glog.ExitDepth", exit()},
		{"github.com/golang/glog.ExitDepthf", exit()},
		{"github.com/golang/glog.Exitln", exit()},
		{"github.com/golang/glog.Exitf", exit()},
		{"github.com/golang/glog.ExitContext", exit()},
		{"github.com/golang/glog.ExitContextf", exit()},
		{"github.com/golang/glog.ExitContextDepth", exit()},
		{"github.com/golang/glog.ExitContextDepthf", exit()},
		{"k8s.io/klog/v2.Fatal", exit()},
		{"k8s.io/klog/v2.FatalDepth", exit()},
		{"k8s.io/klog/v2.Fatalln", exit()},
		{"k8s.io/klog/v2.FatallnDepth", exit()},
		{"k8s.io/klog/v2.Fatalf", exit()},
		{"k8s.io/klog/v2.FatalfDepth", exit()},
		{"k8s.io/klog/v2.Exit", exit()},
		{"k8s.io/klog/v2.ExitDepth", exit()},
		{"k8s.io/klog/v2.Exitln", exit()},
		{"k8s.io/klog/v2.ExitlnDepth", exit()},
		{"k8s.io/klog/v2.Exitf", exit()},
		{"k8s.io/klog/v2.ExitfDepth", exit()},
		{"k8s.io/klog/v2.FlushAndExit", exit()},
	}
}

// poolRows are worker pools, groups of goroutines, and retries with a delay.
func poolRows() []Row {
	return []Row{
		// A task that Submit refuses is not run.
		{"github.com/panjf2000/ants/v2.Submit", spawns(0)},
		{"(*github.com/panjf2000/ants/v2.Pool).Submit", spawns(1)},
		{"(*github.com/panjf2000/ants/v2.MultiPool).Submit", spawns(1)},
		{"(*github.com/panjf2000/ants/v2.PoolWithFunc).Invoke", take(1, OnSuccess)},
		{"(*github.com/panjf2000/ants/v2.PoolWithFuncGeneric).Invoke", take(1, OnSuccess)},
		{"(*github.com/gammazero/workerpool.WorkerPool).Submit", spawns(1)},
		{"(*github.com/gammazero/workerpool.WorkerPool).SubmitWait", runs(1)},
		{"(*github.com/sourcegraph/conc.WaitGroup).Go", spawns(1)},
		{"(*github.com/sourcegraph/conc/pool.Pool).Go", spawns(1)},
		{"(*github.com/sourcegraph/conc/pool.ErrorPool).Go", spawns(1)},
		{"(*github.com/sourcegraph/conc/pool.ContextPool).Go", spawns(1)},
		{"(*github.com/sourcegraph/conc/pool.ResultPool).Go", spawns(1)},
		{"(*github.com/sourcegraph/conc/pool.ResultErrorPool).Go", spawns(1)},
		{"(*github.com/sourcegraph/conc/pool.ResultContextPool).Go", spawns(1)},
		{"(*github.com/sourcegraph/conc/stream.Stream).Go", spawns(1)},
		{"(*github.com/sourcegraph/conc/panics.Catcher).Try", runs(1)},
		{"github.com/sourcegraph/conc/panics.Try", runs(0)},
		{"(*github.com/hashicorp/go-multierror.Group).Go", spawns(1)},
		{"(*gopkg.in/tomb.v2.Tomb).Go", spawns(1)},
		{"(*github.com/oklog/run.Group).Add", registers(1, 2)},

		{"github.com/cenkalti/backoff/v4.Retry", all(runs(0), delay())},
		{"github.com/cenkalti/backoff/v4.RetryWithData", all(runs(0), delay())},
		{"github.com/cenkalti/backoff/v4.RetryNotify", all(runs(0), registers(2), delay())},
		{"github.com/cenkalti/backoff/v5.Retry", all(runs(1), delay())},
		{"github.com/avast/retry-go/v4.Do", all(runs(0), delay())},
		{"github.com/avast/retry-go/v4.DoWithData", all(runs(0), delay())},
		{"(go.uber.org/ratelimit.Limiter).Take", delay()},
	}
}
